import Machine

// Who has a line
extension Core {
    /// When `agent` can use the line exclusively without asking for it: nil where it must ask. The time may lie ahead.
    @inline(__always)
    func exclusiveUse(of line: Int, by agent: Int, at time: UInt64) -> UInt64? {
        if lines[line].owner == Int32(truncatingIfNeeded: agent) { return max(time, lines[line].ownedFrom) }
        return agents[agent].lost.use(of: line, at: time).map { max(time, $0) }
    }

    @inline(__always)
    func isShared(_ line: Int, by agent: Int) -> Bool {
        guard lines[line].hasSharers else { return false }
        guard let few = lines[line].fewSharers else { return sharers.contains(agent, of: line) }
        let place = sharers.place(of: agent)
        return few.first == place || few.second == place
    }

    @inline(__always)
    mutating func addSharer(_ agent: Int, to line: Int) {
        let place = sharers.place(of: agent)
        guard lines[line].hasSharers else {
            lines[line].hasSharers = true
            return lines[line].setFewSharers(place)
        }
        if let few = lines[line].fewSharers {
            if few.first == place || few.second == place { return }
            if few.second < 0 { return lines[line].setFewSharers(few.first, place) }
            lines[line].owner = Line.nobody
            sharers.add(few.first, on: agents[few.first].die, to: line)
            sharers.add(few.second, on: agents[few.second].die, to: line)
        }
        sharers.add(agent, on: agents[agent].die, to: line)
    }

    @inline(__always)
    mutating func removeSharers(of line: Int) {
        guard lines[line].hasSharers else { return }
        lines[line].hasSharers = false
        if lines[line].fewSharers == nil { sharers.removeAll(of: line) }
        lines[line].owner = Line.nobody
    }

    /// The time that it takes to invalidate all copies but the agent's own: that of the farthest.
    mutating func invalidationTime(of line: Int, for agent: Int, isBusy: Bool) -> UInt64 {
        let place = agents[agent].place
        var longest = latencies.home(from: agents[agent].die, isBusy: isBusy)
        if let few = lines[line].fewSharers {
            // Copies of the device count for none of the dies.
            if few.first != agent, few.first < processors {
                longest = max(longest, latencies.transfer(fromDie: agents[few.first].die, to: place, isBusy: isBusy))
            }
            if few.second != agent, few.second >= 0, few.second < processors {
                longest = max(longest, latencies.transfer(fromDie: agents[few.second].die, to: place, isBusy: isBusy))
            }
            return longest
        }
        sharers.forEachDie(of: line) { die in
            // A die is as far as its clusters are; within the agent's own die, as other clusters are.
            if die != Int(place.die) || sharers.hasOther(than: agent, on: die, of: line) {
                longest = max(longest, latencies.transfer(fromDie: die, to: place, isBusy: isBusy))
            }
        }
        return longest
    }
}

// Requests: each is served after those before it. All return when the line is there.
extension Core {
    /// The line, exclusively.
    @inline(never)
    mutating func requestExclusive(_ line: Int, by agent: Int, at time: UInt64) -> UInt64 {
        let owner = lines[line].owner
        if owner >= 0, !isThreaded { return takeFromOwner(Int(owner), line, by: agent, at: time) }
        var start = max(time, lines[line].free)
        if owner >= 0, latencies.areAcross(agents[Int(owner)].die, agents[agent].die) { start = takeLink(at: start) }
        // Threads' requests are on their way while the line is; what a busy line takes longer follows below.
        let isBusy = start > time && !isThreaded
        let transfer: UInt64
        if owner >= 0 {
            transfer = latencies.transfer(from: agents[Int(owner)].place, to: agents[agent].place, isBusy: isBusy)
        } else if lines[line].hasSharers {
            transfer = invalidationTime(of: line, for: agent, isBusy: isBusy)
        } else {
            transfer = latencies.home(from: agents[agent].die, isBusy: isBusy)
        }
        var granted = max(start &+ transfer, lines[line].ownedFrom)
        if isThreaded, owner >= 0 { granted = max(granted, lines[line].ownedFrom &+ model.memory.busyInCluster) }
        // A request that waited follows the grant closely; one that did not must first reach the owner. From thread to thread a line is
        // half of its way with neither.
        let taken = isThreaded ? granted &- transfer / 2 : start > time ? start : start &+ transfer / 2
        if owner >= 0 { lose(line, Int(owner), at: taken) }
        invalidateWatchers(of: line, at: taken)
        removeSharers(of: line)
        lines[line].owner = Int32(truncatingIfNeeded: agent)
        lines[line].ownedFrom = granted
        note(line, requested: time, started: start, granted: granted, moved: owner >= 0)
        if isThreaded {
            lines[line].isOnlyRead = false
            // Threads look again at once: the next request is on its way while the line still is.
            lines[line].free = start &+ transfer / 2
        } else {
            lines[line].free = granted &+ agents[agent].draw(below: model.memory.window &+ 1)
        }
        return granted
    }

    /// The same of processors, where another has the line. Whether it is in another socket is anybody's guess: no branch depends on that.
    @inline(__always)
    mutating func takeFromOwner(_ owner: Int, _ line: Int, by agent: Int, at time: UInt64) -> UInt64 {
        let (from, to) = (agents[owner].place, agents[agent].place)
        let way = latencies.way(from: Int(from.die), to: Int(to.die))
        let asked = max(time, lines[line].free)
        let start = max(asked, linkFree & way.acrossMask)
        linkFree = (start &+ model.memory.linkInterval) & way.acrossMask | linkFree & ~way.acrossMask
        let waited = start > time
        var transfer = waited ? way.busy : way.idle
        if from.cluster == to.cluster, to.cluster >= 0 { transfer = latencies.inCluster(isBusy: waited) }
        let ownedFrom = lines[line].ownedFrom
        let granted = max(start &+ transfer, ownedFrom)
        // A request that waited follows the grant closely; one that did not must first reach the owner.
        let taken = waited ? start : start &+ transfer / 2
        agents[owner].lost.add(line, from: ownedFrom, until: max(taken, ownedFrom &+ 1))
        invalidateWatchers(of: line, at: taken)
        lines[line].owner = Int32(truncatingIfNeeded: agent)
        lines[line].ownedFrom = granted
        note(line, requested: time, started: start, granted: granted, moved: true)
        let window = from.die != to.die ? model.memory.windowFromAfar : model.memory.window
        lines[line].free = granted &+ agents[agent].draw(below: window &+ 1)
        return granted
    }

    /// When a store made at `time` leaves the buffer, after all earlier ones of the agent; its line is asked for at once.
    mutating func orderedStore(to line: Int, by agent: Int, at time: UInt64, askedAt asked: UInt64) -> UInt64 {
        let ready = max(time, agents[agent].storesDone)
        let granted: UInt64
        let done: UInt64
        if let use = exclusiveUse(of: line, by: agent, at: ready) {
            (granted, done) = (time, use)
            noteWrite(to: line, by: agent)
        } else {
            granted = requestExclusive(line, by: agent, at: asked)
            done = max(ready, granted, agents[agent].storesDone &+ model.memory.writeInterval)
        }
        // Nobody else has the line before the store is in it.
        if lines[line].owner == Int32(truncatingIfNeeded: agent), done > granted {
            lines[line].ownedFrom = max(lines[line].ownedFrom, done)
            lines[line].free = max(lines[line].free, done)
        }
        return done
    }

    /// A copy of the line; its owner keeps one too.
    mutating func requestShared(_ line: Int, by agent: Int, at time: UInt64) -> UInt64 {
        let owner = lines[line].owner
        var start = max(time, lines[line].free)
        let granted: UInt64
        if owner >= 0 {
            if latencies.areAcross(agents[Int(owner)].die, agents[agent].die) { start = takeLink(at: start) }
            let isBusy = start > time
            let transfer = latencies.transfer(from: agents[Int(owner)].place, to: agents[agent].place, isBusy: isBusy)
            granted = max(start &+ transfer, lines[line].ownedFrom)
            lose(line, Int(owner), at: isBusy ? start : start &+ transfer / 2)
            lines[line].owner = Line.nobody
            addSharer(Int(owner), to: line)
            lines[line].free = granted
        } else {
            granted = start &+ latencies.home(from: agents[agent].die)
            lines[line].free = start &+ model.memory.sharedReadInterval
        }
        addSharer(agent, to: line)
        note(line, requested: time, started: start, granted: granted, moved: owner >= 0)
        return granted
    }

    /// The device's read: the owner keeps the line as it is.
    mutating func deviceRead(_ line: Int, by agent: Int, at time: UInt64) -> UInt64 {
        let owner = lines[line].owner
        let sent = time &+ model.device.port
        let start = max(sent, lines[line].free)
        var taken = latencies.home(from: agents[agent].die)
        if owner >= 0 {
            taken = max(taken, latencies.transfer(from: agents[Int(owner)].place, to: agents[agent].place))
        }
        lines[line].free = start &+ model.memory.sharedReadInterval
        let granted = start &+ taken &+ model.device.port
        note(line, requested: time, started: start, granted: granted, moved: owner >= 0)
        return granted
    }

    /// The device's write, at the line's home: all copies are invalidated first. Returns when it is done.
    mutating func deviceWrite(_ line: Int, by agent: Int, at time: UInt64) -> UInt64 {
        let owner = lines[line].owner
        let sent = time &+ model.device.port
        let start = max(sent, lines[line].free)
        // One way to the home, then out to the copies and back.
        let way = latencies.home(from: agents[agent].die) / 2
        var invalidation: UInt64 = 0
        if owner >= 0 {
            invalidation = latencies.home(from: agents[Int(owner)].die)
        } else if lines[line].hasSharers {
            invalidation = homeInvalidationTime(of: line)
        }
        let done = start &+ way &+ invalidation
        let taken = start &+ way &+ invalidation / 2
        if owner >= 0 { lose(line, Int(owner), at: taken) }
        invalidateWatchers(of: line, at: taken)
        removeSharers(of: line)
        lines[line].owner = Line.nobody
        lines[line].free = done
        note(line, requested: time, started: start, granted: done, moved: owner >= 0)
        return done
    }

    /// From the home to the farthest copy and back.
    private mutating func homeInvalidationTime(of line: Int) -> UInt64 {
        var longest: UInt64 = 0
        if let few = lines[line].fewSharers {
            if few.first < processors { longest = latencies.home(from: agents[few.first].die) }
            if few.second >= 0, few.second < processors { longest = max(longest, latencies.home(from: agents[few.second].die)) }
            return longest
        }
        sharers.forEachDie(of: line) { longest = max(longest, latencies.home(from: $0)) }
        return longest
    }

    /// A read-modify-write at the line's home. Returns when it is executed there; the answer takes half the way more.
    mutating func requestFar(_ line: Int, by agent: Int, at time: UInt64) -> UInt64 {
        let owner = lines[line].owner
        let way = latencies.home(from: agents[agent].die) / 2
        let start = max(time &+ way, lines[line].free)
        var pull: UInt64 = 0
        if owner >= 0 {
            pull = latencies.home(from: agents[Int(owner)].die)
        } else if lines[line].hasSharers {
            pull = homeInvalidationTime(of: line)
        }
        let done = start &+ pull
        if owner >= 0 { lose(line, Int(owner), at: start &+ pull / 2) }
        invalidateWatchers(of: line, at: start &+ pull / 2)
        removeSharers(of: line)
        lines[line].owner = Line.nobody
        lines[line].free = done &+ model.memory.farAtomicInterval
        note(line, requested: time, started: start, granted: done, moved: owner >= 0)
        return done
    }

    private mutating func takeLink(at time: UInt64) -> UInt64 {
        let start = max(time, linkFree)
        linkFree = start &+ model.memory.linkInterval
        return start
    }

    mutating func lose(_ line: Int, _ owner: Int, at time: UInt64) {
        let from = lines[line].ownedFrom
        agents[owner].lost.add(line, from: from, until: max(time, from &+ 1))
    }

    /// Those that watch the line find out when their copies go; they ask again then.
    @inline(__always)
    mutating func invalidateWatchers(of line: Int, at time: UInt64) {
        guard lines[line].firstWatcher >= 0 else { return }
        sendInvalidation(of: line, at: max(time, now))
    }

    @inline(never)
    private mutating func sendInvalidation(of line: Int, at time: UInt64) { send(Message(kind: .invalidation, place: line), at: time) }

    @inline(__always)
    mutating func note(_ line: Int, requested: UInt64, started: UInt64, granted: UInt64, moved: Bool) {
        let region = Int(lines[line].region)
        lineStatistics[region].requests &+= 1
        if moved { lineStatistics[region].transfers &+= 1 }
        lineStatistics[region].queued &+= started &- requested
        lineStatistics[region].taken &+= granted &- requested
    }
}

extension Core {
    /// The owner keeps the line as one of those that share it: it only looks.
    mutating func shareOwn(_ line: Int, _ agent: Int) {
        lines[line].owner = Line.nobody
        addSharer(agent, to: line)
    }
}
