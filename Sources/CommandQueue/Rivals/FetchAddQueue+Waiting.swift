import Machine
import SMMUv3

extension FetchAddQueue {
    /// Waits until the `count` slots from `start` on, which are allocated, are free; returns the cons that says so.
    @inlinable @inline(__always)
    func awaitSpace<P: Processor, O: QueueObserver>(
        from start: UInt32, count: UInt32, on processor: inout P, observer: inout O
    ) -> P.Reading32 {
        // Relaxed: an old cons only makes the caller wait, see the bounds.
        let cons = processor.load32(placement.separateCons, .relaxed, at: .awaitSpace)
        if geometry.hasSpace(for: count, prod: start, cons: cons.value) { return cons }
        return refreshUntilSpace(from: start, count: count, on: &processor, observer: &observer)
    }

    /// Looks at cons and at the lock in turn: the last holder of a share may go without storing cons (its look at the count is racy
    /// by design), and who waited for cons alone would then wait for ever.
    @inlinable @inline(never)
    func refreshUntilSpace<P: Processor, O: QueueObserver>(
        from start: UInt32, count: UInt32, on processor: inout P, observer: inout O
    ) -> P.Reading32 {
        let geometry = geometry
        var poll = Poll(timeout: linux.timeout)
        while true {
            // A look before the try: tries would take the line from those who hold shares. Both looks are relaxed: an old lock
            // makes the try fail, an old cons one more round.
            let seen = processor.waitEither32(
                linux.lock.word, at: .lockExclusive, until: { $0 == 0 },
                or: placement.separateCons, at: .awaitSpace, until: { geometry.hasSpace(for: count, prod: start, cons: $0) }, poll: &poll)
            var isInTime = seen != nil
            if case .second(let cons)? = seen { return cons }
            if isInTime {
                if linux.lock.tryLockExclusive(on: &processor) {
                    // As in Linux: nobody else writes cons now, and the unlock's release orders the store.
                    let cons = processor.readRegister(placement.cons, .relaxed, at: .readSpaceCons)
                    processor.store32(placement.separateCons, cons.value, .relaxed, at: .refreshCons, dependingOn: cons.dependency)
                    linux.lock.unlockExclusive(on: &processor)
                }
                // Relaxed, as above.
                let cons = processor.load32(placement.separateCons, .relaxed, at: .awaitSpace)
                if geometry.hasSpace(for: count, prod: start, cons: cons.value) { return cons }
                isInTime = processor.poll(&poll, at: .awaitSpace)
            }
            if !isInTime {
                observer.spaceTimedOut()
                poll = Poll(timeout: linux.timeout)
            }
        }
    }

    /// Waits for the CMD_SYNC at `slot`, then gives back the share that the owner took for it.
    @inlinable @inline(__always)
    func awaitSync<P: Processor, O: QueueObserver>(
        at slot: UInt32, on processor: inout P, observer: inout O
    ) -> IssueOutcome {
        let completed: Bool
        let cons: UInt32
        let dependency: P.Dependency
        switch linux.completion {
        case .msi:
            (completed, dependency) = linux.awaitMSI(at: slot, on: &processor)
            // Acquire, and nothing but that: the share is another processor's doing, so the look at the lock below must not come before
            // the completion. In Linux each holder sees at least its own.
            _ = processor.load32(placement.slot(slot).low, .acquire, at: .awaitSync)
            cons = geometry.advance(slot, by: 1)
        case .cons, .consUnsignalled:
            // Relaxed: an old cons only makes the first look fail.
            let known = processor.load32(placement.separateCons, .relaxed, at: .readSyncCons)
            (completed, cons, dependency) = linux.pollCons(until: slot, from: known.value, known.dependency, on: &processor)
        }
        observer.syncEnded(slot: slot, timedOut: !completed, on: &processor)
        guard completed else {
            // Where the CMD_SYNC was given up, CONS has not been seen to reach it: cons must not say so.
            linux.lock.unlockShared(on: &processor)
            return .syncTimedOut
        }
        if let look = linux.lock.tryUnlockShared(on: &processor) {
            // The last holder, as in Linux.
            processor.store32(placement.separateCons, cons, .relaxed, at: .updateCons, dependingOn: dependency.joined(with: look))
            linux.lock.unlockShared(on: &processor)
        }
        return .done
    }
}
