import CommandQueue
import Machine
import SMMUv3
import SimulatedMachine

extension RunSetup {
    /// The parts of memory whose lines are told apart: those of the main queue, and those of all other queues by what they hold.
    var regions: [SimulatedMachine.Region] {
        queues.enumerated().flatMap { number, queue in queue.placement.regions(prefix: number == 0 ? "" : queue.isECMDQ ? "ECMDQ " : "VCMDQ ") }
    }
}

extension QueuePlacement {
    fileprivate func regions(prefix: String) -> [SimulatedMachine.Region] {
        func part(_ name: String, _ offset: Int, bytes: Int) -> SimulatedMachine.Region {
            .init(name: prefix + name, bytes: offset..<(offset + bytes))
        }
        // In Linux's layout they are neighbours, and contention on the one is contention on the other.
        let lines = lock.offset / MemoryPlan.lineSize == ownerProd.offset / MemoryPlan.lineSize
            ? [part("owner_prod+lock", lock.offset, bytes: 4)]
            : [part("owner_prod", ownerProd.offset, bytes: 4), part("lock", lock.offset, bytes: 4)]
        return [part("llq", pointers.offset, bytes: 8)] + lines + [
            part("valid map", validMap.offset, bytes: max(8, Int(geometry.entries) / 8)),
            part("slots", slots.offset, bytes: Int(geometry.entries) * 16),
            part("queue lock", queueLock.offset, bytes: 4),
            part("sync count", syncCount.offset, bytes: 8),
        ]
    }
}
