import Machine

/// In what a queue departs from Linux's algorithm; `LinuxQueue.issue` calls it where that is.
@usableFromInline
protocol LinuxVariant {
    /// Or-ed into every PROD that is written; of the bits above the wrap bit.
    static var prodFlags: UInt32 { get }
    /// A compare-and-swap of `pointers` has failed and found `found`; returns what the next one is to expect.
    mutating func tryFailed<P: Processor>(found: UInt64, pointers: Word64, on processor: inout P) -> UInt64
    /// No try follows: the last one has succeeded, or space is waited for first.
    mutating func endTries<P: Processor>(on processor: inout P)
}

extension LinuxVariant {
    @inlinable static var prodFlags: UInt32 { 0 }
    @inlinable @inline(__always)
    mutating func tryFailed<P: Processor>(found: UInt64, pointers: Word64, on processor: inout P) -> UInt64 { found }
    @inlinable @inline(__always)
    mutating func endTries<P: Processor>(on processor: inout P) {}
}

/// What ships: a failed compare-and-swap is tried again at once.
@usableFromInline
struct Mainline: LinuxVariant {
    @inlinable init() {}
}
