import CommandQueue
import Device
import Machine

/// What a device thread came to in one repeat.
struct DeviceOutcome: Sendable {
    var commands: UInt64 = 0
    var syncs: UInt64 = 0
    var refused: UInt64 = 0
    /// Times that a queue came round.
    var wraps: UInt64 = 0
    var violations = ViolationLog()
    /// For each queue served what its audit came to.
    var queues: [(number: Int, sum: SlotSum, listsDone: [UInt32]?)] = []
}

/// A device thread's work: serve its queues until the producers are done and nothing is left.
struct DeviceLoop<P: Processor & DevicePort, Audit: DeviceAudit> {
    /// Numbers of the queues that this thread serves.
    let queueNumbers: [Int]
    let setup: RunSetup
    let timing: DeviceTiming
    let turnLimit: UInt32
    let producers: Int
    let memoryBytes: Int

    func run(on processor: inout P) -> DeviceOutcome {
        let queues = queueNumbers.map { setup.queues[$0] }
        let addresses = AddressMap(base: RunSetup.addressBase, byteCount: memoryBytes)
        var served = queues.map { queue in
            ServedQueue(
                DeviceQueue(placement: queue.devicePlacement, addresses: addresses, timing: timing),
                observer: Audit(queueName: queue.name, placement: queue.audit, producers: producers))
        }
        // The driver's error interrupt is taken by the thread that raised it.
        let recoveries = queues.map {
            ErrorRecovery(placement: $0.placement, replacement: $0.completion == .consUnsignalled ? .none : .sev)
        }
        var span = served.mutableSpan
        serve(&span, recoveries, on: &processor)
        var outcome = DeviceOutcome()
        for (number, served) in zip(queueNumbers, served) {
            outcome.commands += served.queue.executedCommands
            outcome.syncs += served.queue.executedSyncs
            outcome.refused += served.observer.refused
            // A CMD_SYNC that took a refused command's place is among those executed.
            outcome.wraps += (served.queue.executedCommands + served.queue.executedSyncs) / UInt64(served.queue.placement.geometry.entries)
            outcome.violations.merge(served.observer.violations)
            outcome.queues.append((number, served.observer.sum, served.observer.listsDone))
        }
        return outcome
    }

    private func serve(
        _ queues: inout MutableSpan<ServedQueue<Audit>>, _ recoveries: [ErrorRecovery], on processor: inout P
    ) {
        var idle = Poll(timeout: .max)
        var idleRounds: UInt32 = 0
        while true {
            if SMMU.serve(&queues, turnLimit: turnLimit, port: &processor) > 0 {
                if idleRounds > 0 {
                    idle = Poll(timeout: .max)
                    idleRounds = 0
                }
                continue
            }
            idleRounds &+= 1
            if idleRounds % P.idleRoundsBetweenLooks == 0 {
                var handled = false
                for recovery in recoveries where recovery.handle(on: &processor) { handled = true }
                // What the driver has acknowledged is fetched again: a device that slept now would wait for a doorbell that need not come.
                if handled { continue }
                if processor.load32(setup.running, .acquire, at: .audit).value == 0 {
                    // All producers have published: what this round finds is all that there is.
                    if SMMU.serve(&queues, turnLimit: turnLimit, port: &processor) == 0 { return }
                }
            }
            _ = processor.poll(&idle, at: .fetchProd)
        }
    }
}
