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

    /// Marks `count` slots from `start` on as written.
    ///
    /// Relaxed: the barrier before it orders the slots' contents, and nothing of the caller's after it
    /// is ordered by it. It must be atomic because the slots of others share the word.
    @inlinable @inline(__always)
    func set<P: Processor>(_ map: Word64, from start: UInt32, count: UInt32, on processor: inout P) {
        let index = geometry.index(start)
        guard count &- 1 < span &- (index & 63) else {
            return setParts(map, from: start, count: count, on: &processor)
        }
        processor.xor64(map.advanced(by: Int(index >> 6)), Self.mask(bit: index & 63, count: count), .relaxed, at: .publishSlots)
    }

    /// Waits until all slots from `start` to before `end` are written. What it returns orders a later store after the slots' bits.
    @inlinable @inline(__always)
    func await<P: Processor>(_ map: Word64, from start: UInt32, to end: UInt32, on processor: inout P) -> P.Dependency {
        let count = geometry.distance(from: start, to: end)
        let index = geometry.index(start)
        guard count &- 1 < span &- (index & 63) else {
            return awaitParts(map, from: start, count: count, on: &processor)
        }
        let mask = Self.mask(bit: index & 63, count: count)
        let expected = geometry.isWrapped(start) ? 0 : mask
        return processor.waitBits64(map.advanced(by: Int(index >> 6)), mask: mask, expected: expected, at: .awaitValid)
    }
}

// Ranges over more than one word, and empty ones
extension ValidMap {
    /// `count` bits, 1 to 64, from `bit` on.
    @inlinable @inline(__always)
    static func mask(bit: UInt32, count: UInt32) -> UInt64 {
        ((~0 as UInt64) &>> UInt64(64 &- count)) &<< UInt64(bit)
    }

    /// The next word's part of a range: which word, which bits, how many slots.
    @inlinable @inline(__always)
    func part(from start: UInt32, remaining: UInt32) -> (word: Int, mask: UInt64, count: UInt32) {
        let index = geometry.index(start)
        let count = min(remaining, span &- (index & 63))
        return (Int(index >> 6), Self.mask(bit: index & 63, count: count), count)
    }

    @inlinable @inline(never)
    func setParts<P: Processor>(_ map: Word64, from start: UInt32, count: UInt32, on processor: inout P) {
        var pointer = start
        var remaining = count
        while remaining > 0 {
            let part = part(from: pointer, remaining: remaining)
            processor.xor64(map.advanced(by: part.word), part.mask, .relaxed, at: .publishSlots)
            pointer &+= part.count
            remaining &-= part.count
        }
    }

    @inlinable @inline(never)
    func awaitParts<P: Processor>(_ map: Word64, from start: UInt32, count: UInt32, on processor: inout P) -> P.Dependency {
        var dependency = P.Dependency.none
        var pointer = start
        var remaining = count
        while remaining > 0 {
            let part = part(from: pointer, remaining: remaining)
            let expected = geometry.isWrapped(pointer) ? 0 : part.mask
            let seen = processor.waitBits64(map.advanced(by: part.word), mask: part.mask, expected: expected, at: .awaitValid)
            dependency = dependency.joined(with: seen)
            pointer &+= part.count
            remaining &-= part.count
        }
        return dependency
    }
}
