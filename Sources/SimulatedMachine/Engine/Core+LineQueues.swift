import Machine

/// An agent's place among those that wait for the same line. Apart from the rest of the agent, so that all places stay in the host's caches.
struct LinePlace {
    /// The agent's own event.
    var event = Event.never
    /// The agent whose event waits behind this one's; -1: none's.
    var follower: Int32 = -1
    /// The engine tries a compare-and-swap on its behalf.
    var retries = false
    /// The line that it waits for, twice its number, and 1 more where it waits for a copy; -1: none.
    var queue: Int32 = -1
}

// Agents that wait for the same line get it one after the other. Only the first one's event is among all events, so that those
// stay few however many agents there are.
extension Core {
    /// Puts the agent's event at the end of those that wait for the line. True where it waits behind another there; else it must come
    /// among all events.
    @inline(__always)
    mutating func queue(_ agent: Int, for line: Int, shared: Bool, _ event: Event) -> Bool {
        let last = Int(shared ? lines[line].lastShared : lines[line].lastExclusive)
        if last >= 0 {
            // Copies may arrive on different dies in another order than they were asked for.
            guard linePlaces[last].event < event else { return false }
            linePlaces[last].follower = Int32(truncatingIfNeeded: agent)
        }
        linePlaces[agent].event = event
        linePlaces[agent].queue = Int32(truncatingIfNeeded: line &* 2 &+ (shared ? 1 : 0))
        if shared {
            lines[line].lastShared = Int16(truncatingIfNeeded: agent)
        } else {
            lines[line].lastExclusive = Int16(truncatingIfNeeded: agent)
        }
        return last >= 0
    }

    /// The agent's event is over: the agent that waited behind it, whose event must come among all events now; -1: none.
    @inline(__always)
    mutating func leaveLine(_ target: Int) -> Int {
        guard linePlaces[target].queue >= 0 else { return -1 }
        let follower = Int(linePlaces[target].follower)
        if follower < 0 {
            let line = Int(linePlaces[target].queue >> 1)
            if linePlaces[target].queue & 1 != 0 { lines[line].lastShared = -1 } else { lines[line].lastExclusive = -1 }
        } else {
            linePlaces[target].follower = -1
            if agentCount > Self.cachedAgents {
                agents.prefetch(follower)
                retries.prefetch(follower)
                if !linePlaces[follower].retries { fibers.prefetch(Int32(truncatingIfNeeded: follower)) }
                let next = Int(linePlaces[follower].follower)
                if next >= 0 { linePlaces.prefetch(next) }
            }
        }
        linePlaces[target].queue = -1
        return follower
    }
}
