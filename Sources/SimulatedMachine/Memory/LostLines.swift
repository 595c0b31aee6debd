/// Lines that were taken from an agent, the latest four: it still has each from some time to before another.
struct LostLines {
    private var lines = InlineArray<4, Int32>(repeating: -1)
    private var from = InlineArray<4, UInt64>(repeating: 0)
    private var until = InlineArray<4, UInt64>(repeating: 0)
    private var next: UInt8 = 0

    @inline(__always)
    mutating func add(_ line: Int, from: UInt64, until: UInt64) {
        let index = Int(next & 3)
        lines[index] = Int32(truncatingIfNeeded: line)
        self.from[index] = from
        self.until[index] = until
        next &+= 1
    }

    /// From when on the agent has the line; nil where it does not have it at `time` any more.
    @inline(__always)
    func use(of line: Int, at time: UInt64) -> UInt64? {
        let number = Int32(truncatingIfNeeded: line)
        for index in 0..<4 where lines[index] == number && time < until[index] { return from[index] }
        return nil
    }

    @inline(__always)
    private var latest: Int { Int((next &- 1) & 3) }

    @inline(__always)
    func isLatest(_ line: Int) -> Bool { lines[latest] == Int32(truncatingIfNeeded: line) }

    /// The same for the line that was taken last: without a search, whose branches nobody foresees.
    @inline(__always)
    func useOfLatest(at time: UInt64) -> UInt64? { time < until[latest] ? from[latest] : nil }

    /// Until when the agent has the line; 0: it was not among the latest.
    func loss(of line: Int) -> UInt64 {
        var time: UInt64 = 0
        for index in 0..<4 where lines[index] == Int32(truncatingIfNeeded: line) { time = max(time, until[index]) }
        return time
    }
}
