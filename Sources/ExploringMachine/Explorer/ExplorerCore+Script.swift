import Machine

// Choices that a schedule has made.
extension ExplorerCore {
    private mutating func misfit(_ words: String) {
        stop = .misfit
        if script?.misfit == nil { script?.misfit = words }
    }

    mutating func followRead(_ number: Int, oldest: Int, _ isMet: ((UInt64) -> Bool)?) {
        let event = graph.events[number]
        let location = Int(event.location)
        let newest = graph.writeCount(location) - 1
        var position = newest
        if event.flags.contains(.phantom) {
            // Not in the schedule.
        } else {
            guard let step = script?.take(agent: Int(event.agent), site: event.site) else { return misfit("") }
            if step.sourceAgent == -1 { position = -1 }
            if step.sourceAgent >= 0 {
                guard step.sourceIndex < graph.length(of: step.sourceAgent) else { return misfit("a step reads from what has not happened") }
                let source = graph.events[graph.number(agent: step.sourceAgent, index: step.sourceIndex)]
                guard source.isWrite, source.location == event.location else { return misfit("a step reads from what is no write to its word") }
                position = Int(source.position)
            }
        }
        guard position >= oldest, position <= newest else { return misfit("a step reads what its agent cannot find any more") }
        let isEnded = isMet.map { $0(graph.value(location, at: position)) } ?? true
        setSource(of: number, to: position, isUnmet: !isEnded)
        if position < newest, graph.breaksModel(number) { misfit("a step reads what the model does not let it read") }
    }

    mutating func followWrite(_ number: Int, _ places: Range<Int>) {
        let event = graph.events[number]
        let location = Int(event.location)
        guard let step = script?.take(agent: Int(event.agent), site: event.site) else { return misfit("") }
        let position = step.position < 0 ? graph.writeCount(location) : step.position
        guard places.contains(position), !graph.splitsUpdate(location, at: position) else {
            return misfit("a step writes where coherence does not let it write")
        }
        let isNewest = position == graph.writeCount(location)
        graph.place(number, at: position)
        if !isNewest, graph.breaksModel(number) { return misfit("a step writes where the model does not let it write") }
        runnable |= wakeWaiters(of: location)
    }
}
