import Machine

/// An agent's place among those that wait for the same line. Apart from the rest of the agent, so that all places stay in the host's caches.
struct LinePlace {
    var event = Event.never
    /// The agent whose event waits behind this one's; -1: none's.
    var follower: Int32 = -1
    /// The line that it waits for; -1: none.
    var line: Int32 = -1
}

// Whose turn it is. An agent that waits has one event; of those that wait for the same line, and get it one after the other, only
// the first one's is in the queue, so that the queue stays short however many agents there are.
extension Core {
    /// Time goes on to the next event, of which there must be one. Returns its target.
    @inline(__always)
    mutating func takeNext() -> Int {
        let event = events.next
        now = event.time
        let follower = leaveLine(event.target)
        if follower >= 0 { events.replaceNext(with: linePlaces[follower].event) } else { events.removeNext() }
        return event.target
    }

    /// The same where another event, not before the next, comes into the queue. One step where it can be.
    @inline(__always)
    mutating func takeNext(adding added: Event) -> Int {
        let event = events.next
        now = event.time
        let follower = leaveLine(event.target)
        if follower >= 0 {
            events.replaceNext(with: linePlaces[follower].event)
            events.add(added)
        } else {
            events.replaceNext(with: added)
        }
        return event.target
    }

    /// The target's event is over: who waits behind it; -1: nobody.
    @inline(__always)
    private mutating func leaveLine(_ target: Int) -> Int {
        guard target < agentCount, linePlaces[target].line >= 0 else { return -1 }
        let follower = Int(linePlaces[target].follower)
        if follower < 0 {
            lines[Int(linePlaces[target].line)].lastQueued = -1
        } else {
            linePlaces[target].follower = -1
        }
        linePlaces[target].line = -1
        return follower
    }

    /// Lets the agent's event wait behind the line's last one; false where it must go into the queue itself.
    @inline(__always)
    mutating func queue(_ agent: Int, for line: Int, _ event: Event) -> Bool {
        let last = Int(lines[line].lastQueued)
        if last >= 0 {
            // Shared copies may arrive in another order than they were asked for.
            guard linePlaces[last].event < event else { return false }
            linePlaces[last].follower = Int32(truncatingIfNeeded: agent)
        }
        linePlaces[agent].event = event
        linePlaces[agent].line = Int32(truncatingIfNeeded: line)
        lines[line].lastQueued = Int32(truncatingIfNeeded: agent)
        return last >= 0
    }

    /// Lets a sleeping agent go on at `time`.
    mutating func wake(_ agent: Int, at time: UInt64) {
        agents[agent].state = .sleeps
        agents[agent].time = time
        events.add(target: agent, at: time)
    }

    /// The same where it then has the line.
    mutating func wake(_ agent: Int, at time: UInt64, with line: Int) {
        agents[agent].state = .sleeps
        agents[agent].time = time
        let event = events.makeEvent(target: agent, at: time)
        if !queue(agent, for: line, event) { events.add(event) }
    }

    mutating func send(_ message: Message, at time: UInt64) {
        events.add(target: agentCount &+ messages.add(message), at: time)
    }
}
