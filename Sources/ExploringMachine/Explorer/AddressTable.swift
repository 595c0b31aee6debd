import Machine

/// Which location of a graph a word of memory is.
///
/// A 64-bit word is one location. Its halves are locations of their own where no access ever takes it as a whole, and so may be its
/// bits where it is only toggled and waited for bit by bit. Which words those are is learned: when a word turns out to be accessed
/// in more than one way, the exploration starts again from the beginning.
struct AddressTable {
    struct Place {
        var location: Int
        /// Of the accessed half, where the location is the whole word.
        var shift: UInt64
        var part: UInt8
    }

    private enum Usage {
        static let half: UInt8 = 1
        static let whole: UInt8 = 2
        static let bits: UInt8 = 4
    }

    private static func isMixed(_ usage: UInt8) -> Bool { usage != Usage.half && usage & Usage.half != 0 }

    private let usages: FixedBuffer<UInt8>
    private let locations: FixedBuffer<Int16>
    private let bitLocations: FixedBuffer<Int16>
    private let image: FixedBuffer<UInt64>
    let offsets: FixedBuffer<Int32>
    /// Of a location that is a bit: which; else -1.
    let bits: FixedBuffer<Int8>
    private let starts: FixedBuffer<UInt64>
    /// Of each location its place in `locations`, or in `bitLocations` where it is a bit.
    private let keys: FixedBuffer<Int32>
    private(set) var count = 0

    init(plan: MemoryPlan) {
        let words = plan.byteCount / 8 + 1
        usages = FixedBuffer(count: words, repeating: 0)
        locations = FixedBuffer(count: 2 * words, repeating: -1)
        bitLocations = FixedBuffer(count: 64 * words, repeating: -1)
        bits = FixedBuffer(count: ExecutionGraph.maxLocations, repeating: -1)
        image = FixedBuffer(count: words, repeating: 0)
        offsets = FixedBuffer(count: ExecutionGraph.maxLocations, repeating: 0)
        starts = FixedBuffer(count: ExecutionGraph.maxLocations, repeating: 0)
        keys = FixedBuffer(count: ExecutionGraph.maxLocations, repeating: 0)
        for (word, value) in plan.initialValues { image[word.offset / 8] = value }
    }

    func deallocate() {
        usages.deallocate()
        locations.deallocate()
        bitLocations.deallocate()
        bits.deallocate()
        image.deallocate()
        offsets.deallocate()
        starts.deallocate()
        keys.deallocate()
    }

    enum Found {
        case place(Place)
        /// A word has turned out to be accessed both ways.
        case changed
        /// Too many locations.
        case full
    }

    /// The place of a word or a half; the graphs learn the initial value of a new location.
    @inline(__always)
    mutating func place(of offset: Int, isWhole: Bool, in graph: ExecutionGraph, and other: ExecutionGraph) -> Found {
        let word = offset >> 3
        guard use(word, isWhole ? Usage.whole : Usage.half) else { return .changed }
        let isMixed = Self.isMixed(usages[word])
        let key = isMixed || isWhole ? word << 1 : offset >> 2
        if locations[key] < 0 {
            let value = image[word]
            let start = isMixed || isWhole ? value : offset & 4 == 0 ? value & 0xffff_ffff : value >> 32
            guard let new = addLocation(isMixed || isWhole ? word << 3 : offset, start, in: graph, and: other) else { return .full }
            locations[key] = new
            keys[Int(new)] = Int32(key)
        }
        let isHigh = offset & 4 != 0
        let part: UInt8 = isMixed && !isWhole ? isHigh ? 2 : 1 : 0
        return .place(Place(location: Int(locations[key]), shift: part == 2 ? 32 : 0, part: part))
    }

    /// Whether the word is one of bits; nil where that has changed just now.
    mutating func hasBits(_ offset: Int) -> Bool? {
        use(offset >> 3, Usage.bits) ? usages[offset >> 3] == Usage.bits : nil
    }

    /// The place of a bit of a word that has bits.
    mutating func place(ofBit bit: Int, of offset: Int, in graph: ExecutionGraph, and other: ExecutionGraph) -> Found {
        let key = (offset >> 3) << 6 + bit
        if bitLocations[key] < 0 {
            guard let new = addLocation(offset, image[offset >> 3] >> UInt64(bit) & 1, in: graph, and: other) else { return .full }
            bitLocations[key] = new
            bits[Int(new)] = Int8(bit)
            keys[Int(new)] = Int32(key)
        }
        return .place(Place(location: Int(bitLocations[key]), shift: 0, part: 0))
    }

    /// Notes how a word is accessed; false where that changes which locations there are.
    @inline(__always)
    private func use(_ word: Int, _ usage: UInt8) -> Bool {
        let old = usages[word]
        guard old & usage == 0 else { return true }
        usages[word] = old | usage
        return old == 0
    }

    private mutating func addLocation(_ offset: Int, _ value: UInt64, in graph: ExecutionGraph, and other: ExecutionGraph) -> Int16? {
        guard count < ExecutionGraph.maxLocations else { return nil }
        graph.initialValues[count] = value
        other.initialValues[count] = value
        starts[count] = value
        offsets[count] = Int32(offset)
        bits[count] = -1
        count += 1
        return Int16(count - 1)
    }

    /// The location that holds a word; nil where nothing has touched it. And where in the location.
    func location(of offset: Int) -> (location: Int, shift: UInt64)? {
        let isMixed = Self.isMixed(usages[offset >> 3])
        let isHalf = usages[offset >> 3] == Usage.half
        let found = locations[isHalf ? offset >> 2 : (offset >> 3) << 1]
        return found < 0 ? nil : (Int(found), isMixed && offset & 4 != 0 ? 32 : 0)
    }

    func hasSeparateHalves(_ offset: Int) -> Bool { usages[offset >> 3] == Usage.half }

    /// Forgets which locations there are, but not how words are accessed.
    mutating func restart() {
        for location in 0..<count {
            if bits[location] < 0 { locations[Int(keys[location])] = -1 } else { bitLocations[Int(keys[location])] = -1 }
        }
        count = 0
    }
}

/// What an `AddressTable` has learned, to be taken elsewhere.
struct AddressLayout: Sendable, Codable, Equatable {
    /// How each word is accessed.
    var usages: [UInt8]
    var offsets: [Int32] = []
    var bits: [Int8] = []
    var starts: [UInt64] = []
    var keys: [Int32] = []
}

extension AddressTable {
    var layout: AddressLayout {
        AddressLayout(
            usages: (0..<usages.count).map { usages[$0] }, offsets: (0..<count).map { offsets[$0] }, bits: (0..<count).map { bits[$0] },
            starts: (0..<count).map { starts[$0] }, keys: (0..<count).map { keys[$0] })
    }

    mutating func restore(_ layout: AddressLayout, in graph: ExecutionGraph, and other: ExecutionGraph) {
        restart()
        for word in 0..<usages.count { usages[word] = layout.usages[word] }
        for location in layout.offsets.indices {
            offsets[location] = layout.offsets[location]
            bits[location] = layout.bits[location]
            starts[location] = layout.starts[location]
            keys[location] = layout.keys[location]
            graph.initialValues[location] = starts[location]
            other.initialValues[location] = starts[location]
            let key = Int(keys[location])
            if bits[location] < 0 { locations[key] = Int16(location) } else { bitLocations[key] = Int16(location) }
        }
        count = layout.offsets.count
    }

    var wordCount: Int { usages.count }
}
