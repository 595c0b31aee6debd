import Machine
import SMMUv3

extension LinuxQueue {
    /// What a producer without space waits for.
    @usableFromInline package enum SpaceWait: String, CaseIterable, Sendable {
        /// Linux: any space at all. Where that is not enough the producer looks again at once, and no timeout is ever over:
        /// a device that has stopped goes unreported.
        case notFull = "not-full"
        /// As posted since ("Fix CMDQ timeout warning"): enough for the list, with a timeout over all looks.
        case enough
    }

    /// Waits until there is space for `count` entries; returns prod and cons as they are then.
    @inlinable @inline(never)
    func awaitSpace<P: Processor, O: QueueObserver>(
        for count: UInt32, on processor: inout P, observer: inout O
    ) -> UInt64 {
        var poll = Poll(timeout: spaceWait == .enough ? timeout : .max)
        while true {
            let pointers = awaitSomeSpace(for: count, on: &processor, observer: &observer)
            let (prod, cons) = (UInt32(truncatingIfNeeded: pointers), UInt32(truncatingIfNeeded: pointers >> 32))
            if geometry.hasSpace(for: count, prod: prod, cons: cons) { return pointers }
            switch spaceWait {
            // There is some space but not enough, and Linux looks again at once.
            case .notFull: processor.concede(&poll, at: .awaitSpace)
            case .enough:
                if !processor.poll(&poll, at: .awaitSpace) {
                    observer.spaceTimedOut()
                    poll = Poll(timeout: timeout)
                }
            }
        }
    }

    /// Waits for what `spaceWait` says, or looks at CONS, whichever it can; returns prod and cons as they are then. Source: linux-cmdq 1.6.
    @inlinable @inline(__always)
    func awaitSomeSpace<P: Processor, O: QueueObserver>(for count: UInt32, on processor: inout P, observer: inout O) -> UInt64 {
        if lock.tryLockExclusive(on: &processor) {
            // No CMD_SYNC is in flight, so nobody else writes the software cons. Relaxed: the store depends on the read, and
            // the release of the unlock puts both before the next holder's; a reader that sees an old cons only waits longer.
            let cons = processor.readRegister(placement.cons, .relaxed, at: .readSpaceCons)
            processor.store32(placement.pointers.high, cons.value, .relaxed, at: .refreshCons, dependingOn: cons.dependency)
            lock.unlockExclusive(on: &processor)
            return processor.load64(placement.pointers, .relaxed, at: .allocate).value
        }
        let (geometry, needed) = (geometry, spaceWait == .enough ? count : 1)
        let found = processor.wait64(placement.pointers, at: .awaitSpace, timeout: timeout) {
            geometry.hasSpace(for: needed, prod: UInt32(truncatingIfNeeded: $0), cons: UInt32(truncatingIfNeeded: $0 >> 32))
        }
        if let found { return found.value }
        observer.spaceTimedOut()
        return processor.load64(placement.pointers, .relaxed, at: .allocate).value
    }

    /// Waits for the CMD_SYNC at `slot`, then gives up the shared lock, which it has by the read that `share` stands for. Source: linux-cmdq 1.7.
    @inlinable @inline(__always)
    func awaitSync<P: Processor, O: QueueObserver>(
        at slot: UInt32, holding share: P.Dependency, on processor: inout P, observer: inout O
    ) -> IssueOutcome {
        let completed: Bool
        let cons: UInt32
        let dependency: P.Dependency
        switch completion {
        case .msi:
            (completed, dependency) = awaitMSI(at: slot, on: &processor)
            // Seeing the MSI means that the CMD_SYNC is consumed: CONS is at least behind it.
            cons = completed ? geometry.advance(slot, by: 1) : slot
        case .cons, .consUnsignalled:
            // Relaxed: an old cons only makes the first look fail.
            let pointers = processor.load64(placement.pointers, .relaxed, at: .readSyncCons)
            (completed, cons, dependency) = pollCons(
                until: slot, from: UInt32(truncatingIfNeeded: pointers.value >> 32), pointers.dependency, on: &processor)
        }
        observer.syncEnded(slot: slot, timedOut: !completed, on: &processor)
        if let look = lock.tryUnlockShared(on: &processor) {
            // The last holder: no other producer writes the software cons now. Relaxed: the release below orders it before
            // an exclusive holder's store; without that, an older cons could overwrite a newer one. Behind those of earlier holders
            // it comes by depending on having got the share, and on the look that found no other: else theirs could take this one back.
            processor.store32(
                placement.pointers.high, cons, .relaxed, at: .updateCons, dependingOn: dependency.joined(with: share).joined(with: look))
            lock.unlockShared(on: &processor)
        }
        return completed ? .done : .syncTimedOut
    }

    /// Waits until the MSI has cleared the low half of the CMD_SYNC's own first word. Relaxed: what the caller does next and
    /// must come after completion is ordered by the control dependency (stores) or is its own affair (loads), as in Linux.
    @inlinable @inline(__always)
    func awaitMSI<P: Processor>(at slot: UInt32, on processor: inout P) -> (completed: Bool, dependency: P.Dependency) {
        let cleared = processor.wait32(placement.slot(slot).low, at: .awaitSync, timeout: timeout) { $0 == 0 }
        return (cleared != nil, cleared?.dependency ?? .none)
    }

    /// Reads CONS until it has passed `slot`; `known` is what the caller knows of it, by the read that `source` stands for.
    @inlinable @inline(__always)
    func pollCons<P: Processor>(
        until slot: UInt32, from known: UInt32, _ source: P.Dependency, on processor: inout P
    ) -> (completed: Bool, cons: UInt32, dependency: P.Dependency) {
        var poll = Poll(timeout: timeout, waitsForEvents: completion == .cons)
        var (cons, dependency) = (known, source)
        var inTime = true
        repeat {
            if geometry.isConsumed(slot, cons: cons) { return (true, cons, dependency) }
            inTime = processor.poll(&poll, at: .awaitSync)
            // Ordered: the locks of all CMD_SYNCs that the same owner published must be seen before
            // `tryUnlockShared` looks, or this producer could take itself for the last (mutation m4).
            let read = processor.readRegister(placement.cons, .orderedReads, at: .readSyncCons)
            (cons, dependency) = (read.value, read.dependency)
        } while inTime
        return (false, cons, dependency)
    }
}
