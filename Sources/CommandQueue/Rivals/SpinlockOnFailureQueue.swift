import Machine
import SMMUv3

/// Linux's algorithm with a spinlock for those whose first compare-and-swap has failed, proposed in 2020 and not merged: of them one
/// at a time goes on trying, against first tries only, until it succeeds. Source: linux-cmdq 2.3, in the corrected form.
///
/// The drafts leaked the lock (bug B5). Here every end of the tries gives it back: a success, and a queue that turns out to
/// have no space, which is waited for without the lock. So its holder waits for nobody, and no producer
/// that holds slots or the queue lock waits for it: those come after the allocation.
@usableFromInline
package struct SpinlockOnFailureQueue: InsertionAlgorithm {
    @usableFromInline let linux: LinuxQueue
    @usableFromInline let spinlock: QueuedSpinlock

    @inlinable package var placement: QueuePlacement { linux.placement }

    package init(_ linux: LinuxQueue) {
        self.linux = linux
        spinlock = QueuedSpinlock(placement: linux.placement)
    }

    @inlinable
    package func issue<P: Processor, O: QueueObserver>(
        _ commands: Span<Command>, sync: Bool, on processor: inout P, observer: inout O
    ) -> IssueOutcome {
        var variant = LockedTries(spinlock)
        return linux.issue(commands, sync: sync, variant: &variant, on: &processor, observer: &observer)
    }

    @usableFromInline
    struct LockedTries: LinuxVariant {
        @usableFromInline let spinlock: QueuedSpinlock

        @inlinable init(_ spinlock: QueuedSpinlock) { self.spinlock = spinlock }

        @inlinable @inline(__always)
        mutating func allocate<P: Processor>(_ step: RingAdvance, from old: UInt64, in pointers: Word64, on processor: inout P) -> Exchange<P.Dependency> {
            let first = processor.exchangeOnce(pointers, from: old, by: step, .relaxed, at: .allocate)
            guard first.outcome == .failed else { return first }
            let ticket = spinlock.lock(on: &processor)
            // What the failed try found is as old as the wait was long. Relaxed: a stale value makes the next try fail, no more.
            var expected = processor.load64(pointers, .relaxed, at: .allocate).value
            var attempts = first.attempts
            while true {
                let locked = processor.exchange64(pointers, from: expected, by: step, .relaxed, at: .allocate)
                attempts &+= locked.attempts
                if locked.outcome != .failed {
                    spinlock.unlock(ticket, on: &processor)
                    return Exchange(locked.outcome, found: locked.found, attempts: attempts)
                }
                expected = locked.found.value
            }
        }
    }
}
