import Machine

/// Which processors have a copy of each line, and on which dies they are.
struct Sharers {
    /// For each line a bit for each die, and then one for each processor and one for all agents of the device together.
    private let bits: FixedBuffer<UInt64>
    private let dieWords: Int
    private let words: Int
    private let processors: Int
    /// The processors of each die, as bits.
    private let members: FixedBuffer<UInt64>

    /// `processors` holds the die of each.
    init(lines: Int, processors: [Int], dies: Int) {
        dieWords = (dies + 63) / 64
        words = (processors.count + 64) / 64
        self.processors = processors.count
        bits = FixedBuffer(count: lines * (dieWords + words), repeating: 0)
        members = FixedBuffer(count: dies * words, repeating: 0)
        for (processor, die) in processors.enumerated() { members[die * words + processor / 64] |= 1 << UInt64(processor % 64) }
    }

    func deallocate() {
        bits.deallocate()
        members.deallocate()
    }

    @inline(__always)
    private func row(of line: Int) -> Int { line &* (dieWords &+ words) }

    @inline(__always)
    func contains(_ agent: Int, of line: Int) -> Bool {
        let place = place(of: agent)
        return bits[row(of: line) &+ dieWords &+ place >> 6] & (1 << UInt64(place & 63)) != 0
    }

    /// A processor's own, or that of all agents of the device.
    @inline(__always)
    func place(of agent: Int) -> Int { min(agent, processors) }

    @inline(__always)
    func add(_ agent: Int, on die: Int, to line: Int) {
        let place = place(of: agent)
        let row = row(of: line)
        bits[row &+ dieWords &+ place >> 6] |= 1 << UInt64(place & 63)
        // Copies of the device count for none of the dies.
        if agent < processors { bits[row &+ die >> 6] |= 1 << UInt64(die & 63) }
    }

    @inline(__always)
    func removeAll(of line: Int) {
        let row = row(of: line)
        for word in 0..<(dieWords &+ words) { bits[row &+ word] = 0 }
    }

    /// The dies that have copies.
    @inline(__always)
    func forEachDie(of line: Int, _ body: (Int) -> Void) {
        let row = row(of: line)
        for word in 0..<dieWords {
            var dies = bits[row &+ word]
            while dies != 0 {
                body(word &* 64 &+ dies.trailingZeroBitCount)
                dies &= dies &- 1
            }
        }
    }

    /// Whether a processor of the die other than this one has a copy.
    @inline(__always)
    func hasOther(than agent: Int, on die: Int, of line: Int) -> Bool {
        let row = row(of: line) &+ dieWords
        for word in 0..<words {
            var found = bits[row &+ word] & members[die &* words &+ word]
            if word == agent >> 6 { found &= ~(1 << UInt64(agent & 63)) }
            if found != 0 { return true }
        }
        return false
    }
}
