import Machine

/// Where a timeout ends a wait.
package struct Patience: Sendable {
    package var waits: [Site]
    package var polls: [Site]
    /// Who has given up once and waits again waits for ever, and that is an end.
    package var isFinal: Bool

    package init(waits: [Site] = [], polls: [Site] = [], isFinal: Bool = false) {
        (self.waits, self.polls, self.isFinal) = (waits, polls, isFinal)
    }
}

/// Explores all that a few agents can do to a shared memory, under a memory model.
///
/// The same agents run many times, as fibers, on one thread.
package final class Explorer {
    package let model: MemoryModel
    let core: FixedBuffer<ExplorerCore>
    private let fibers: FiberSet
    private let agentCount: Int
    /// One bit for each agent that serves others: it need not come to an end.
    private let servers: UInt32
    private let isDevice: [Bool]

    package static let stackBytes = 128 * 1024

    /// `servers`: agents that wait for others' work for ever; devices. `freeRetries`: sites where a failed compare-and-swap does
    /// nothing but try again with what it found. `patience`: where a timeout ends a wait. Nil where there is no memory for the stacks.
    package init?(agents: Int, servers: Range<Int>, plan: MemoryPlan, model: MemoryModel, freeRetries: [Site] = [], patience: Patience = Patience()) {
        guard agents <= ExecutionGraph.maxAgents, let fibers = FiberSet(count: agents, stackBytes: Self.stackBytes) else { return nil }
        self.model = model
        self.fibers = fibers
        agentCount = agents
        isDevice = (0..<agents).map { servers.contains($0) }
        self.servers = servers.reduce(0) { $0 | 1 << UInt32($1) }
        let bits = { (sites: [Site]) in sites.reduce(0 as UInt64) { $0 | 1 << UInt64($1.rawValue) } }
        core = FixedBuffer(
            count: 1,
            repeating: ExplorerCore(
                graph: ExecutionGraph(model: model), scratch: ExecutionGraph(model: model),
                renumbered: FixedBuffer(count: ExecutionGraph.maxEvents, repeating: 0), addresses: AddressTable(plan: plan),
                agents: FixedBuffer(
                    count: agents, repeating: ExplorerCore.Agent(order: LocalOrder(model: model, isDevice: false))),
                agentCount: agents, fibers: fibers.switch, splitsBits: model == .sc || model == .tso,
                freeRetries: bits(freeRetries), patientSites: bits(patience.waits), patientPolls: bits(patience.polls), endsAtTimeouts: patience.isFinal))
    }

    deinit {
        core[0].graph.deallocate()
        core[0].scratch.deallocate()
        core[0].renumbered.deallocate()
        core[0].snapshots.deallocate()
        core[0].addresses.deallocate()
        core[0].agents.deallocate()
        core.deallocate()
    }

    private var execution: ExecutionView { ExecutionView(graph: core[0].graph, addresses: core[0].addresses) }

    /// Of the shortest execution that was found wrong.
    package private(set) var steps: [ExecutionStep] = []
    /// Of drawn runs: what they were.
    package private(set) var seen: Set<UInt64> = []
    private var runsSinceClock = 0
    /// How many more runs a shorter execution could be looked for.
    package private(set) var looksLeft = 0

    /// Explores all executions, or one after the other as `scheduler` draws them, or the one that `schedule` says.
    ///
    /// After the first that is wrong it goes on for `limits.looksOn` runs, and keeps the shortest.
    ///
    /// `begin` is called before each run, `body` is each agent's program, and `check` says what is wrong with a complete execution.
    /// With a `part` only what comes of that, and no more is done when a word turns out to be accessed in more than one way.
    package func explore(
        limits: ExplorationLimits, scheduler: RandomScheduler? = nil, schedule: [ScheduleStep]? = nil, part: ExplorationPart? = nil,
        begin: () -> Void = {}, check: (ExecutionView) -> String? = { _ in nil },
        _ body: @escaping (Int, inout ExploringProcessor) -> Void
    ) -> Exploration {
        let (core, isDevice) = (core, isDevice)
        fibers.prepare { agent in
            var processor = ExploringProcessor(agent: agent, core: core, isDevice: isDevice[agent])
            body(agent, &processor)
            core[0].agents[agent].isEnded = true
            core[0].runnable &= ~(1 << UInt32(agent))
            return FiberSet.caller
        }
        core[0].scheduler = scheduler
        let isRandom = scheduler != nil
        seen = []
        if let schedule {
            guard let script = Script(schedule, agents: agentCount) else {
                var result = Exploration()
                result.misfit = "a step names a site or an agent that there is not"
                return result
            }
            core[0].script = script
            // A drawn run under sc, which the schedule may be of, sees words whole.
            core[0].splitsBits = core[0].splitsBits && schedule.contains { $0.source != nil }
        }
        defer {
            core[0].script?.steps.deallocate()
            core[0].script = nil
        }
        core[0].maxRounds = limits.rounds
        core[0].maxTimeouts = core[0].endsAtTimeouts ? 1 : limits.rounds
        core[0].fruitlessRounds = limits.fruitlessRounds
        var result = Exploration()
        let deadline = min(limits.deadline, limits.end)
        var runs = 0
        var left = schedule == nil ? limits.looksOn : 0
        defer { looksLeft = left }
        // Once something is wrong: what had been explored until then.
        var found: Exploration?
        var shortest = Int.max
        if let part { take(part) } else { restart() }
        while isRandom || core[0].snapshots.count > 0 {
            if found != nil {
                if left <= 0 || left & 63 == 0 && limits.isCancelled?() == true { break }
                left -= 1
            } else if runs >= limits.runs {
                result.verdict = .limit
                result.isPaused = true
                return result
            } else if let reached = limitReached(limits, result, deadline) {
                result.verdict = .limit
                result.limit = reached
                result.isCutShort = result.executions < limits.executions
                return result
            }
            begin()
            run()
            runs += 1
            result.longestRun = max(result.longestRun, core[0].graph.count)
            switch core[0].stop {
            case .changedLayout where part != nil:
                result.isLayoutChanged = true
                return result
            case .changedLayout:
                result = Exploration()
                core[0].script?.cursor = 0
                restart()
            case .tooLarge:
                if let found { return found }
                result.verdict = .limit
                result.limit = "an execution has more than \(ExecutionGraph.maxEvents) events, or an agent more than \(LocalSet.capacity)"
                return result
            case .deadEnd: result.blocked += 1
            case .violated:
                // As far as it goes: the one that is wrong counts.
                result.executions += 1
                result.violation = core[0].violation
            case .misfit:
                result.misfit = core[0].script?.misfit
                return result
            case nil:
                settle(&result, limits.stopsAtDeadlocks, check)
                if isRandom { seen.insert(core[0].graph.hash) }
            }
            result.distinct = isRandom ? seen.count : result.executions
            if let violation = result.violation {
                result.verdict = .violation
                var first = found ?? result
                if core[0].graph.count < shortest {
                    shortest = core[0].graph.count
                    first.violation = violation
                    first.explanation = model == .c11 ? core[0].graph.explanation(isDevice: isDevice) : nil
                    steps = execution.steps
                }
                found = first
                result.violation = nil
            }
            if isRandom, core[0].snapshots.count == 0 { core[0].snapshots.pushEmpty() }
        }
        return found ?? result
    }

    /// What is left when an exploration has paused.
    package var left: ExplorationPart {
        var part = ExplorationPart(layout: core[0].addresses.layout)
        core[0].snapshots.store(in: &part)
        return part
    }

    /// Begins with words known to be accessed as `usages` says.
    package func restart(usages: [UInt8]) { core[0].addresses.restore(AddressLayout(usages: usages), in: core[0].graph, and: core[0].scratch) }

    /// How many words memory has.
    package var wordCount: Int { core[0].addresses.wordCount }

    private func take(_ part: ExplorationPart) {
        core[0].addresses.restore(part.layout, in: core[0].graph, and: core[0].scratch)
        core[0].snapshots.restore(part)
    }

    private func restart() {
        core[0].addresses.restart()
        core[0].snapshots.clear()
        core[0].snapshots.pushEmpty()
    }

    private func limitReached(_ limits: ExplorationLimits, _ result: Exploration, _ deadline: UInt64) -> String? {
        if result.executions >= limits.executions { return "\(limits.executions) executions" }
        // The clock is looked at now and then.
        runsSinceClock += 1
        return runsSinceClock & 63 == 0 ? limits.reached(deadline: deadline) : nil
    }

    private func run() {
        let hot = core[0].snapshots.pop(into: &core[0].graph)
        for agent in 0..<agentCount {
            core[0].agents[agent] = ExplorerCore.Agent(order: LocalOrder(model: model, isDevice: isDevice[agent]))
            core[0].agents[agent].isChosen = core[0].graph.count == 0
        }
        core[0].scheduler?.begin(agents: agentCount)
        core[0].stop = nil
        core[0].violation = nil
        core[0].next = hot
        core[0].runnable = (1 << UInt32(agentCount)) - 1
        while core[0].stop == nil, let agent = core[0].chooseNext() {
            if !core[0].agents[agent].isStarted {
                core[0].agents[agent].isStarted = true
                fibers.restart(agent)
            }
            fibers.switch(to: Int32(agent))
        }
    }

    /// Lets each agent in turn whose wait has a timeout give it up, in runs of their own; false where all have done so too often.
    private func giveUp() -> Bool {
        let patient = core[0].patient
        guard patient != 0 else { return false }
        if let step = core[0].script?.current {
            core[0].script?.cursor += 1
            core[0].keepTimeout(of: step.agent)
        } else if let drawn = core[0].scheduler?.choose(from: patient) {
            core[0].keepTimeout(of: drawn)
        } else if core[0].script == nil {
            for agent in (0..<agentCount).reversed() where patient >> UInt32(agent) & 1 != 0 { core[0].keepTimeout(of: agent) }
        }
        return true
    }

    /// Nobody can go on any more: what that means.
    private func settle(_ result: inout Exploration, _ stopsAtDeadlocks: Bool, _ check: (ExecutionView) -> String?) {
        let graph = core[0].graph
        var isCut = false
        var isPatient = false
        var waiting: [Int] = []
        for agent in 0..<agentCount where !core[0].agents[agent].isEnded {
            let state = core[0].agents[agent]
            if state.isRetrying {
                result.blocked += 1
                return
            }
            if state.isCut {
                isCut = true
            } else if state.isStuck {
                let read = graph.events[graph.number(agent: agent, index: graph.length(of: agent) - 1)]
                // It will look again and find what is newer: not an end.
                if graph.position(ofWrite: read.source) < graph.writeCount(Int(read.location)) - 1 {
                    result.blocked += 1
                    return
                }
            }
            isPatient = isPatient || state.isPatient
            if servers & (1 << UInt32(agent)) == 0 { waiting.append(agent) }
        }
        if isCut {
            result.cut += 1
            return
        }
        if isPatient {
            if giveUp() {
                result.timeouts += 1
                return
            }
            guard core[0].endsAtTimeouts else {
                result.cut += 1
                return
            }
            waiting.removeAll { core[0].agents[$0].isPatient }
        }
        if !waiting.isEmpty, !stopsAtDeadlocks {
            result.deadlocks += 1
            return
        }
        result.executions += 1
        if !waiting.isEmpty {
            result.violation = Exploration.deadlock(waiting.map { ($0, core[0].agents[$0].site) })
        } else {
            result.violation = check(execution)
        }
    }
}
