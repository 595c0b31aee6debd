import Machine
import SMMUv3

extension LinuxQueue {
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
