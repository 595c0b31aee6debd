import Machine

/// The lock that keeps a queue from being lapped while CMD_SYNCs are in flight.
///
/// Held shared by each producer that waits for a CMD_SYNC; held exclusively by a producer that reads
/// CONS to find space. Values: 0 free, above 0 the number of holders, INT_MIN exclusive,
/// INT_MIN + k exclusive with k shared waiters. Locking has no acquire semantics: what relies on it
/// depends on its reads. Source: linux-cmdq 1.5.
@usableFromInline
package struct QueueLock: Sendable {
    @usableFromInline package enum Form: String, CaseIterable, Sendable {
        /// Linux since df180b1a4cc5: waiters' increments are kept by the exclusive unlock.
        case counted
        /// Before: the exclusive unlock stores 0 and drops them, and waiters count themselves in again.
        case legacy
    }

    @usableFromInline let word: Word32
    @usableFromInline let form: Form

    package init(word: Word32, form: Form) {
        self.word = word
        self.form = form
    }

    @inlinable static var exclusive: UInt32 { 1 << 31 }

    /// Relaxed: the order that matters, lock before valid bits, is that of the barrier which follows. A holder's store of cons
    /// depends on what this returns.
    @inlinable @inline(__always)
    func lockShared<P: Processor>(on processor: inout P) -> P.Dependency {
        let old = processor.fetchAdd32(word, 1, .relaxed, at: .lockShared)
        if old.value & Self.exclusive == 0 { return old.dependency }
        return awaitShared(on: &processor)
    }

    /// Takes `count` shares at once, for CMD_SYNCs whose issuers give them back; of the counted form only.
    ///
    /// An issuer that has given its CMD_SYNC up may return its share before it is taken here. The count is then below 0
    /// for a while, which is not exclusive. Relaxed: the caller's ordered doorbell follows.
    @inlinable @inline(__always)
    func lockShared(count: UInt32, on processor: inout some Processor) {
        guard count > 0 else { return }
        let old = processor.fetchAdd32(word, count, .relaxed, at: .lockShared).value
        guard Self.isExclusive(old) else { return }
        _ = processor.wait32(word, at: .awaitShared) { !Self.isExclusive($0) }
    }

    /// Held exclusively, with fewer than 2^30 shared waiters.
    @inlinable @inline(__always)
    static func isExclusive(_ value: UInt32) -> Bool { value >> 30 == 0b10 }

    /// Relaxed, as `lockShared`: nothing that the holder reads later is protected by the lock, only the reuse of its slot.
    @inlinable @inline(never)
    func awaitShared<P: Processor>(on processor: inout P) -> P.Dependency {
        switch form {
        case .counted:
            return processor.wait32(word, at: .awaitShared) { Int32(bitPattern: $0) > 0 }.dependency
        case .legacy:
            while true {
                let free = processor.wait32(word, at: .awaitShared) { Int32(bitPattern: $0) >= 0 }.value
                let found = processor.compareExchange32(
                    word, expected: free, desired: free &+ 1, .relaxed, at: .awaitShared)
                if found.value == free { return found.dependency }
            }
        }
    }

    /// Nil where the share is given back. Else the caller looks like the last holder and must first store what it knows of CONS, which
    /// depends on what this returns: the look. Racy by design.
    ///
    /// Relaxed: in CONS mode the ordered read of CONS comes before it, or locks of the same gather could go unseen
    /// (mutation m4). A holder that joins after the look sees a count of 2 or more until this one has unlocked, so it
    /// stores no cons that this one's store would take back.
    @inlinable @inline(__always)
    func tryUnlockShared<P: Processor>(on processor: inout P) -> P.Dependency? {
        let look = processor.load32(word, .relaxed, at: .tryUnlock)
        if look.value == 1 { return look.dependency }
        unlockShared(on: &processor)
        return nil
    }

    /// Release: the holder's reads of CONS and its store of the software cons come before, or the next
    /// exclusive holder could see the queue shorter than this one left it.
    @inlinable @inline(__always)
    func unlockShared<P: Processor>(on processor: inout P) {
        _ = processor.fetchAdd32(word, 0xffff_ffff, .release, at: .unlockShared)
    }

    /// Relaxed: the holder reads a register and stores cons, and both depend on having got the lock.
    @inlinable @inline(__always)
    func tryLockExclusive<P: Processor>(on processor: inout P) -> Bool {
        processor.compareExchange32(
            word, expected: 0, desired: Self.exclusive, .relaxed, at: .lockExclusive).value == 0
    }

    /// Release: the store of the refreshed cons comes before, or two producers could refresh it in the wrong order.
    @inlinable @inline(__always)
    func unlockExclusive<P: Processor>(on processor: inout P) {
        switch form {
        case .counted:
            // Bit 31 is known to be set, so adding it clears it, and the waiters below it stay counted.
            _ = processor.fetchAdd32(word, Self.exclusive, .release, at: .unlockExclusive)
        case .legacy:
            processor.store32(word, 0, .release, at: .unlockExclusive)
        }
    }
}
