import Machine

/// What agents reach the simulation by, from their own fibers.
///
/// None of its methods holds access to the core across a switch: after one, everything is read anew.
struct Kernel {
    let core: FixedBuffer<Core>

    /// Lets everything happen that comes before the agent's own time; then it runs on.
    @inline(__always)
    func synchronize(_ agent: Int) {
        let time = core[0].agents[agent].time
        if core[0].events.nextTime > time {
            core[0].now = max(core[0].now, time)
        } else {
            waitInTurn(agent)
        }
    }

    /// The same where the agent has the line from its own time on.
    @inline(__always)
    func synchronize(_ agent: Int, with line: Int) {
        let time = core[0].agents[agent].time
        if core[0].events.nextTime > time {
            core[0].now = max(core[0].now, time)
        } else {
            waitInTurn(agent, for: line)
        }
    }

    @inline(never)
    private func waitInTurn(_ agent: Int) {
        core[0].agents[agent].state = .sleeps
        let event = core[0].events.makeEvent(target: agent, at: core[0].agents[agent].time)
        giveWay(agent, adding: event)
    }

    @inline(never)
    private func waitInTurn(_ agent: Int, for line: Int) {
        core[0].agents[agent].state = .sleeps
        let event = core[0].events.makeEvent(target: agent, at: core[0].agents[agent].time)
        if core[0].queue(agent, for: line, event) { sleep(agent) } else { giveWay(agent, adding: event) }
    }

    /// Something is pending that comes first.
    @inline(__always)
    private func giveWay(_ agent: Int, adding event: Event) {
        guard core[0].untilTurn > 1 else {
            core[0].events.add(event)
            return sleep(agent)
        }
        core[0].untilTurn &-= 1
        switchFrom(agent, to: follow(core[0].takeNext(adding: event)) ?? nextFiber())
    }

    /// Gives way until the agent is woken; its state says by what.
    func sleep(_ agent: Int) { switchFrom(agent, to: nextFiber()) }

    @inline(__always)
    private func switchFrom(_ agent: Int, to next: Int32) {
        prefetchNext()
        if next != Int32(truncatingIfNeeded: agent) { core[0].fibers(to: next) }
        core[0].agents[agent].state = .runs
    }

    /// With many agents each has left the host's caches when its turn comes: it is asked for one turn ahead.
    @inline(__always)
    private func prefetchNext() {
        guard core[0].agentCount > Self.cachedAgents, core[0].events.count > 0 else { return }
        let target = core[0].events.next.target
        guard target < core[0].agentCount else { return }
        core[0].fibers.prefetch(Int32(truncatingIfNeeded: target))
        core[0].agents.prefetch(target)
        core[0].siteTimes.prefetch(target &* Site.count)
    }

    /// So many agents, at a few KiB each, stay in the caches by themselves.
    private static var cachedAgents: Int { 128 }

    /// Lets messages arrive until it is an agent's turn, or the caller's: now and then, and when nothing is left to happen.
    func nextFiber() -> Int32 {
        while core[0].events.count > 0 {
            core[0].untilTurn &-= 1
            if core[0].untilTurn <= 0 { return FiberSet.caller }
            if let agent = follow(core[0].takeNext()) { return agent }
        }
        return FiberSet.caller
    }

    /// The agent whose turn it is; nil where a message has arrived.
    @inline(__always)
    private func follow(_ target: Int) -> Int32? {
        if target < core[0].agentCount { return Int32(truncatingIfNeeded: target) }
        core[0].deliver(target &- core[0].agentCount)
        return nil
    }
}
