import Machine
import SMMUv3

/// One bit per slot that says whether the slot has been written on this lap.
///
/// A slot is valid when its bit differs from the lap's wrap bit, so setting toggles it and nothing is
/// ever cleared. A word covers 64 slots, or the whole ring where that is smaller. Source: linux-cmdq 1.4.
@usableFromInline
package struct ValidMap: Sendable {
    @usableFromInline let geometry: QueueGeometry
    /// Slots per word.
    @usableFromInline let span: UInt32

    package init(geometry: QueueGeometry) {
        self.geometry = geometry
        self.span = min(64, geometry.entries)
    }

    /// The next word's part of the range: which word, which bits, how many slots.
    @inlinable @inline(__always)
    func part(from start: UInt32, remaining: UInt32) -> (word: Int, mask: UInt64, count: UInt32) {
        let index = geometry.index(start)
        let bit = index & 63
        let count = min(remaining, span &- bit)
        let mask = ((~0 as UInt64) &>> UInt64(64 &- count)) &<< UInt64(bit)
        return (Int(index >> 6), mask, count)
    }

    /// Marks `count` slots from `start` on as written.
    ///
    /// Relaxed: the barrier before it orders the slots' contents, and nothing of the caller's after it
    /// is ordered by it. It must be atomic because the slots of others share the word.
    @inlinable @inline(__always)
    func set<P: Processor>(_ map: Word64, from start: UInt32, count: UInt32, on processor: inout P) {
        var pointer = start
        var remaining = count
        while remaining > 0 {
            let part = part(from: pointer, remaining: remaining)
            processor.xor64(map.advanced(by: part.word), part.mask, .relaxed, at: .publishSlots)
            pointer &+= part.count
            remaining &-= part.count
        }
    }

    /// Waits until all slots from `start` to before `end` are written. What it returns orders a later store after the slots' bits.
    @inlinable @inline(__always)
    func await<P: Processor>(_ map: Word64, from start: UInt32, to end: UInt32, on processor: inout P) -> P.Dependency {
        var dependency = P.Dependency.none
        var pointer = start
        var remaining = geometry.distance(from: start, to: end)
        while remaining > 0 {
            let part = part(from: pointer, remaining: remaining)
            let expected = geometry.isWrapped(pointer) ? 0 : part.mask
            let seen = processor.wait64(map.advanced(by: part.word), at: .awaitValid) { $0 & part.mask == expected }
            dependency = dependency.joined(with: seen.dependency)
            pointer &+= part.count
            remaining &-= part.count
        }
        return dependency
    }
}
