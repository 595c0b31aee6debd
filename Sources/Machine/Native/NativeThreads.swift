import CAtomicOps
import Glibc

/// Runs the agents of a native machine, a thread each, to their end.
@usableFromInline
package enum NativeThreads {
    /// Processors that this process may run on.
    package static var availableProcessors: Int { Int(cao_allowed_processor_count()) }

    /// Why an agent's thread could not be had, or not where it was to run.
    package struct StartError: Error, Equatable {
        package let agent: Int
        package let errorNumber: Int32
        /// The thread ran, but could not be pinned.
        package var isUnpinned = false
    }

    /// Starts `count` threads that run `body(0)` to `body(count - 1)` and returns when all have ended.
    ///
    /// With `pinned`, thread i is bound to the i-th available processor, modulo their number. If a
    /// thread cannot be started, those that run already are waited for and the error is thrown:
    /// `onFailure` is called first and must make them end.
    package static func run(
        count: Int, pinned: Bool, onFailure: () -> Void = {}, _ body: @escaping @Sendable (Int) -> Void
    ) throws(StartError) {
        var plan = MemoryPlan()
        // The agent that could not be pinned, plus 1, in the low half, and why in the high one.
        let unpinned = plan.reserveLine()
        let notes = MachineMemory(plan: plan)
        var threads: [pthread_t] = []
        var failure: StartError?
        for index in 0..<count {
            let start = Unmanaged.passRetained(ThreadStart(index: index, pinned: pinned, notes: notes, unpinned: unpinned, body: body))
            var thread = pthread_t()
            // Sound: the start value is retained for the thread and taken over by it, or released here
            // where there is no thread to take it.
            let error = pthread_create(&thread, nil, { argument in
                let start = Unmanaged<ThreadStart>.fromOpaque(argument!).takeRetainedValue()
                if start.pinned { start.pin() }
                start.body(start.index)
                return nil
            }, start.toOpaque())
            guard error == 0 else {
                start.release()
                failure = StartError(agent: index, errorNumber: error)
                onFailure()
                break
            }
            threads.append(thread)
        }
        for thread in threads { pthread_join(thread, nil) }
        if let failure { throw failure }
        let note = notes.inspect(unpinned)
        if note != 0 {
            throw StartError(
                agent: Int(note & 0xffff_ffff) - 1, errorNumber: Int32(truncatingIfNeeded: note >> 32), isUnpinned: true)
        }
    }
}

private final class ThreadStart: Sendable {
    let index: Int
    let pinned: Bool
    private let notes: MachineMemory
    private let unpinned: Word64
    let body: @Sendable (Int) -> Void

    init(index: Int, pinned: Bool, notes: MachineMemory, unpinned: Word64, body: @escaping @Sendable (Int) -> Void) {
        self.index = index
        self.pinned = pinned
        self.notes = notes
        self.unpinned = unpinned
        self.body = body
    }

    func pin() {
        let error = cao_pin_to_nth_allowed_processor(Int32(index))
        if error != 0 { notes.set(unpinned, to: UInt64(UInt32(bitPattern: error)) << 32 | UInt64(index + 1)) }
    }
}
