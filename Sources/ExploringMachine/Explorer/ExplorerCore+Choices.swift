import Machine

// What a new event can be. The first choice is made in place, the others are kept for later.
extension ExplorerCore {
    /// Adds the read and chooses what it reads from. `isMet` says of what a wait has found whether it ends.
    mutating func addRead(_ event: Event, newestOnly: Int, isMet: ((UInt64) -> Bool)?) -> Int {
        let location = Int(event.location)
        let number = graph.append(event)
        let newest = graph.writeCount(location) - 1
        if script?.current != nil {
            followRead(number, oldest: newestOnly, isMet)
            return number
        }
        var chosen: Int?
        var candidates = InlineArray<65, Int8>(repeating: 0)
        var candidateCount = 0
        var position = newest
        while position >= newestOnly {
            defer { position -= 1 }
            let isEnded = isMet.map { $0(graph.value(location, at: position)) } ?? true
            // Of what does not end a wait only the newest can be what it stays at.
            if !isEnded && position < newest { continue }
            if !isEnded && isRandom { continue }
            // What is drawn once is not revisited: an update must leave room for its write.
            if isRandom, event.flags.contains(.update), graph.splitsUpdate(location, at: position + 1) { continue }
            setSource(of: number, to: position, isUnmet: !isEnded)
            if position < newest, graph.breaksModel(number) { continue }
            if isRandom {
                candidates[candidateCount] = Int8(position)
                candidateCount += 1
            } else if chosen == nil {
                chosen = position
            } else if script == nil {
                snapshots.push(graph, hot: event.flags.contains(.update) ? Int(event.agent) : -1)
            }
        }
        if candidateCount > 0, let drawn = scheduler?.random.below(candidateCount) { chosen = Int(candidates[drawn]) }
        guard let chosen else {
            stop = .deadEnd
            return number
        }
        let isEnded = isMet.map { $0(graph.value(location, at: chosen)) } ?? true
        setSource(of: number, to: chosen, isUnmet: !isEnded)
        return number
    }

    /// Keeps each graph in which the read is added, for later.
    mutating func keepReads(_ event: Event, oldest: Int, isMet: (UInt64) -> Bool) {
        let location = Int(event.location)
        let number = graph.append(event)
        let newest = graph.writeCount(location) - 1
        for position in oldest...max(oldest, newest) where position <= newest {
            let isEnded = isMet(graph.value(location, at: position))
            if !isEnded && position < newest { continue }
            setSource(of: number, to: position, isUnmet: !isEnded)
            if position == newest || !graph.breaksModel(number) { snapshots.push(graph, hot: -1) }
        }
        graph.removeLast()
    }

    func setSource(of number: Int, to position: Int, isUnmet: Bool) {
        let location = Int(graph.events[number].location)
        graph.events[number].source = position < 0 ? -1 : Int16(graph.write(location, at: position))
        graph.events[number].value = graph.value(location, at: position)
        if isUnmet {
            graph.events[number].flags.insert(.unmet)
        } else {
            graph.events[number].flags.remove(.unmet)
        }
    }

    /// Adds the write, chooses its place in coherence order, and keeps the graphs in which an earlier read reads from it.
    mutating func addWrite(_ event: Event) {
        let location = Int(event.location)
        let number = graph.append(event)
        let places = graph.places(for: number)
        let newest = graph.writeCount(location)
        if script?.current != nil { return followWrite(number, places) }
        if !isRandom, script == nil { keepRevisits(by: number) }
        var chosen: Int?
        var candidates = InlineArray<65, Int8>(repeating: 0)
        var candidateCount = 0
        for position in places.reversed() where !graph.splitsUpdate(location, at: position) {
            graph.place(number, at: position)
            if position < newest, graph.changesReads(number) || graph.breaksModel(number) {
                graph.unplace(number)
                continue
            }
            if isRandom {
                candidates[candidateCount] = Int8(position)
                candidateCount += 1
            } else if chosen == nil {
                chosen = position
            } else if script == nil {
                snapshots.push(graph, hot: -1)
            }
            graph.unplace(number)
        }
        if candidateCount > 0, let drawn = scheduler?.random.below(candidateCount) { chosen = Int(candidates[drawn]) }
        guard let chosen else {
            stop = .deadEnd
            return
        }
        graph.place(number, at: chosen)
        runnable |= wakeWaiters(of: location)
    }
}
