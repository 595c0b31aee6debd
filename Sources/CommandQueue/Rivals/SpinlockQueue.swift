import Machine
import SMMUv3

/// What Linux had before 5.3: a spinlock around each single command, and a write of PROD for each.
///
/// A CMD_SYNC that completes by MSI writes its number to one word that all waiters watch, outside the
/// lock; one that completes by CONS holds the lock until it is consumed, and with it all that the queue held. Source: linux-cmdq 2.1.
@usableFromInline
package struct SpinlockQueue: InsertionAlgorithm {
    @usableFromInline package let placement: QueuePlacement
    @usableFromInline package let completion: SyncCompletion
    /// Nanoseconds until a CMD_SYNC is given up.
    @usableFromInline package let timeout: UInt64
    @usableFromInline let geometry: QueueGeometry
    @usableFromInline let ring: LockedRing

    package init(placement: QueuePlacement, completion: SyncCompletion, timeout: UInt64 = 1_000_000_000) {
        self.placement = placement
        self.completion = completion
        self.timeout = timeout
        self.geometry = placement.geometry
        self.ring = LockedRing(placement: placement, timeout: timeout)
    }

    @inlinable
    package func issue<P: Processor, O: QueueObserver>(
        _ commands: Span<Command>, sync: Bool, on processor: inout P, observer: inout O
    ) -> IssueOutcome {
        for index in commands.indices {
            lock(on: &processor)
            let start = ring.reserve(1, on: &processor, observer: &observer)
            let command = commands.extracting(index..<(index &+ 1))
            observer.allocated(
                start: start, commands: command, sync: false, attempts: 0, cons: ring.knownCons(on: &processor), on: &processor)
            placement.write(command, from: start, on: &processor, dependingOn: .none)
            ring.publish(from: start, count: 1, on: &processor, observer: &observer)
            unlock(on: &processor)
        }
        guard sync else {
            observer.inserted(on: &processor)
            return .done
        }
        return issueSync(on: &processor, observer: &observer)
    }

    @inlinable
    func issueSync<P: Processor, O: QueueObserver>(on processor: inout P, observer: inout O) -> IssueOutcome {
        lock(on: &processor)
        let slot = ring.reserve(1, on: &processor, observer: &observer)
        observer.allocated(
            start: slot, commands: Span(), sync: true, attempts: 0, cons: ring.knownCons(on: &processor), on: &processor)
        // Numbered inside the lock: numbers must grow in queue order, or an older one overwrites a later one (bug B6).
        let number = ring.writeSync(completion, at: slot, on: &processor)
        ring.publish(from: slot, count: 1, on: &processor, observer: &observer)
        guard completion == .msi else {
            observer.inserted(on: &processor)
            let completed = ring.pollCons(until: slot, signalled: completion == .cons, on: &processor)
            observer.syncEnded(slot: slot, timedOut: !completed, on: &processor)
            unlock(on: &processor)
            return completed ? .done : .syncTimedOut
        }
        unlock(on: &processor)
        observer.inserted(on: &processor)
        let completed = ring.awaitCount(number, on: &processor)
        observer.syncEnded(slot: slot, timedOut: !completed, on: &processor)
        return completed ? .done : .syncTimedOut
    }

    /// After a failed try it only looks until the lock is free: tries would take the line from the holder.
    @inlinable @inline(__always)
    func lock<P: Processor>(on processor: inout P) {
        while true {
            // Acquire: what the previous holder wrote to the ring's state must be seen.
            if processor.compareExchange32(placement.queueLock, expected: 0, desired: 1, .acquire, at: .lockQueue).value == 0 {
                return
            }
            // Relaxed: the next try acquires.
            _ = processor.wait32(placement.queueLock, at: .lockQueue) { $0 == 0 }
        }
    }

    @inlinable @inline(__always)
    func unlock<P: Processor>(on processor: inout P) {
        // Release: the ring's state belongs to the next holder.
        processor.store32(placement.queueLock, 0, .release, at: .unlockQueue)
    }
}
