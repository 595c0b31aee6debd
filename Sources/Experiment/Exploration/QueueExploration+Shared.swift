import ExploringMachine
import Machine

/// How an exploration is made by several threads, and gone on with.
package struct ExplorationControl: Sendable {
    package var threads = 1
    package var isCancelled: (@Sendable () -> Bool)?
    package var resumed: CheckpointFile?
    /// Gets what is done and left now and then, and where a limit was reached.
    package var save: (@Sendable (CheckpointFile) -> Void)?
    package var secondsBetweenSaves = 30.0
    var runsPerTask = SharedExploration.runsPerTask

    package init() {}
}

extension QueueExploration {
    /// Nil where there is no memory for the agents' stacks. Comes to the same with any number of threads, unless time limits it.
    package static func run(
        _ scenario: ExplorationScenario, _ control: ExplorationControl, show: ([ExecutionStep]) -> Void = { _ in }
    ) throws(ScenarioError) -> Exploration? {
        // Each of its schedules follows from the one before.
        if scenario.strategy == .preemptions {
            var limited = scenario
            limited.limits.isCancelled = control.isCancelled
            return QueueExploration(limited).run(show: show)
        }
        guard let first = makeWorker(scenario) else { return nil }
        var limits = scenario.limits
        limits.isCancelled = control.isCancelled
        // Centuries are for ever.
        if limits.seconds < 1e9 { limits.deadline = monotonicNanoseconds() + UInt64(max(0, limits.seconds) * 1e9) }
        let isKept = control.save != nil || control.resumed != nil
        let program = isKept ? (first as? GraphWorker)?.fingerprint ?? 0 : 0
        if let problem = control.resumed?.problem(scenario, program: program, wordCount: first.wordCount) {
            throw ScenarioError(.data, problem)
        }
        let shared = SharedExploration(
            wordCount: first.wordCount, isDrawn: scenario.strategy != .exhaustive, limits: limits, runsPerTask: control.runsPerTask,
            from: control.resumed?.work)
        let (threads, save, seconds) = (max(control.threads, 1), control.save, control.secondsBetweenSaves)
        let body: @Sendable (Int) -> Void = { thread in
            if thread < threads {
                shared.work { makeWorker(scenario) }
            } else {
                while !shared.wait(seconds: seconds) { save?(CheckpointFile(scenario, program: program, work: shared.checkpoint)) }
            }
        }
        do {
            try NativeThreads.run(count: threads + (save == nil ? 0 : 1), pinned: false, body)
        } catch {
            // Those that could be started have done all of it; else this one does.
            shared.work { makeWorker(scenario) }
        }
        if shared.hasNoMemory { return nil }
        var result = shared.result
        if result.violation != nil {
            var steps = shared.steps
            if let wrong = shared.wrong { lookOn(from: wrong, shared.next, with: first, scenario.limits, &result, &steps) }
            show(steps)
        } else if result.verdict == .limit {
            save?(CheckpointFile(scenario, program: program, work: shared.checkpoint))
        }
        return result
    }

    /// Looks for a shorter execution in what comes next.
    private static func lookOn(
        from wrong: ExplorationTask, _ next: [ExplorationTask], with worker: any ExplorationWorker, _ limits: ExplorationLimits,
        _ result: inout Exploration, _ steps: inout [ExecutionStep]
    ) {
        guard limits.looksOn > 0, let worker = worker as? GraphWorker else { return }
        var limits = limits
        (limits.executions, limits.seconds) = (.max, .infinity)
        for (number, task) in ([wrong] + next).enumerated() where limits.looksOn > 0 {
            if number > 0 { limits.runs = limits.looksOn }
            let found = worker.explore(task, limits)
            if let violation = found.result.violation, found.steps.count < steps.count || number == 0 {
                (result.violation, result.explanation, steps) = (violation, found.result.explanation, found.steps)
            }
            // Tasks that find nothing are counted as one look each, and have made some hundred at most.
            limits.looksOn = found.result.violation == nil ? limits.looksOn - max(1, found.result.executions + found.result.blocked) : worker.looksLeft
            if case .draws = task { return }
        }
    }

    private static func makeWorker(_ scenario: ExplorationScenario) -> (any ExplorationWorker)? {
        let exploration = QueueExploration(scenario)
        if scenario.isInterleaved { return exploration.makeInterleaver().map { DrawingWorker(exploration, $0) } }
        return exploration.makeExplorer().map { GraphWorker(exploration, $0) }
    }

    fileprivate func scheduler(_ batch: Int, _ longestRun: Int) -> RandomScheduler {
        RandomScheduler(randomStrategy, seed: scenario.seed ^ UInt64(batch) &* 0xd134_2543_de82_ef95, longestRun: longestRun)
    }
}

/// What a worker records of a run, over and over; it goes with the worker.
private final class KeptRecord {
    let buffer: FixedBuffer<ProtocolRecord>

    init(of exploration: QueueExploration) {
        buffer = FixedBuffer(count: 1, repeating: ProtocolRecord(geometry: exploration.placement.geometry))
    }

    deinit {
        buffer[0].deallocate()
        buffer.deallocate()
    }
}

/// Explores graphs, or draws runs under any model.
private final class GraphWorker: ExplorationWorker {
    private let exploration: QueueExploration
    private let explorer: Explorer
    private let record: KeptRecord

    init(_ exploration: QueueExploration, _ explorer: Explorer) {
        self.exploration = exploration
        self.explorer = explorer
        record = KeptRecord(of: exploration)
    }

    var wordCount: Int { explorer.wordCount }
    var looksLeft: Int { explorer.looksLeft }

    func explore(_ task: ExplorationTask, _ limits: ExplorationLimits) -> TaskOutcome {
        let result: Exploration
        switch task {
        case .part(let part):
            result = exploration.explore(record.buffer, explorer, limits, part: part)
        case .draws(let batch, let longestRun, let usages):
            explorer.restart(usages: usages)
            result = exploration.explore(record.buffer, explorer, limits, scheduler: exploration.scheduler(batch, longestRun))
        }
        let left = explorer.left
        var outcome = TaskOutcome(result: result, usages: left.usages)
        if case .part = task { outcome.left = left }
        outcome.seen = explorer.seen
        if result.violation != nil { outcome.steps = explorer.steps }
        return outcome
    }

    /// Of the first runs: other programs, or other versions of this one, have other events.
    var fingerprint: UInt64 {
        var hash: UInt64 = 0
        var limits = exploration.scenario.limits
        (limits.runs, limits.looksOn, limits.seconds) = (64, 0, .infinity)
        explorer.restart(usages: [UInt8](repeating: 0, count: wordCount))
        _ = exploration.explore(record.buffer, explorer, limits) { hash = hash &* 31 ^ $0.fingerprint }
        return hash
    }
}

/// Draws runs on plain memory.
private final class DrawingWorker: ExplorationWorker {
    private let exploration: QueueExploration
    private let interleaver: Interleaver
    private let record: KeptRecord

    init(_ exploration: QueueExploration, _ interleaver: Interleaver) {
        self.exploration = exploration
        self.interleaver = interleaver
        record = KeptRecord(of: exploration)
    }

    var wordCount: Int { interleaver.wordCount }

    func explore(_ task: ExplorationTask, _ limits: ExplorationLimits) -> TaskOutcome {
        guard case .draws(let batch, let longestRun, let usages) = task else { return TaskOutcome(result: Exploration()) }
        interleaver.restart(exploration.scheduler(batch, longestRun))
        let result = exploration.interleave(record.buffer, interleaver, limits)
        return TaskOutcome(result: result, usages: usages, steps: result.violation == nil ? [] : interleaver.steps, seen: interleaver.seen)
    }
}
