/// The index arithmetic of a queue of 2^N entries.
///
/// A pointer (PROD or CONS) holds the index in bits N-1:0 and the wrap bit in bit N. Bits above are
/// not the geometry's: `advance` keeps them, everything else ignores them (Linux keeps its owner
/// flag in bit 31 of `prod`, the SMMU its error code in bits 30:24 of CONS).
/// Source: Arm IHI 0070, section 3.5.1.
@usableFromInline
package struct QueueGeometry: Hashable, Sendable {
    /// N, 0 to 19.
    @usableFromInline package let log2Entries: UInt32
    /// 2^N, which is also the wrap bit.
    @usableFromInline package let entries: UInt32

    package static let supportedLog2Entries = 0...19

    @inlinable package init(log2Entries: Int) {
        precondition((0...19).contains(log2Entries), "a queue has 2^0 to 2^19 entries")
        self.log2Entries = UInt32(log2Entries)
        self.entries = 1 << UInt32(log2Entries)
    }

    @inlinable package var wrapBit: UInt32 { entries }
    @inlinable package var indexMask: UInt32 { entries &- 1 }
    /// Index and wrap bit.
    @inlinable package var pointerMask: UInt32 { (entries << 1) &- 1 }

    @inlinable package func index(_ pointer: UInt32) -> UInt32 { pointer & indexMask }

    /// True on odd laps.
    @inlinable package func isWrapped(_ pointer: UInt32) -> Bool { pointer & wrapBit != 0 }

    /// `pointer` moved `count` entries on, with the bits above the wrap bit kept.
    @inlinable package func advance(_ pointer: UInt32, by count: UInt32) -> UInt32 {
        (pointer & ~pointerMask) | ((pointer &+ count) & pointerMask)
    }

    /// How many entries lie from `start` (inclusive) to `end` (exclusive), 0 to 2^(N+1)-1.
    @inlinable package func distance(from start: UInt32, to end: UInt32) -> UInt32 {
        (end &- start) & pointerMask
    }

    /// Entries that are published but not consumed; more than 2^N means that the pointers are inconsistent.
    @inlinable package func occupancy(prod: UInt32, cons: UInt32) -> UInt32 {
        distance(from: cons, to: prod)
    }

    @inlinable package func space(prod: UInt32, cons: UInt32) -> UInt32 {
        entries &- occupancy(prod: prod, cons: cons)
    }

    /// Whether `count` more entries fit; false where the pointers are inconsistent.
    @inlinable package func hasSpace(for count: UInt32, prod: UInt32, cons: UInt32) -> Bool {
        occupancy(prod: prod, cons: cons) &+ count <= entries
    }

    @inlinable package func isEmpty(prod: UInt32, cons: UInt32) -> Bool {
        (prod ^ cons) & pointerMask == 0
    }

    @inlinable package func isFull(prod: UInt32, cons: UInt32) -> Bool {
        (prod ^ cons) & pointerMask == wrapBit
    }

    /// Whether `cons` has passed the entry at `slot`. Sound only while the two are at most 2^N
    /// entries apart, which is what holding the queue's shared lock is for.
    @inlinable package func isConsumed(_ slot: UInt32, cons: UInt32) -> Bool {
        let ahead = distance(from: slot, to: cons)
        return ahead != 0 && ahead <= entries
    }
}
