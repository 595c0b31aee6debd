import Machine

// A word that is accessed as a whole and by halves is one location with one coherence order. What it holds behind a write of one half
// is that half, and of the other what the last write of that one before it has written: a read may read from two writes.
extension ExecutionGraph {
    /// What the location holds behind a write of a half.
    func joinedValue(_ location: Int, at position: Int) -> UInt64 {
        var (value, rest) = (0 as UInt64, UInt64.max)
        var next = position
        while next >= 0 {
            let event = events[write(location, at: next)]
            value |= event.value & rest & event.mask
            rest &= ~event.mask
            if rest == 0 { return value }
            next &-= 1
        }
        return value | initialValues[location] & rest
    }

    /// Of a read that finds a part of its value elsewhere than in its source: the write of that; -1 where it is none.
    @inline(__always)
    func otherSource(of read: Int) -> Int {
        isMixed[Int(events[read].location)] && events[read].source >= 0 ? otherSourceOfHalves(read) : -1
    }

    private func otherSourceOfHalves(_ read: Int) -> Int {
        let source = events[Int(events[read].source)]
        return lastWrite(of: events[read].mask & ~source.mask, Int(source.location), before: Int(source.position))
    }

    /// The last write before the position to bits of the mask; -1.
    private func lastWrite(of mask: UInt64, _ location: Int, before position: Int) -> Int {
        guard mask != 0 else { return -1 }
        var next = position &- 1
        while next >= 0 {
            let number = write(location, at: next)
            if events[number].mask & mask != 0 { return number }
            next &-= 1
        }
        return -1
    }

    /// Whether a part of what is read at the position was written by the write, which is placed.
    func isSeen(_ write: Int, by read: Int, at position: Int) -> Bool {
        let location = Int(events[write].location)
        var mask = events[write].mask & events[read].mask
        var next = Int(events[write].position) &+ 1
        while mask != 0, next <= position {
            mask &= ~events[self.write(location, at: next)].mask
            next &+= 1
        }
        return mask != 0 && position >= Int(events[write].position)
    }

    /// Whether the write, which is placed, changes what a read has found that has another source.
    func changesReads(_ write: Int, but revisited: Int = -1) -> Bool {
        let location = events[write].location
        guard isMixed[Int(location)], Int(events[write].position) < writeCount(Int(location)) &- 1 else { return false }
        for read in 0..<count where events[read].location == location && events[read].isRead && read != revisited {
            let source = events[read].source
            if source >= 0, Int(source) != write, isSeen(write, by: read, at: Int(events[Int(source)].position)) { return true }
        }
        return false
    }
}
