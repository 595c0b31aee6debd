/// How many entries each write of PROD published.
struct GatherSizes: Equatable, Sendable {
    /// By the number of bits of the size less one: sizes 1, 2, to 4, to 8 and so on up to 2^19, the largest queue.
    private(set) var counts = Array(repeating: UInt64(0), count: 20)
    private(set) var entries: UInt64 = 0
    private(set) var largest: UInt32 = 0

    var count: UInt64 { counts.reduce(0, +) }

    mutating func add(_ size: UInt32) {
        guard size > 0 else { return }
        counts[min(19, UInt32.bitWidth - (size - 1).leadingZeroBitCount)] += 1
        entries += UInt64(size)
        largest = max(largest, size)
    }

    mutating func merge(_ other: GatherSizes) {
        for index in counts.indices { counts[index] += other.counts[index] }
        entries += other.entries
        largest = max(largest, other.largest)
    }

    mutating func removeAll() { self = GatherSizes() }
}
