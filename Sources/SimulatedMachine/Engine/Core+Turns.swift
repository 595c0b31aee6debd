import Machine

// Whose turn it is.
extension Core {
    /// Time goes on to the next event, which is kept apart. Returns its agent.
    @inline(__always)
    mutating func takeNextApart() -> Int {
        let event = events.next
        now = event.time
        let follower = leaveLine(event.target)
        events.replaceApart(with: follower >= 0 ? linePlaces[follower].event : .never)
        return event.target
    }

    /// Time goes on to the next event, of which there must be one, not kept apart. Returns its target.
    @inline(__always)
    mutating func takeNext() -> Int {
        let event = events.next
        now = event.time
        let follower = event.target < agentCount ? leaveLine(event.target) : -1
        if follower >= 0 {
            events.replaceNextOfHeap(with: linePlaces[follower].event)
        } else {
            events.removeNextOfHeap()
        }
        return event.target
    }

    /// The same where another event, not before the next, comes into the queue. One step where it can be.
    @inline(__always)
    mutating func takeNext(adding added: Event) -> Int {
        let event = events.next
        now = event.time
        let follower = event.target < agentCount ? leaveLine(event.target) : -1
        if follower >= 0 {
            events.replaceNextOfHeap(with: linePlaces[follower].event)
            events.add(added)
        } else {
            events.replaceNextOfHeap(with: added)
        }
        return event.target
    }

    /// Lets a sleeping agent go on at `time`.
    mutating func wake(_ agent: Int, at time: UInt64) {
        prefetch(agent)
        agents[agent].state = .sleeps
        agents[agent].time = time
        events.add(target: agent, at: time)
    }

    /// The same where it then has a copy of the line.
    mutating func wake(_ agent: Int, at time: UInt64, withCopyOf line: Int) {
        prefetch(agent)
        agents[agent].state = .sleeps
        agents[agent].time = time
        let event = events.makeEvent(target: agent, at: time)
        if !queue(agent, for: line, shared: true, event) { events.add(event) }
    }

    mutating func send(_ message: Message, at time: UInt64) {
        events.add(target: agentCount &+ messages.add(message), at: time)
    }

    /// The agent will have its turn soon.
    @inline(__always)
    func prefetch(_ agent: Int) {
        guard agentCount > Self.cachedAgents else { return }
        fibers.prefetch(Int32(truncatingIfNeeded: agent))
        agents.prefetch(agent)
    }

    /// So many agents, at a kilobyte each, stay in the host's caches by themselves.
    static var cachedAgents: Int { 256 }
}
