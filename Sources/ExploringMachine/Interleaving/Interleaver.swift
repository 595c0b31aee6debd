import Machine

/// Runs agents one execution after the other under sequential consistency, drawing who goes on at each step.
///
/// Keeps no graph, so it is fast; it explores no more than it draws.
package final class Interleaver {
    let core: FixedBuffer<InterleavingCore>
    private let fibers: FiberSet
    private let agentCount: Int
    private let servers: UInt32
    private let patience: Patience
    private var maxTimeouts = 2

    /// As `Explorer`'s.
    package init?(agents: Int, servers: Range<Int>, plan: MemoryPlan, strategy: RandomScheduler.Strategy, seed: UInt64, patience: Patience = Patience()) {
        guard agents <= 8, let fibers = FiberSet(count: agents, stackBytes: Explorer.stackBytes) else { return nil }
        self.fibers = fibers
        self.patience = patience
        agentCount = agents
        self.servers = servers.reduce(0) { $0 | 1 << UInt32($1) }
        core = FixedBuffer(
            count: 1,
            repeating: InterleavingCore(
                agents: agents, plan: plan, fibers: fibers.switch, scheduler: RandomScheduler(strategy, seed: seed)))
        core[0].patientSites = patience.waits.reduce(0) { $0 | 1 << UInt64($1.rawValue) }
        core[0].patientPolls = patience.polls.reduce(0) { $0 | 1 << UInt64($1.rawValue) }
    }

    deinit {
        core[0].deallocate()
        core.deallocate()
    }

    /// Memory as the last run has left it.
    package var wordCount: Int { core[0].words.count }
    package func value(of word: Word64) -> UInt64 { core[0].words[word.offset >> 3] }
    package func value(of word: Word32) -> UInt32 {
        UInt32(truncatingIfNeeded: core[0].words[word.offset >> 3] >> UInt64((word.offset & 4) << 3))
    }

    /// Of the execution with the violation.
    package var steps: [ExecutionStep] { core[0].steps ?? [] }

    /// What the runs of the last call were.
    package private(set) var seen: Set<UInt64> = []

    /// Goes on with other draws.
    package func restart(_ scheduler: RandomScheduler) {
        core[0].scheduler = scheduler
        core[0].steps = nil
    }

    /// Runs until a limit is reached or something is wrong. `begin`, `check` and `body` as `Explorer`'s.
    package func run(
        limits: ExplorationLimits, begin: () -> Void, check: () -> String?, _ body: @escaping (Int, inout InterleavingProcessor) -> Void
    ) -> Exploration {
        let core = core
        fibers.prepare { agent in
            var processor = InterleavingProcessor(agent: agent, core: core)
            body(agent, &processor)
            core[0].agents[agent].isEnded = true
            core[0].runnable &= ~(1 << UInt32(agent))
            return core[0].next()
        }
        maxTimeouts = patience.isFinal ? 1 : limits.rounds
        let deadline = min(limits.deadline, limits.end)
        var result = Exploration()
        seen = []
        var runs = 0
        while true {
            if result.executions >= limits.executions {
                result.limit = "\(limits.executions) executions"
                break
            }
            if runs >= limits.runs {
                result.isPaused = true
                break
            }
            runs += 1
            if runs & 1023 == 1023 {
                if let reached = limits.reached(deadline: deadline) {
                    result.limit = reached
                    result.isCutShort = true
                    break
                }
            }
            let scheduler = core[0].scheduler
            result.violation = once(begin, check)
            let isNew = core[0].scheduler.end()
            if isNew {
                if isCut { result.cut += 1 } else { result.executions += 1 }
                result.timeouts += timeouts(at: patience.waits + patience.polls.filter { !patience.waits.contains($0) })
            }
            seen.insert(core[0].hash)
            if core[0].scheduler.isDone, result.violation == nil {
                let bound = (core[0].scheduler.bounded?.bound ?? 1) - 1
                result.limit = "every schedule with at most \(bound) preemptions"
                break
            }
            guard result.violation != nil else { continue }
            // Once more, the same, for the record.
            core[0].scheduler = scheduler
            core[0].steps = []
            _ = once(begin, check)
            break
        }
        result.distinct = seen.count
        result.verdict = result.violation == nil ? .limit : .violation
        result.longestRun = core[0].scheduler.longestRun
        return result
    }

    /// Waits at the sites that the last run has given up.
    package func timeouts(at sites: [Site]) -> Int { sites.reduce(0) { $0 + Int(core[0].timeouts[Int($1.rawValue)]) } }

    /// Who waits for what only a timeout would end, and that would be no failure.
    private var patient: UInt32 {
        (0..<agentCount).reduce(0) { !core[0].agents[$1].isEnded && core[0].agents[$1].isPatient ? $0 | 1 << UInt32($1) : $0 }
    }

    /// Somebody has given up a wait so often that the run is followed no further.
    private var isCut: Bool { core[0].violation == nil && !patience.isFinal && patient != 0 }

    /// Nobody can go on: has one who waits give up, if any may.
    private func giveUp() -> Bool {
        guard core[0].violation == nil, core[0].runnable == 0 else { return false }
        var able = patient
        for agent in 0..<agentCount where core[0].agents[agent].patientSite == Site.awaitSpace.rawValue && core[0].agents[agent].timeouts >= maxTimeouts {
            able &= ~(1 << UInt32(agent))
        }
        guard able != 0 else { return false }
        let agent = core[0].scheduler.chooseTimeout(from: able)
        core[0].giveUp(agent)
        return true
    }

    /// One execution; returns what is wrong with it.
    private func once(_ begin: () -> Void, _ check: () -> String?) -> String? {
        begin()
        core[0].begin()
        for agent in 0..<agentCount { fibers.restart(agent) }
        repeat { fibers.switch(to: core[0].next()) } while giveUp()
        if let violation = core[0].violation { return violation }
        if isCut { return nil }
        let waiting = (0..<agentCount).filter { !core[0].agents[$0].isEnded && (servers | patient) >> UInt32($0) & 1 == 0 }
        if !waiting.isEmpty { return Exploration.deadlock(waiting.map { ($0, core[0].agents[$0].site) }) }
        return check()
    }
}
