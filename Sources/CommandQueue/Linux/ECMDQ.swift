import Machine
import SMMUv3

/// Linux's algorithm on an enhanced command queue, as posted for one queue per CPU and not merged: every write of PROD
/// keeps the queue enabled. Source: linux-cmdq 2.7.
@usableFromInline
package struct ECMDQ: InsertionAlgorithm {
    @usableFromInline let linux: LinuxQueue

    @inlinable package var placement: QueuePlacement { linux.placement }

    /// The queue must have been enabled: PROD with EN and CONS with ENACK.
    package init(_ linux: LinuxQueue) { self.linux = linux }

    @inlinable
    package func issue<P: Processor, O: QueueObserver>(
        _ commands: Span<Command>, sync: Bool, on processor: inout P, observer: inout O
    ) -> IssueOutcome {
        var variant = Enabled()
        return linux.issue(commands, sync: sync, variant: &variant, on: &processor, observer: &observer)
    }

    @usableFromInline
    struct Enabled: LinuxVariant {
        @inlinable init() {}
        @inlinable static var prodFlags: UInt32 { ECMDQRegisters.enable }
        // Not by the whole queue, which would be copied at each insertion so that the wait can have it.
        @inlinable @inline(__always)
        func awaitSpace<P: Processor, O: QueueObserver>(for count: UInt32, in queue: LinuxQueue, on processor: inout P, observer: inout O) -> UInt64 {
            LinuxQueue.SpaceWaiter(queue).awaitSpace(for: count, on: &processor, observer: &observer)
        }
    }
}
