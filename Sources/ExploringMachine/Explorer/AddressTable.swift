import Machine

/// Which location of a graph a word of memory is.
///
/// A 64-bit word is one location. Its halves are locations of their own where no access ever takes it as a whole; which words
/// those are is learned: when the first word turns out to be accessed both ways, the exploration starts again from the beginning.
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
        static let mixed: UInt8 = 3
    }

    private let usages: FixedBuffer<UInt8>
    private let locations: FixedBuffer<Int16>
    private let image: FixedBuffer<UInt64>
    let offsets: FixedBuffer<Int32>
    private(set) var count = 0

    init(plan: MemoryPlan) {
        let words = plan.byteCount / 8 + 1
        usages = FixedBuffer(count: words, repeating: 0)
        locations = FixedBuffer(count: 2 * words, repeating: -1)
        image = FixedBuffer(count: words, repeating: 0)
        offsets = FixedBuffer(count: ExecutionGraph.maxLocations, repeating: 0)
        for (word, value) in plan.initialValues { image[word.offset / 8] = value }
    }

    func deallocate() {
        usages.deallocate()
        locations.deallocate()
        image.deallocate()
        offsets.deallocate()
    }

    enum Found {
        case place(Place)
        /// A word has turned out to be accessed both ways.
        case changed
        /// Too many locations.
        case full
    }

    /// The place of a word; `graphs` learn the initial value of a new location.
    @inline(__always)
    mutating func place(of offset: Int, isWhole: Bool, in graph: ExecutionGraph, and other: ExecutionGraph) -> Found {
        let word = offset >> 3
        let usage = usages[word]
        let now = usage | (isWhole ? Usage.whole : Usage.half)
        if now != usage {
            usages[word] = now
            if usage != 0 { return .changed }
        }
        let isMixed = now == Usage.mixed
        let key = isMixed || isWhole ? word << 1 : offset >> 2
        if locations[key] < 0 {
            guard count < ExecutionGraph.maxLocations else { return .full }
            let value = image[word]
            graph.initialValues[count] = isMixed || isWhole ? value : offset & 4 == 0 ? value & 0xffff_ffff : value >> 32
            other.initialValues[count] = graph.initialValues[count]
            offsets[count] = Int32(isMixed || isWhole ? word << 3 : offset)
            locations[key] = Int16(count)
            count += 1
        }
        let isHigh = offset & 4 != 0
        let part: UInt8 = isMixed && !isWhole ? isHigh ? 2 : 1 : 0
        return .place(Place(location: Int(locations[key]), shift: part == 2 ? 32 : 0, part: part))
    }

    /// The location that holds a word; nil where nothing has touched it. And where in the location.
    func location(of offset: Int) -> (location: Int, shift: UInt64)? {
        let isMixed = usages[offset >> 3] == Usage.mixed
        let isHalf = usages[offset >> 3] == Usage.half
        let found = locations[isHalf ? offset >> 2 : (offset >> 3) << 1]
        return found < 0 ? nil : (Int(found), isMixed && offset & 4 != 0 ? 32 : 0)
    }

    func hasSeparateHalves(_ offset: Int) -> Bool { usages[offset >> 3] == Usage.half }

    /// Forgets which locations there are, but not how words are accessed.
    mutating func restart() {
        for key in 0..<locations.count { locations[key] = -1 }
        count = 0
    }
}
