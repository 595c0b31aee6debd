import Machine

/// A set of one agent's events, by their place in its program order: the first 128 of them.
package struct LocalSet: ProcessorDependency, Equatable, BitwiseCopyable {
    var low: UInt64 = 0
    var high: UInt64 = 0

    static let capacity = 128

    package init() {}
    init(_ index: Int) { insert(index) }
    init(low: UInt64, high: UInt64) { (self.low, self.high) = (low, high) }

    /// -1 where it is empty.
    var highest: Int { high != 0 ? 127 - high.leadingZeroBitCount : 63 - low.leadingZeroBitCount }

    package static var none: LocalSet { LocalSet() }

    @inline(__always)
    package func joined(with other: LocalSet) -> LocalSet {
        var joined = self
        joined.formUnion(other)
        return joined
    }

    @inline(__always)
    mutating func formUnion(_ other: LocalSet) {
        low |= other.low
        high |= other.high
    }

    @inline(__always)
    mutating func insert(_ index: Int) {
        if index < 64 { low |= 1 << UInt64(index) } else { high |= 1 << UInt64(index - 64) }
    }

    mutating func remove(_ index: Int) {
        if index < 64 { low &= ~(1 << UInt64(index)) } else { high &= ~(1 << UInt64(index - 64)) }
    }

    @inline(__always)
    func contains(_ index: Int) -> Bool {
        index < 64 ? low >> UInt64(index) & 1 != 0 : high >> UInt64(index - 64) & 1 != 0
    }

    @inline(__always)
    var isEmpty: Bool { low | high == 0 }

    /// Takes the lowest element out.
    @inline(__always)
    mutating func popFirst() -> Int? {
        if low != 0 {
            let index = low.trailingZeroBitCount
            low &= low &- 1
            return index
        }
        guard high != 0 else { return nil }
        let index = high.trailingZeroBitCount
        high &= high &- 1
        return index + 64
    }
}

/// A set of a graph's events.
struct EventSet {
    private var words = InlineArray<4, UInt64>(repeating: 0)

    /// False where it was in the set already.
    @inline(__always)
    mutating func insert(_ event: Int) -> Bool {
        let word = event >> 6
        let bit: UInt64 = 1 << UInt64(event & 63)
        guard words[word] & bit == 0 else { return false }
        words[word] |= bit
        return true
    }

    @inline(__always)
    func contains(_ event: Int) -> Bool { words[event >> 6] >> UInt64(event & 63) & 1 != 0 }
}
