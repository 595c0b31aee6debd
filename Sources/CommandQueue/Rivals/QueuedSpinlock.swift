import Machine

/// A fair spinlock whose waiters each spin on a line of their own: an array queue lock (Anderson, 1990).
///
/// It stands for the kernel's queued spinlock, an MCS lock: those who come queue up by one read-modify-write of a common
/// word, wait for a word that nobody else waits for, and are let in one after the other by one store of the one before.
/// That an array holds the waiting places, and not nodes that waiters link, changes none of these line transfers and needs
/// neither the waiter's number nor an exchange, which `Processor` has not. What it leaves out is the kernel's
/// single compare-and-swap where nobody holds the lock: here the first one looks at its own line as well.
@usableFromInline
struct QueuedSpinlock: Sendable {
    /// The next ticket.
    @usableFromInline let tail: Word32
    /// One line for each place: a ticket is let in when the first word of its place holds it.
    @usableFromInline let turns: Word64
    @usableFromInline let mask: UInt32

    /// The placement must have been laid out for as many producers as may wait at once.
    init(placement: QueuePlacement) {
        precondition(placement.lockTurnCount > 0, "the queue has no places for a queued spinlock")
        precondition(Self.wordsPerLine * 8 == MemoryPlan.lineSize)
        tail = placement.queueLock
        turns = placement.lockTurns
        mask = UInt32(placement.lockTurnCount - 1)
    }

    @inlinable static var wordsPerLine: Int { 8 }

    @inlinable @inline(__always)
    func turn(of ticket: UInt32) -> Word32 {
        turns.advanced(by: Int(ticket & mask) &* Self.wordsPerLine).low
    }

    /// Returns the ticket that `unlock` takes.
    ///
    /// Relaxed: the lock guards no data, it only keeps others from trying at the same time.
    @inlinable @inline(__always)
    func lock<P: Processor>(on processor: inout P) -> UInt32 {
        let ticket = processor.fetchAdd32(tail, 1, .relaxed, at: .lockQueue).value
        _ = processor.wait32(turn(of: ticket), at: .lockQueue) { $0 == ticket }
        return ticket
    }

    /// Release: the holder's compare-and-swap comes before, or the next one's first try would meet it.
    @inlinable @inline(__always)
    func unlock<P: Processor>(_ ticket: UInt32, on processor: inout P) {
        processor.store32(turn(of: ticket &+ 1), ticket &+ 1, .release, at: .unlockQueue)
    }
}
