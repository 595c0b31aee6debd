// How a thread's read finds a line that another thread has
extension Core {
    /// When a read asked for at `time` reaches the line's owner: half a transfer later, and not before the owner has had the line for a moment.
    ///
    /// That moment is measured where two cores compare-and-swap by turns: from turn to turn, without half of the way back and the swap itself.
    /// A request that is turned away and made again when the owner has the line is there after half a transfer, which is the most.
    func reach(of line: Int, askedAt time: UInt64) -> UInt64 {
        let way = model.memory.transferInCluster / 2
        guard lines[line].owner >= 0 else { return time &+ way }
        let kept = model.memory.busyInCluster &- min(model.memory.busyInCluster, way &+ model.processor.atomicHit)
        return max(time &+ way, lines[line].free, lines[line].ownedFrom &+ min(kept, way))
    }

    /// The read reaches the owner at `time`; returns when the line is there.
    ///
    /// Where reads take what is written, a line that the owner has written goes to the reader alone, who may write it without asking again; what
    /// the owner has only read both share. That is decided here, and not when the reader asks.
    mutating func serveRead(of line: Int, to agent: Int, at time: UInt64) -> UInt64 {
        let owner = lines[line].owner
        let way = model.memory.transferInCluster / 2
        guard owner >= 0 else { return requestShared(line, by: agent, at: time &- min(way, time)) }
        let granted = time &+ model.memory.transferInCluster &- way
        lose(line, Int(owner), at: time)
        if model.memory.readTakesWritten, !lines[line].isOnlyRead {
            invalidateWatchers(of: line, at: time)
            lines[line].owner = Int32(truncatingIfNeeded: agent)
            lines[line].ownedFrom = granted
            lines[line].isOnlyRead = true
        } else {
            lines[line].owner = Line.nobody
            addSharer(Int(owner), to: line)
            addSharer(agent, to: line)
        }
        lines[line].free = max(lines[line].free, time)
        note(line, requested: time &- min(way, time), started: time &- min(way, time), granted: granted, moved: true)
        return granted
    }

    /// The agent writes a line that it need not ask for.
    @inline(__always)
    mutating func noteWrite(to line: Int, by agent: Int) {
        if lines[line].owner == Int32(truncatingIfNeeded: agent) { lines[line].isOnlyRead = false }
    }
}
