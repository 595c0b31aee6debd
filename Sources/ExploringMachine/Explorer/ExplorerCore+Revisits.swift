import Machine

// A write that comes late is read by reads that are there already. Source: Kokologiannakis, Marmanis, Gladstein, Vafeiadis,
// "Truly Stateless, Optimal Dynamic Partial Order Reduction", POPL 2022.
extension ExplorerCore {
    /// How many events of each agent the write depends on, by program order and reads-from.
    private typealias Prefix = InlineArray<8, Int16>

    /// Keeps each graph in which an earlier read reads from the write, which has no place in coherence order yet.
    mutating func keepRevisits(by write: Int) {
        let location = graph.events[write].location
        var prefix: Prefix?
        for read in min(graph.frozen, write)..<write where graph.events[read].location == location && graph.events[read].isRead {
            let known = prefix ?? self.prefix(of: write)
            prefix = known
            guard !isIn(known, read) else { continue }
            if isRedone(from: read, by: write, known) { keepRevisit(of: read, by: write, known) }
            if graph.isMixed[Int(location)] { keepRevisits(of: read, by: write, known) }
        }
    }

    /// Of a read that may find one half in the new write and the other in one that has come after the read, too, and that the new one
    /// does not depend on.
    private mutating func keepRevisits(of read: Int, by write: Int, _ prefix: Prefix) {
        let location = Int(graph.events[write].location)
        for position in 0..<graph.writeCount(location) {
            let other = graph.write(location, at: position)
            guard other > read, !isIn(prefix, other) else { continue }
            let both = self.prefix(of: write, and: other)
            guard !isIn(both, read), isRedone(from: read, by: write, both) else { continue }
            keepRevisit(of: read, by: write, both, and: other)
        }
    }

    private func isIn(_ prefix: Prefix, _ number: Int) -> Bool {
        graph.events[number].index < prefix[Int(graph.events[number].agent)]
    }

    private func prefix(of write: Int, and other: Int = -1) -> Prefix {
        var reached = Prefix(repeating: 0)
        var walked = Prefix(repeating: 0)
        reached[Int(graph.events[write].agent)] = graph.events[write].index
        if other >= 0 { _ = reach(other, &reached) }
        var progress = true
        while progress {
            progress = false
            for agent in 0..<agentCount {
                while walked[agent] < reached[agent] {
                    let event = graph.events[graph.number(agent: agent, index: Int(walked[agent]))]
                    walked[agent] &+= 1
                    guard event.isRead, event.source >= 0 else { continue }
                    progress = reach(Int(event.source), &reached) || progress
                    let other = graph.otherSource(of: graph.number(agent: agent, index: Int(walked[agent]) &- 1))
                    if other >= 0 { progress = reach(other, &reached) || progress }
                }
            }
        }
        return reached
    }

    @inline(__always)
    private func reach(_ write: Int, _ reached: inout Prefix) -> Bool {
        let event = graph.events[write]
        guard event.index >= reached[Int(event.agent)] else { return false }
        reached[Int(event.agent)] = event.index &+ 1
        return true
    }

    /// Whether the read and all that the revisit takes away would come out the same if it were added once more, each read
    /// reading the newest write and each write becoming the newest. Only then is the revisit made: so each graph is made once.
    private func isRedone(from read: Int, by write: Int, _ prefix: Prefix) -> Bool {
        for number in read..<write where number == read || !isIn(prefix, number) {
            if !isMaximal(number, prefix) { return false }
            // A wait for either of two words would look at the first.
            if number != read, graph.events[number].flags.contains(.second) { return false }
        }
        return true
    }

    private func isMaximal(_ number: Int, _ prefix: Prefix) -> Bool {
        let event = graph.events[number]
        let location = event.location
        let seen = event.isWrite ? Int16(number) : event.source
        if seen > Int16(number), !isIn(prefix, Int(seen)) { return false }
        if event.isRead {
            let other = graph.otherSource(of: number)
            if other > number, !isIn(prefix, other) { return false }
        }
        let position = graph.position(ofWrite: seen)
        for other in 0..<graph.count where graph.events[other].location == location {
            guard other <= number || isIn(prefix, other) else { continue }
            if graph.events[other].isWrite {
                if Int(graph.events[other].position) > position { return false }
            } else if event.isWrite, graph.events[other].source == Int16(number) || graph.otherSource(of: other) == number {
                return false
            }
        }
        return true
    }

    private mutating func keepRevisit(of read: Int, by write: Int, _ prefix: Prefix, and other: Int = -1) {
        scratch.clear()
        scratch.frozen = graph.frozen
        for number in 0...write where number <= read || number == write || isIn(prefix, number) {
            renumbered[number] = Int16(scratch.count)
            var event = graph.events[number]
            if event.isRead, event.source >= 0, number != read {
                // Placeholder where the source comes later; put right below.
                event.source = event.source < Int16(number) ? renumbered[Int(event.source)] : event.source
            }
            event.position = -1
            scratch.append(event)
        }
        for number in 0..<write where number != read && (number < read || isIn(prefix, number)) {
            let source = graph.events[number].source
            if graph.events[number].isRead, source > Int16(number) {
                scratch.events[Int(renumbered[number])].source = renumbered[Int(source)]
            }
        }
        for location in 0..<addresses.count {
            for position in 0..<graph.writeCount(location) {
                let number = graph.write(location, at: position)
                guard number <= read || isIn(prefix, number) else { continue }
                scratch.place(Int(renumbered[number]), at: scratch.writeCount(location))
            }
        }
        let (newRead, newWrite) = (Int(renumbered[read]), Int(renumbered[write]))
        scratch.events[newRead].flags.remove(.unmet)
        if scratch.events[newRead].flags.contains(.wait) { scratch.events[newRead].flags.insert(.revisited) }
        keepPlaces(of: newWrite, and: other < 0 ? -1 : Int(renumbered[other]), readBy: newRead)
    }

    private mutating func keepPlaces(of write: Int, and other: Int, readBy read: Int) {
        let location = Int(scratch.events[write].location)
        let newest = scratch.writeCount(location)
        let reader = scratch.events[read]
        // An update goes on with its write at once; whether a wait is over is seen before anything else is added.
        let hot = reader.flags.isDisjoint(with: [.update, .wait]) ? -1 : Int(reader.agent)
        for position in scratch.places(for: write).reversed() where !scratch.splitsUpdate(location, at: position) {
            scratch.place(write, at: position)
            let seen = scratch.seenPosition(location, by: Int(reader.agent), length: Int(reader.index))
            // It reads from the new write, or from one behind it and, of the other half, from this one.
            for place in max(position, seen)...newest where scratch.isSeen(write, by: read, at: place) || place == position {
                scratch.events[read].source = Int16(scratch.write(location, at: place))
                scratch.events[read].value = scratch.value(location, at: place)
                // Of two that have come after the read, the later one in coherence order is the one that makes it: so it is made once.
                if other >= 0, place != position || scratch.otherSource(of: read) != other { continue }
                if scratch.changesReads(write, but: read) { continue }
                if position == newest || !(scratch.breaksModel(read) || scratch.breaksModel(write)) { snapshots.push(scratch, hot: hot) }
            }
            scratch.unplace(write)
        }
    }
}
