import Machine

/// In what a queue departs from Linux's algorithm; `LinuxQueue.issue` calls it where that is.
@usableFromInline
protocol LinuxVariant {
    /// Or-ed into every PROD that is written; of the bits above the wrap bit.
    static var prodFlags: UInt32 { get }
    /// Tries to allocate slots by a compare-and-swap of `pointers` that expects `old`, once or more often.
    mutating func allocate<P: Processor>(_ step: RingAdvance, from old: UInt64, in pointers: Word64, on processor: inout P) -> Exchange<P.Dependency>
    /// Waits until there is space for `count` entries.
    func awaitSpace<P: Processor, O: QueueObserver>(for count: UInt32, in queue: LinuxQueue, on processor: inout P, observer: inout O) -> UInt64
}

extension LinuxVariant {
    @inlinable @inline(__always)
    func awaitSpace<P: Processor, O: QueueObserver>(for count: UInt32, in queue: LinuxQueue, on processor: inout P, observer: inout O) -> UInt64 {
        queue.awaitSpace(for: count, on: &processor, observer: &observer)
    }
    @inlinable static var prodFlags: UInt32 { 0 }
    @inlinable @inline(__always)
    mutating func allocate<P: Processor>(_ step: RingAdvance, from old: UInt64, in pointers: Word64, on processor: inout P) -> Exchange<P.Dependency> {
        processor.exchange64(pointers, from: old, by: step, .relaxed, at: .allocate)
    }
}

/// What ships: a failed compare-and-swap is tried again at once.
@usableFromInline
struct Mainline: LinuxVariant {
    @inlinable init() {}
}
