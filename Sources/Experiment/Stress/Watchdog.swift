/// What a watchdog sees of one agent at one look.
struct AgentLook: Equatable, Sendable {
    var role: AgentRole
    var state: AgentState
}

/// Tells from looks at a run's agents whether it goes on, however slowly, or is stuck.
///
/// Slow: some agent gets nothing done, but another does. Stuck: nobody has got anything done for `patience`, although the threads have had
/// processors meanwhile. Without processor time nothing follows: the host is busy, or was asleep.
struct Watchdog: Sendable {
    enum Verdict: Equatable, Sendable {
        case goesOn
        /// Who has got nothing done for longer than the patience, while others have.
        case slow([AgentRole])
        case stuck
    }

    /// In nanoseconds, as all times here.
    let patience: UInt64
    /// Of all threads together, in which somebody must have got something done.
    private var leastProcessorTime: UInt64 { patience / 20 }

    private var lastAdvance: (time: UInt64, processorTime: UInt64)
    private var agents: [(look: AgentLook, changed: UInt64, advanced: UInt64)] = []

    init(patience: UInt64, now: UInt64, processorTime: UInt64) {
        self.patience = patience
        lastAdvance = (now, processorTime)
    }

    mutating func look(_ looks: [AgentLook], now: UInt64, processorTime: UInt64) -> Verdict {
        if agents.isEmpty { agents = looks.map { ($0, now, now) } }
        for (index, look) in looks.enumerated() {
            if look.state != agents[index].look.state { agents[index].changed = now }
            if look.state.progress != agents[index].look.state.progress {
                agents[index].advanced = now
                lastAdvance = (now, processorTime)
            }
            agents[index].look = look
        }
        if now - lastAdvance.time >= patience {
            return processorTime - lastAdvance.processorTime >= leastProcessorTime ? .stuck : .goesOn
        }
        let late = agents.filter { agent in
            guard case .producer = agent.look.role, agent.look.state.phase.isWait else { return false }
            return now - agent.advanced >= patience
        }
        return late.isEmpty ? .goesOn : .slow(late.map(\.look.role))
    }

    /// Since when each agent is where it is now, to the distance between two looks.
    var sinceWhen: [UInt64] { agents.map(\.changed) }

    /// For how long nobody has got anything done at `now`, and how much processor time there was in it.
    func silence(now: UInt64, processorTime: UInt64) -> (nanoseconds: UInt64, processorTime: UInt64) {
        (now - lastAdvance.time, processorTime - lastAdvance.processorTime)
    }
}
