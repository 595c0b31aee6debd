import Machine
import SMMUv3

/// What can be seen of insertions from outside: statistics, latencies and self-checks hook on here.
///
/// Every method has an empty default, which costs nothing. Methods that get the processor may touch
/// memory of their own through it, at the site `.audit`.
@usableFromInline
package protocol QueueObserver {
    /// Slots from `start` on are the caller's, for the commands and, with `sync`, a CMD_SYNC.
    /// Called before they are published. `attempts` compare-and-swaps were needed; 0 where the algorithm needs none.
    /// `cons` is the software cons by which there was space for them.
    mutating func allocated<P: Processor>(
        start: UInt32, commands: Span<Command>, sync: Bool, attempts: UInt32, cons: UInt32, on processor: inout P)
    /// The caller has written PROD, from `start` to `end`.
    mutating func rangDoorbell(start: UInt32, end: UInt32)
    /// The insertion is over; a CMD_SYNC may still be waited for.
    mutating func inserted<P: Processor>(on processor: inout P)
    /// The CMD_SYNC at `slot` is taken for complete, or was given up. The caller still holds what keeps the slot from reuse, where the algorithm has that.
    mutating func syncEnded<P: Processor>(slot: UInt32, timedOut: Bool, on processor: inout P)
    /// A wait for space took longer than the timeout, and goes on.
    mutating func spaceTimedOut()
}

extension QueueObserver {
    @inlinable @inline(__always)
    package mutating func allocated<P: Processor>(
        start: UInt32, commands: Span<Command>, sync: Bool, attempts: UInt32, cons: UInt32, on processor: inout P) {}
    @inlinable @inline(__always)
    package mutating func rangDoorbell(start: UInt32, end: UInt32) {}
    @inlinable @inline(__always)
    package mutating func inserted<P: Processor>(on processor: inout P) {}
    @inlinable @inline(__always)
    package mutating func syncEnded<P: Processor>(slot: UInt32, timedOut: Bool, on processor: inout P) {}
    @inlinable @inline(__always)
    package mutating func spaceTimedOut() {}
}

/// Sees nothing.
@usableFromInline
package struct NoQueueObserver: QueueObserver {
    @inlinable package init() {}
}
