/// Lines that an agent of the device has fetched since it last looked at its registers, the latest 16, and when each is there.
struct FetchedLines {
    private var lines = InlineArray<16, Int32>(repeating: -1)
    private var arrivals = InlineArray<16, UInt64>(repeating: 0)
    private var next = 0
    /// Most reads are of the line that the last one found.
    private var found = 0

    @inline(__always)
    mutating func arrival(of line: Int) -> UInt64? {
        let number = Int32(truncatingIfNeeded: line)
        if lines[found & 15] == number { return arrivals[found & 15] }
        for index in 0..<16 where lines[index] == number {
            found = index
            return arrivals[index]
        }
        return nil
    }

    @inline(__always)
    mutating func add(_ line: Int, arrivingAt time: UInt64) {
        lines[next & 15] = Int32(truncatingIfNeeded: line)
        arrivals[next & 15] = time
        next = (next &+ 1) & 15
    }

    @inline(__always)
    mutating func forget() { lines = InlineArray(repeating: -1) }
}
