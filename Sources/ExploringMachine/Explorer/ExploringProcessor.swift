import Machine

/// A processor of the exploring machine, or its device: a fiber whose every access is an event of a graph.
///
/// A run begins with a graph that is to be completed. As far as its agent's events go there, an access finds its value in it;
/// after that it adds an event, and chooses.
package struct ExploringProcessor {
    package typealias Dependency = LocalSet

    let agent: Int
    let core: FixedBuffer<ExplorerCore>
    /// Is a device: its accesses are in order.
    let isDevice: Bool
}

// Turns
extension ExploringProcessor {
    var bit: UInt32 { 1 << UInt32(agent) }

    /// Leaves the run, which ends for this agent.
    func leave() -> Never {
        core[0].runnable &= ~bit
        while true { core[0].fibers(to: FiberSet.caller) }
    }

    /// Ends the run here: it has come to a bound.
    func cut() -> Never {
        core[0].agents[agent].isCut = true
        leave()
    }

    /// Ends the run here with what is wrong.
    package func fail(_ message: String) -> Never {
        core[0].stop = .violated
        core[0].violation = message
        leave()
    }

    /// Lets those go first whose turn it is. The first agent that can go on does, so that the order of adding depends on the graph alone.
    func awaitTurn() {
        if core[0].isRandom {
            if core[0].agents[agent].isChosen {
                core[0].agents[agent].isChosen = false
                return
            }
            guard let next = core[0].chooseNext(), next != agent else { return }
            core[0].next = next
            core[0].fibers(to: FiberSet.caller)
            return
        }
        while let step = core[0].script?.current, step.agent != agent { core[0].fibers(to: FiberSet.caller) }
        if core[0].script?.current != nil { return }
        while core[0].runnable & (bit &- 1) != 0 { core[0].fibers(to: FiberSet.caller) }
    }

    func place(_ offset: Int, isWhole: Bool) -> AddressTable.Place {
        found(core[0].addresses.place(of: offset, isWhole: isWhole, in: core[0].graph, and: core[0].scratch))
    }

    func place(bit: Int, of word: Word64) -> AddressTable.Place {
        found(core[0].addresses.place(ofBit: bit, of: word.offset, in: core[0].graph, and: core[0].scratch))
    }

    /// Whether the word is toggled and waited for bit by bit only, and its bits may be locations of their own.
    ///
    /// Where loads are not in order they may not: that one who has toggled its bit finds no older values of the others rests
    /// on the coherence of the word.
    func hasBits(_ word: Word64) -> Bool {
        guard core[0].splitsBits else { return false }
        if let known = core[0].addresses.hasBits(word.offset) { return known }
        core[0].stop = .changedLayout
        leave()
    }

    private func found(_ place: AddressTable.Found) -> AddressTable.Place {
        switch place {
        case .place(let place): return place
        case .changed: core[0].stop = .changedLayout
        case .full: core[0].stop = .tooLarge
        }
        leave()
    }

    /// The event of the run's graph that this access is, where it is in it already.
    var given: Int? {
        let index = core[0].agents[agent].order.length
        return index < core[0].graph.length(of: agent) ? core[0].graph.number(agent: agent, index: index) : nil
    }

    func event(_ place: AddressTable.Place, _ flags: Event.Flags, _ site: Site, _ dependency: LocalSet) -> Event {
        let order = core[0].agents[agent].order
        guard core[0].graph.hasRoom(agent: agent, location: place.location) else {
            core[0].stop = .tooLarge
            leave()
        }
        return Event(
            agent: UInt8(agent), site: site.rawValue, part: place.part, flags: flags, index: Int16(order.length),
            location: Int16(place.location), fences: order.fences, before: order.before(flags, dependingOn: dependency),
            dependency: dependency)
    }

    func append(_ flags: Event.Flags, _ dependency: LocalSet) {
        core[0].agents[agent].order.append(flags, dependingOn: dependency)
        if core[0].stop != nil { leave() }
    }
}

// Reads and writes of whole locations
extension ExploringProcessor {
    func read(
        _ place: AddressTable.Place, _ flags: Event.Flags, _ site: Site, _ dependency: LocalSet, until condition: ((UInt64) -> Bool)? = nil
    ) -> (whole: UInt64, dependency: LocalSet) {
        core[0].agents[agent].site = site.rawValue
        var flags = flags
        let wantsNews = core[0].agents[agent].wantsNews
        let newsIsPatient = wantsNews && core[0].agents[agent].newsIsPatient
        if wantsNews { core[0].agents[agent].wantsNews = false }
        if newsIsPatient { (core[0].agents[agent].isPatient, core[0].agents[agent].patientSite) = (true, site.rawValue) }
        if wantsNews || condition != nil { flags.insert(.wait) }
        let number: Int
        if let given {
            number = given
            if core[0].graph.events[number].flags.contains(.revisited) { look(number, condition) }
        } else {
            let newestOnly = awaitCandidates(place, wantsNews: wantsNews, until: condition)
            let event = event(place, flags, site, dependency)
            number = core[0].addRead(event, newestOnly: newestOnly, isMet: condition)
        }
        append(flags, dependency)
        if newsIsPatient {
            core[0].agents[agent].isPatient = false
            core[0].agents[agent].hasGivenUp = core[0].graph.events[number].flags.contains(.timedOut)
        }
        if core[0].graph.events[number].flags.contains(.unmet) {
            core[0].agents[agent].isStuck = true
            leave()
        }
        return (core[0].graph.events[number].value, LocalSet(core[0].agents[agent].order.length &- 1))
    }

    /// A wait that reads what it has not looked at yet. Nothing has been added to the graph since.
    func look(_ number: Int, _ condition: ((UInt64) -> Bool)?) {
        core[0].graph.events[number].flags.remove(.revisited)
        guard let condition, !condition(core[0].graph.events[number].value) else { return }
        core[0].graph.events[number].flags.insert(.unmet)
        // Of what does not end a wait only the newest can be what it stays at.
        let event = core[0].graph.events[number]
        if core[0].graph.position(ofWrite: event.source) < core[0].graph.writeCount(Int(event.location)) - 1 { core[0].stop = .deadEnd }
    }

    /// Returns when something may be read; the oldest position that may be.
    private func awaitCandidates(_ place: AddressTable.Place, wantsNews: Bool, until condition: ((UInt64) -> Bool)?) -> Int {
        while true {
            awaitTurn()
            let graph = core[0].graph
            let seen = graph.seenPosition(place.location, by: agent, length: core[0].agents[agent].order.length)
            // A schedule says itself what is found, and which wait is given up.
            let oldest = max(wantsNews && core[0].script?.current == nil ? seen &+ 1 : seen, graph.frozenPosition(place.location))
            let newest = graph.writeCount(place.location) &- 1
            if wantsNews, let step = core[0].script?.current, step.isTimeout {
                // Nothing is news.
            } else if let condition {
                for position in stride(from: newest, through: oldest, by: -1) where condition(graph.value(place.location, at: position)) {
                    return oldest
                }
            } else if oldest <= newest {
                return oldest
            }
            core[0].agents[agent].waitsFor = Int16(place.location)
            core[0].runnable &= ~bit
            core[0].fibers(to: FiberSet.caller)
            core[0].agents[agent].isChosen = true
        }
    }

    func write(_ place: AddressTable.Place, _ value: UInt64, _ flags: Event.Flags, _ site: Site, _ dependency: LocalSet) {
        let flags = flags.union(.write)
        if given == nil {
            // The write of an update follows its read at once.
            if !flags.contains(.update) { awaitTurn() }
            var event = event(place, flags, site, dependency)
            event.value = value
            core[0].addWrite(event)
        }
        append(flags, dependency)
    }
}

// Reads and writes of whole locations and of halves
extension ExploringProcessor {
    func load(
        _ offset: Int, isWhole: Bool, _ flags: Event.Flags, _ site: Site, _ dependency: LocalSet, until condition: ((UInt64) -> Bool)? = nil
    ) -> (value: UInt64, dependency: LocalSet) {
        let place = place(offset, isWhole: isWhole)
        guard place.part != 0 else {
            let (whole, dependency) = read(place, flags, site, dependency, until: condition)
            return (whole, dependency)
        }
        func half(_ whole: UInt64) -> UInt64 { (whole >> place.shift) & 0xffff_ffff }
        guard let condition else {
            let (whole, dependency) = read(place, flags, site, dependency)
            return (half(whole), dependency)
        }
        let (whole, found) = read(place, flags, site, dependency) { condition(half($0)) }
        return (half(whole), found)
    }

    func store(_ offset: Int, _ value: UInt64, isWhole: Bool, _ flags: Event.Flags, _ site: Site, _ dependency: LocalSet) {
        let place = place(offset, isWhole: isWhole)
        write(place, value << place.shift, flags, site, dependency)
    }

    /// `change` returns what is to be written for what was found; nil: nothing is.
    func update(
        _ offset: Int, isWhole: Bool, _ ordering: UpdateOrdering, _ site: Site, _ change: (UInt64) -> UInt64?
    ) -> (value: UInt64, dependency: LocalSet) {
        update(place(offset, isWhole: isWhole), isWhole: isWhole, ordering, site, change)
    }

    func compareExchange(
        _ offset: Int, isWhole: Bool, _ expected: UInt64, _ desired: UInt64, _ ordering: UpdateOrdering, _ site: Site
    ) -> (value: UInt64, dependency: LocalSet) {
        let change = { (old: UInt64) -> UInt64? in old == expected ? desired : nil }
        let place = place(offset, isWhole: isWhole)
        guard core[0].freeRetries >> UInt64(site.rawValue) & 1 != 0, !core[0].isRandom else {
            return update(place, isWhole: isWhole, ordering, site, isExchange: true, change)
        }
        core[0].agents[agent].isRetrying = true
        let mask: UInt64 = isWhole ? .max : 0xffff_ffff
        let found = update(
            place, isWhole: isWhole, ordering, site, isExchange: true, until: { ($0 >> place.shift) & mask == expected }, change)
        core[0].agents[agent].isRetrying = false
        return found
    }

    func update(
        _ place: AddressTable.Place, isWhole: Bool, _ ordering: UpdateOrdering, _ site: Site, isExchange: Bool = false,
        until condition: ((UInt64) -> Bool)? = nil, _ change: (UInt64) -> UInt64?
    ) -> (value: UInt64, dependency: LocalSet) {
        let acquires = ordering == .acquire || ordering == .full
        let releases = ordering == .release || ordering == .full
        let (whole, dependency) = read(place, acquires ? [.update, .acquire] : .update, site, LocalSet(), until: condition)
        let mask: UInt64 = isWhole ? .max : 0xffff_ffff << place.shift
        let old = (whole & mask) >> place.shift
        guard let new = change(old) else { return (old, dependency) }
        // What an exchange writes does not depend on what it has found.
        write(
            place, new << place.shift & mask, releases ? [.update, .release] : .update, site,
            isExchange ? LocalSet() : dependency)
        if ordering == .full { core[0].agents[agent].order.fullFence() }
        return (old, dependency)
    }
}
