import CommandQueue
import Device
import Machine

/// What a device thread came to in one repeat.
struct DeviceOutcome: Sendable {
    var commands: UInt64 = 0
    var syncs: UInt64 = 0
    var refused: UInt64 = 0
    var violations = ViolationLog()
    /// Lists executed, by queue number and producer.
    var lists: [(queue: Int, done: [UInt32])] = []
}

/// A device thread's work: serve its queues until the producers are done and nothing is left.
struct DeviceLoop<P: Processor & DevicePort> {
    /// Numbers of the queues that this thread serves.
    let queueNumbers: [Int]
    let setup: NativeSetup
    let timing: DeviceTiming
    let turnLimit: UInt32
    let producers: Int
    let memoryBytes: Int

    func run(on processor: inout P) -> DeviceOutcome {
        let queues = queueNumbers.map { setup.queues[$0] }
        var smmu = SMMU(
            queues: queues.enumerated().map { number, queue in
                DeviceQueue(
                    number: number, placement: queue.devicePlacement,
                    addresses: AddressMap(base: NativeSetup.addressBase, byteCount: memoryBytes), timing: timing)
            },
            turnLimit: turnLimit)
        var audits = queues.map { DeviceAudit(queueName: $0.name, placement: $0.audit, producers: producers) }
        // The driver's error interrupt is taken by the thread that raised it.
        let recoveries = queues.map {
            ErrorRecovery(placement: $0.placement, replacement: $0.completion == .consUnsignalled ? .none : .sev)
        }
        var idle = Poll(timeout: .max)
        while true {
            if smmu.round(port: &processor, observers: &audits) > 0 {
                idle = Poll(timeout: .max)
                continue
            }
            if smmu.hasStoppedQueue {
                for recovery in recoveries { _ = recovery.handle(on: &processor) }
            } else if processor.load32(setup.running, .acquire, at: .audit).value == 0,
                // All producers have published: what this round finds is all there is.
                smmu.round(port: &processor, observers: &audits) == 0, !smmu.hasStoppedQueue {
                break
            }
            _ = processor.poll(&idle, at: .fetchProd)
        }
        var outcome = DeviceOutcome()
        for (position, queue) in smmu.queues.enumerated() {
            outcome.commands += queue.executedCommands
            outcome.syncs += queue.executedSyncs
            outcome.refused += audits[position].refused
            outcome.violations.merge(audits[position].violations)
            outcome.lists.append((queueNumbers[position], audits[position].listsDone))
        }
        return outcome
    }
}
