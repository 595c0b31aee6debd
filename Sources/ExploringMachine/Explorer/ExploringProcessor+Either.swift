import Machine

/// A word that a wait looks at, and what ends the wait.
private struct Look {
    var place: AddressTable.Place
    var site: Site
    var isMet: (UInt64) -> Bool
}

// A wait for either of two words is one read of what ends it, of the one or of the other. Runs are followed for both.
extension ExploringProcessor {
    package mutating func waitEither32(
        _ first: Word32, at firstSite: Site, until isFirst: (UInt32) -> Bool,
        or second: Word32, at secondSite: Site, until isSecond: (UInt32) -> Bool, poll: inout Poll
    ) -> Either32? {
        withoutActuallyEscaping(isFirst) { isFirst in
            withoutActuallyEscaping(isSecond) { isSecond in
                let (one, other) = (place(first.offset, isWhole: false), place(second.offset, isWhole: false))
                return either(
                    Look(place: one, site: firstSite) { isFirst(UInt32(truncatingIfNeeded: $0 >> one.shift)) },
                    Look(place: other, site: secondSite) { isSecond(UInt32(truncatingIfNeeded: $0 >> other.shift)) })
            }
        }
    }

    /// A round that finds the queue as short of space, and the lock as taken, as the last one did changes nothing: the next is one that
    /// finds other pointers, or the lock free. False where it has looked for neither.
    func awaitOtherRound() -> Bool {
        guard let pointers = lastRead(at: .awaitSpace), let lock = lastRead(at: .lockExclusive) else { return false }
        let place = { (event: Event) in AddressTable.Place(location: Int(event.location), shift: 0, part: 0) }
        _ = either(
            Look(place: place(pointers), site: .awaitSpace) { $0 != pointers.value }, Look(place: place(lock), site: .lockExclusive) { $0 == 0 })
        return true
    }

    private func lastRead(at site: Site) -> Event? {
        for index in (0..<core[0].agents[agent].order.length).reversed() {
            let event = core[0].graph.events[core[0].graph.number(agent: agent, index: index)]
            if event.site == site.rawValue, event.isTrueRead { return event }
        }
        return nil
    }

    private func either(_ first: Look, _ second: Look) -> Either32 {
        core[0].agents[agent].site = first.site.rawValue
        while let isSecond = givenLook(first, second) {
            let look = isSecond ? second : first
            let (whole, dependency) = read(look.place, [], look.site, LocalSet())
            guard look.isMet(whole) else { continue }
            let reading = Reading(UInt32(truncatingIfNeeded: whole >> look.place.shift), dependency)
            return isSecond ? .second(reading) : .first(reading)
        }
        let known = given
        let isSecond = known.map { core[0].graph.events[$0].flags.contains(.second) } ?? choose(first, second)
        let look = isSecond ? second : first
        let flags: Event.Flags = isSecond ? [.wait, .second] : .wait
        let number: Int
        if let known {
            number = known
            if core[0].graph.events[number].flags.contains(.revisited) { self.look(number, look.isMet) }
        } else {
            number = core[0].addRead(event(look.place, flags, look.site, LocalSet()), newestOnly: oldest(look), isMet: look.isMet)
        }
        append(flags, LocalSet())
        if core[0].graph.events[number].flags.contains(.unmet) { stay(isSecond ? nil : second) }
        let value = UInt32(truncatingIfNeeded: core[0].graph.events[number].value >> look.place.shift)
        let reading = Reading(value, LocalSet(core[0].agents[agent].order.length &- 1))
        return isSecond ? .second(reading) : .first(reading)
    }

    /// A schedule may have each look: whether it is at the second word. Nil where it has none.
    private func givenLook(_ first: Look, _ second: Look) -> Bool? {
        if let given {
            let event = core[0].graph.events[given]
            return event.flags.contains(.wait) ? nil : Int(event.location) == second.place.location
        }
        guard core[0].script != nil else { return nil }
        awaitTurn()
        return core[0].script?.current.map { $0.site == second.site.rawValue }
    }

    private func oldest(_ look: Look) -> Int {
        core[0].graph.oldestVisible(look.place.location, by: agent, length: core[0].agents[agent].order.length)
    }

    /// Something that it may read ends the wait.
    private func canEnd(_ look: Look) -> Bool {
        let newest = core[0].graph.writeCount(look.place.location) &- 1
        return (oldest(look)...newest).contains { look.isMet(core[0].graph.value(look.place.location, at: $0)) }
    }

    /// Returns when one of the two may end the wait: whether the second is followed now. What may come of the other is kept.
    private func choose(_ first: Look, _ second: Look) -> Bool {
        while true {
            awaitTurn()
            let (isFirst, isSecond) = (canEnd(first), canEnd(second))
            if isFirst || isSecond {
                guard !core[0].isRandom else { return isSecond && (!isFirst || core[0].scheduler?.random.below(2) == 1) }
                // A revisit says itself what it follows.
                if core[0].script == nil {
                    core[0].keepReads(
                        event(second.place, [.wait, .second], second.site, LocalSet()), oldest: oldest(second), isMet: second.isMet)
                }
                return false
            }
            core[0].agents[agent].waitsFor = Int16(first.place.location)
            core[0].agents[agent].alsoWaitsFor = Int16(second.place.location)
            core[0].runnable &= ~bit
            core[0].fibers(to: FiberSet.caller)
            core[0].agents[agent].isChosen = true
        }
    }

    /// The wait stays at what does not end it. Where the other word ends it the run is no end: another one follows that.
    private func stay(_ other: Look?) -> Never {
        core[0].agents[agent].isStuck = true
        if let other {
            while !other.isMet(core[0].graph.finalValue(other.place.location)) {
                core[0].agents[agent].waitsFor = Int16(other.place.location)
                core[0].runnable &= ~bit
                core[0].fibers(to: FiberSet.caller)
            }
        }
        core[0].agents[agent].isRetrying = true
        leave()
    }
}
