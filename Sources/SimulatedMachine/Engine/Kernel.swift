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

    /// The same where the agent gets the line at its own time.
    @inline(__always)
    func synchronize(_ agent: Int, with line: Int, shared: Bool) {
        let time = core[0].agents[agent].time
        if core[0].events.nextTime > time {
            core[0].now = max(core[0].now, time)
        } else {
            waitInTurn(agent, for: line, shared: shared)
        }
    }

    /// Waits for the line as one that tries again. True where a try has succeeded meanwhile.
    @inline(never)
    func retryInTurn(_ agent: Int, for line: Int) -> Bool {
        core[0].beginRetries(agent, for: line)
        let next = nextFiber()
        if next != Int32(truncatingIfNeeded: agent) { core[0].fibers(to: next) }
        let hasSucceeded = core[0].agents[agent].state == .hasExchanged
        core[0].agents[agent].state = .runs
        return hasSucceeded
    }

    @inline(never)
    private func waitInTurn(_ agent: Int) {
        core[0].agents[agent].state = .sleeps
        let event = core[0].events.makeEvent(target: agent, at: core[0].agents[agent].time)
        switchFrom(agent, to: nextFiber(adding: event))
    }

    @inline(__always)
    private func waitInTurn(_ agent: Int, for line: Int, shared: Bool) {
        core[0].agents[agent].state = .sleeps
        let event = core[0].events.makeEvent(target: agent, at: core[0].agents[agent].time)
        switchFrom(agent, to: core[0].queue(agent, for: line, shared: shared, event) ? nextFiber() : nextFiber(adding: event))
    }

    /// Gives way until the agent is woken; its state says by what.
    @inline(__always)
    func sleep(_ agent: Int) { switchFrom(agent, to: nextFiber()) }

    @inline(__always)
    private func switchFrom(_ agent: Int, to next: Int32) {
        if next != Int32(truncatingIfNeeded: agent) { core[0].fibers(to: next) }
        core[0].agents[agent].state = .runs
    }

    /// Lets messages arrive until it is an agent's turn, or the caller's: now and then, and when nothing is left to happen.
    @inline(never)
    func nextFiber() -> Int32 {
        while !core[0].events.isEmpty {
            core[0].untilTurn &-= 1
            if core[0].untilTurn <= 0 { return FiberSet.caller }
            if core[0].events.isNextApart {
                let agent = core[0].takeNextApart()
                if core[0].agents[agent].state != .retries || core[0].retry(agent) { return Int32(truncatingIfNeeded: agent) }
            } else if let agent = follow(core[0].takeNext()) {
                return agent
            }
        }
        return FiberSet.caller
    }

    /// The same where an event is added, which is not the next.
    @inline(never)
    private func nextFiber(adding event: Event) -> Int32 {
        guard core[0].untilTurn > 1, !core[0].events.isNextApart else {
            core[0].events.add(event)
            return nextFiber()
        }
        core[0].untilTurn &-= 1
        return follow(core[0].takeNext(adding: event)) ?? nextFiber()
    }

    /// The agent whose turn it is; nil where a message has arrived, or another try has failed.
    @inline(__always)
    private func follow(_ target: Int) -> Int32? {
        if target < core[0].agentCount {
            if core[0].agents[target].state == .retries, !core[0].retry(target) { return nil }
            return Int32(truncatingIfNeeded: target)
        }
        core[0].deliver(target &- core[0].agentCount)
        return nil
    }
}
