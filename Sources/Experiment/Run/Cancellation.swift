import Machine

/// Asks a run to stop soon; from any thread, and from a signal source.
package final class Cancellation: Sendable {
    private let memory: MachineMemory
    private let word: Word32

    package init() {
        var plan = MemoryPlan()
        word = plan.reserveLine().low
        memory = MachineMemory(plan: plan)
    }

    package func cancel() { memory.set(word, to: 1) }

    package var isCancelled: Bool { memory.inspect(word) != 0 }
}
