import Machine
import SMMUv3

/// The ring as the rivals use it: all but `awaitCount` under a lock of theirs.
///
/// The words that are compare-and-swapped in Linux's algorithm hold prod and cons here too. The high
/// half of `syncCount` holds the number of the last CMD_SYNC issued, the low half that of the last
/// one completed, which the device writes.
///
/// Accesses are relaxed where the caller's lock orders them: its acquire brings in what the last holder
/// wrote, its release hands on what this one wrote. What is ordered by something else says so.
@usableFromInline
struct LockedRing: Sendable {
    @usableFromInline let placement: QueuePlacement
    @usableFromInline let timeout: UInt64
    @usableFromInline let geometry: QueueGeometry
    /// The device address of the low half of `syncCount`.
    @usableFromInline let syncCountAddress: UInt64

    init(placement: QueuePlacement, timeout: UInt64) {
        self.placement = placement
        self.timeout = timeout
        self.geometry = placement.geometry
        self.syncCountAddress = placement.slotsAddress
            &- UInt64(placement.slots.offset) &+ UInt64(placement.syncCount.offset)
    }

    /// Waits for space for `count` entries, by polling CONS; returns where they begin.
    @inlinable @inline(__always)
    func reserve<P: Processor, O: QueueObserver>(_ count: UInt32, on processor: inout P, observer: inout O) -> UInt32 {
        let prod = processor.load32(placement.pointers.low, .relaxed, at: .allocate).value
        let cons = processor.load32(placement.pointers.high, .relaxed, at: .allocate).value
        if !geometry.hasSpace(for: count, prod: prod, cons: cons) {
            awaitSpace(count, prod: prod, on: &processor, observer: &observer)
        }
        processor.store32(placement.pointers.low, geometry.advance(prod, by: count), .relaxed, at: .allocate)
        return prod
    }

    /// CONS as it was last read.
    @inlinable @inline(__always)
    func knownCons<P: Processor>(on processor: inout P) -> UInt32 {
        processor.load32(placement.pointers.high, .relaxed, at: .allocate).value
    }

    @inlinable @inline(never)
    func awaitSpace<P: Processor, O: QueueObserver>(_ count: UInt32, prod: UInt32, on processor: inout P, observer: inout O) {
        var poll = Poll(timeout: timeout)
        while true {
            let cons = processor.readRegister(placement.cons, .relaxed, at: .readSpaceCons).value & geometry.pointerMask
            processor.store32(placement.pointers.high, cons, .relaxed, at: .refreshCons)
            if geometry.hasSpace(for: count, prod: prod, cons: cons) { return }
            if !processor.poll(&poll, at: .awaitSpace) {
                observer.spaceTimedOut()
                poll = Poll(timeout: timeout)
            }
        }
    }

    /// Returns the CMD_SYNC's number; of meaning with MSIs only.
    @inlinable @inline(__always)
    func writeSync<P: Processor>(_ completion: SyncCompletion, at slot: UInt32, on processor: inout P) -> UInt32 {
        let number = processor.load32(placement.syncCount.high, .relaxed, at: .sequence).value &+ 1
        processor.store32(placement.syncCount.high, number, .relaxed, at: .sequence)
        var sync = Command.sync(completion.signal, msiAddress: syncCountAddress)
        sync.word0 |= completion == .msi ? UInt64(number) &<< 32 : 0
        let entry = placement.slot(slot)
        processor.store64(entry, sync.word0, .relaxed, at: .writeSlots)
        processor.store64(entry.advanced(by: 1), sync.word1, .relaxed, at: .writeSlots)
        return number
    }

    @inlinable @inline(__always)
    func publish<P: Processor, O: QueueObserver>(from start: UInt32, count: UInt32, on processor: inout P, observer: inout O) {
        let end = geometry.advance(start, by: count)
        // writel: the entries are visible to the device before PROD covers them.
        processor.writeRegister(placement.prod, end, .orderedStores, at: .doorbell)
        observer.rangDoorbell(start: start, end: end)
    }

    /// Polls CONS until it has passed `slot`; false when the time is over.
    ///
    /// Ordered (readl): the caller's later reads must not come from before the completion.
    @inlinable @inline(__always)
    func pollCons<P: Processor>(until slot: UInt32, signalled: Bool, on processor: inout P) -> Bool {
        var poll = Poll(timeout: timeout, waitsForEvents: signalled)
        while true {
            let cons = processor.readRegister(placement.cons, .orderedReads, at: .readSyncCons).value & geometry.pointerMask
            if geometry.isConsumed(slot, cons: cons) {
                processor.store32(placement.pointers.high, cons, .relaxed, at: .updateCons)
                return true
            }
            if !processor.poll(&poll, at: .awaitSync) { return false }
        }
    }

    /// Waits until the CMD_SYNC of that number is complete; CMD_SYNCs complete in order, so a later number will do.
    ///
    /// Outside the lock, and relaxed as Linux's wait was: stores that follow depend on it.
    @inlinable @inline(__always)
    func awaitCount<P: Processor>(_ number: UInt32, on processor: inout P) -> Bool {
        processor.wait32(placement.syncCount.low, at: .awaitSync, timeout: timeout) {
            Int32(bitPattern: $0 &- number) >= 0
        } != nil
    }
}
