import Machine

// The models that order events for all observers at once: sc, tso, arm.
extension ExecutionGraph {
    /// Whether the event comes before itself.
    ///
    /// The order is: what each agent orders for itself, reads-from and from-reads between agents, coherence order. Walked backward.
    func isBeforeItself(_ target: Int) -> Bool {
        var visited = EventSet()
        var height = 0
        var current = target
        while true {
            if visitPredecessors(of: current, seeking: target, &visited, &height) { return true }
            guard height > 0 else { return false }
            height &-= 1
            current = Int(stack[height])
        }
    }

    @inline(__always)
    private func visit(_ number: Int, seeking target: Int, _ visited: inout EventSet, _ height: inout Int) -> Bool {
        if number == target { return true }
        if visited.insert(number) {
            stack[height] = Int16(number)
            height &+= 1
        }
        return false
    }

    /// A shortest way from the event back to itself, each before the next; nil where there is none. Slow.
    func shortestCycle(through target: Int) -> [Int]? {
        var follower = [Int](repeating: -1, count: count)
        var queue = [target]
        var next = 0
        while next < queue.count {
            let current = queue[next]
            next += 1
            var visited = EventSet()
            var height = 0
            _ = visitPredecessors(of: current, seeking: -1, &visited, &height)
            for place in 0..<height {
                let number = Int(stack[place])
                if number == target {
                    var cycle = [target]
                    var step = current
                    while step != target {
                        cycle.append(step)
                        step = follower[step]
                    }
                    return cycle
                }
                guard follower[number] < 0 else { continue }
                follower[number] = current
                queue.append(number)
            }
        }
        return nil
    }

    private func visitPredecessors(of number: Int, seeking target: Int, _ visited: inout EventSet, _ height: inout Int) -> Bool {
        let agent = Int(events[number].agent)
        var local = events[number].before
        while let index = local.popFirst() {
            if visit(self.number(agent: agent, index: index), seeking: target, &visited, &height) { return true }
        }
        if events[number].isWrite { return visitEarlierAccesses(of: number, seeking: target, &visited, &height) }
        let source = Int(events[number].source)
        guard source >= 0, events[number].isTrueRead else { return false }
        // What it has of the other half comes from another agent as well as what it has of this one.
        let other = otherSource(of: number)
        if other >= 0, Int(events[other].agent) != agent, visit(other, seeking: target, &visited, &height) { return true }
        if Int(events[source].agent) != agent { return visit(source, seeking: target, &visited, &height) }
        guard model == .arm else { return false }
        // A value that an agent hands to itself by way of memory carries its dependency along.
        var carried = events[source].dependency
        while let index = carried.popFirst() {
            if visit(self.number(agent: agent, index: index), seeking: target, &visited, &height) { return true }
        }
        guard events[source].isUpdateWrite, events[number].flags.contains(.acquire) else { return false }
        return visit(source, seeking: target, &visited, &height)
    }

    /// The write before it in coherence order, and others' reads of what is older.
    private func visitEarlierAccesses(of number: Int, seeking target: Int, _ visited: inout EventSet, _ height: inout Int) -> Bool {
        let (agent, location, position) = (events[number].agent, events[number].location, events[number].position)
        if position > 0, visit(write(Int(location), at: Int(position) &- 1), seeking: target, &visited, &height) { return true }
        for other in 0..<count where events[other].location == location {
            guard events[other].isTrueRead, events[other].agent != agent, self.position(ofWrite: events[other].source) < Int(position)
            else { continue }
            if visit(other, seeking: target, &visited, &height) { return true }
        }
        return false
    }
}

// Consistency
extension ExecutionGraph {
    /// Whether a graph that was consistent has become inconsistent by the edges of this event.
    func breaksModel(_ number: Int) -> Bool {
        model == .c11 ? !isC11Consistent() : isBeforeItself(number)
    }

    /// The whole predicate, of a graph of whatever origin. Slow.
    func isConsistent() -> Bool {
        for number in 0..<count {
            let event = events[number]
            let seen = seenPosition(Int(event.location), by: Int(event.agent), length: Int(event.index))
            let own = event.isWrite ? Int(event.position) : position(ofWrite: event.source)
            // Coherence: reads do not go back, a write comes behind what its agent has seen or written.
            if event.isWrite ? own <= seen : own < seen { return false }
            if event.isRead, event.source >= 0, events[Int(event.source)].agent == event.agent, events[Int(event.source)].index > event.index {
                return false
            }
            if event.isUpdateWrite {
                let read = events[self.number(agent: Int(event.agent), index: Int(event.index) - 1)]
                if position(ofWrite: read.source) + 1 != own { return false }
            }
        }
        if model == .c11 { return !hasCausalCycle() && isC11Consistent() }
        return !(0..<count).contains { isBeforeItself($0) }
    }

    /// Whether program order and reads-from have a cycle: a value that causes itself.
    func hasCausalCycle() -> Bool {
        var done = [Int](repeating: 0, count: Self.maxAgents)
        // Agents advance as far as what they read has been reached.
        var progress = true
        while progress {
            progress = false
            for agent in 0..<Self.maxAgents {
                while done[agent] < length(of: agent) {
                    let event = events[number(agent: agent, index: done[agent])]
                    if event.isRead, event.source >= 0 {
                        let source = events[Int(event.source)]
                        if done[Int(source.agent)] <= Int(source.index) { break }
                        let other = otherSource(of: number(agent: agent, index: done[agent]))
                        if other >= 0, done[Int(events[other].agent)] <= Int(events[other].index) { break }
                    }
                    done[agent] += 1
                    progress = true
                }
            }
        }
        return (0..<Self.maxAgents).contains { done[$0] < length(of: $0) }
    }
}
