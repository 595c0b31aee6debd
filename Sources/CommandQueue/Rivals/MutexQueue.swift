import Machine
import SMMUv3

/// What one would write first: an operating-system mutex around each insertion, one write of PROD for
/// all of its commands. CMD_SYNCs complete as with `SpinlockQueue`.
@usableFromInline
package struct MutexQueue: InsertionAlgorithm {
    @usableFromInline package let placement: QueuePlacement
    @usableFromInline package let completion: SyncCompletion
    /// Nanoseconds until a CMD_SYNC is given up.
    @usableFromInline package let timeout: UInt64
    /// The number of the queue's mutex.
    @usableFromInline package let mutex: Int
    @usableFromInline let geometry: QueueGeometry
    @usableFromInline let ring: LockedRing

    package init(placement: QueuePlacement, completion: SyncCompletion, mutex: Int, timeout: UInt64 = 1_000_000_000) {
        self.placement = placement
        self.completion = completion
        self.timeout = timeout
        self.mutex = mutex
        self.geometry = placement.geometry
        self.ring = LockedRing(placement: placement, timeout: timeout)
    }

    @inlinable
    package func issue<P: BlockingProcessor, O: QueueObserver>(
        _ commands: Span<Command>, sync: Bool, on processor: inout P, observer: inout O
    ) -> IssueOutcome {
        let commandCount = UInt32(truncatingIfNeeded: commands.count)
        let count = commandCount &+ (sync ? 1 : 0)
        guard placement.canHold(commands: commands.count, sync: sync) else { return .neverFits }
        guard count > 0 else { return .done }

        processor.lockMutex(mutex)
        let start = ring.reserve(count, on: &processor, observer: &observer)
        observer.allocated(start: start, commands: commands, sync: sync, attempts: 0, cons: ring.knownCons(on: &processor), on: &processor)
        placement.write(commands, from: start, on: &processor, dependingOn: .none)
        let slot = (start &+ commandCount) & geometry.pointerMask
        var number: UInt32 = 0
        if sync { number = ring.writeSync(completion, at: slot, on: &processor) }
        ring.publish(from: start, count: count, on: &processor, observer: &observer)
        guard sync, completion != .msi else {
            processor.unlockMutex(mutex)
            observer.inserted(on: &processor)
            guard sync else { return .done }
            let completed = ring.awaitCount(number, on: &processor)
            observer.syncEnded(slot: slot, timedOut: !completed, on: &processor)
            return completed ? .done : .syncTimedOut
        }
        // Held until CONS has passed, or another insertion could lap the slot that is polled for.
        observer.inserted(on: &processor)
        let completed = ring.pollCons(until: slot, signalled: completion == .cons, on: &processor)
        observer.syncEnded(slot: slot, timedOut: !completed, on: &processor)
        processor.unlockMutex(mutex)
        return completed ? .done : .syncTimedOut
    }
}
