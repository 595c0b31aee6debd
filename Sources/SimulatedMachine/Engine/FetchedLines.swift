/// Lines that an agent of the device has fetched since it last looked at its registers, the latest 16, and when each is there.
///
/// The first few, and most turns fetch no more, are in one line of the host's cache.
struct FetchedLines {
    private var count: Int32 = 0
    /// Most reads are of the line that the last one found.
    private var found: Int32 = 0
    /// When the latest came or comes.
    private(set) var latest: UInt64 = 0
    private var entries = InlineArray<16, Entry>(repeating: Entry(line: -1, arrival: 0))

    private struct Entry {
        var line: Int
        var arrival: UInt64
    }

    @inline(__always)
    mutating func arrival(of line: Int) -> UInt64? {
        if found < count, entries[Int(found & 15)].line == line { return entries[Int(found & 15)].arrival }
        for index in 0..<Int(min(count, 16)) where entries[index].line == line {
            found = Int32(truncatingIfNeeded: index)
            return entries[index].arrival
        }
        return nil
    }

    @inline(__always)
    mutating func add(_ line: Int, arrivingAt time: UInt64) {
        entries[Int(count & 15)] = Entry(line: line, arrival: time)
        count &+= 1
        latest = time
    }

    @inline(__always)
    mutating func forget() { count = 0 }
}
