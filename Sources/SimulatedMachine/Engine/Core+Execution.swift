/// The execution engine that all queues of a device share: one queue has it at a time, the others wait in turn.
struct ExecutionEngine {
    /// The agent whose turn it is; -1: nobody's.
    var holder: Int32 = -1
    /// When its turn began.
    var since: UInt64 = 0
    /// Those that wait, first to last, linked by `Agent.nextWatcher`.
    var first: Int32 = -1
    var last: Int32 = -1
}

extension Core {
    /// Gives the engine to the agent, or puts it at the end of those that wait: false.
    mutating func takeEngine(_ agent: Int) -> Bool {
        let number = Int32(truncatingIfNeeded: agent)
        if engine.holder == number { return true }
        if engine.holder < 0 {
            engine.holder = number
            engine.since = agents[agent].time
            return true
        }
        agents[agent].nextWatcher = -1
        if engine.last >= 0 { agents[Int(engine.last)].nextWatcher = number } else { engine.first = number }
        engine.last = number
        agents[agent].state = .waitsForEngine
        return false
    }

    /// Ends the agent's turn: the next that waits has its own.
    mutating func passEngine(_ agent: Int) {
        guard engine.holder == Int32(truncatingIfNeeded: agent) else { return }
        let next = engine.first
        engine.holder = next
        guard next >= 0 else { return }
        engine.first = agents[Int(next)].nextWatcher
        if engine.first < 0 { engine.last = -1 }
        agents[Int(next)].nextWatcher = -1
        let time = max(now, agents[agent].time)
        engine.since = time
        wake(Int(next), at: time)
    }
}
