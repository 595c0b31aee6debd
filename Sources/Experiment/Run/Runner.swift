import Histogram
import Machine
import SimulatedMachine

/// What one scenario came to: the result, and the histograms behind its latencies.
package struct RunOutcome: Sendable {
    package var result: RunResult
    /// Nanoseconds from the call to the end of the insertion, over all measured repeats; nil where nothing was sampled.
    package var insertion: Histogram<UInt64>?
    /// Nanoseconds from the end of the insertion to the completion of its CMD_SYNC.
    package var sync: Histogram<UInt64>?
    /// Of the simulation, over all repeats; nil on the native machine.
    package var cost: SimulationCost?
    /// Of the first repeat on a simulated machine, where one was asked for.
    package var timeline: Timeline?
}

/// Runs scenarios.
package struct Runner: Sendable {
    package var cancellation: Cancellation
    /// What of each scenario's first repeat on a simulated machine is recorded; nil: nothing.
    package var timeline: TraceOptions?

    package init(cancellation: Cancellation, timeline: TraceOptions? = nil) {
        self.cancellation = cancellation
        self.timeline = timeline
    }

    /// Runs the scenario: warm-ups, then the measured repeats. Reports `(repeats finished, repeats in all)`.
    ///
    /// A cancelled run returns what its finished repeats gave, marked partial; nil where none was finished and no check was violated.
    package func run(
        _ scenario: Scenario, progress: (Int, Int) -> Void
    ) throws(ScenarioError) -> RunOutcome? {
        try run(sideBySide: [scenario], progress: progress)[0]
    }

    /// Runs scenarios that are to be compared: the first repeat of each, then the second of each, and so on.
    ///
    /// A host's speed drifts, and a virtual machine's jumps. Taken in turn, all sides have their share of each phase.
    package func run(
        sideBySide scenarios: [Scenario], progress: (Int, Int) -> Void
    ) throws(ScenarioError) -> [RunOutcome?] {
        var streams = RecordedStreams()
        var runs: [ScenarioRun] = []
        for scenario in scenarios {
            try scenario.validateFields()
            runs.append(try ScenarioRun(scenario, streams: &streams, timeline: timeline))
        }
        let total = runs.reduce(0) { $0 + $1.rounds }
        var finished = 0
        for round in 0..<(runs.map(\.rounds).max() ?? 0) {
            for index in runs.indices where round < runs[index].rounds {
                progress(finished, total)
                guard !cancellation.isCancelled else { break }
                try runs[index].perform(round, cancellation: cancellation)
                finished += 1
            }
        }
        progress(finished, total)
        return runs.map(\.outcome)
    }
}

/// A scenario on its way: what its rounds gave so far.
private struct ScenarioRun {
    let scenario: Scenario
    let plan: RunPlan
    private var repeats: [RepeatOutcome] = []
    /// Of warm-ups, and of the repeat that a cancellation cut short.
    private var asideViolations = ViolationLog()
    private var aside: RepeatOutcome?
    /// Nil on the native machine.
    private let model: MachineModel?
    private let timeline: TraceOptions?

    init(_ scenario: Scenario, streams: inout RecordedStreams, timeline: TraceOptions?) throws(ScenarioError) {
        self.scenario = scenario
        self.timeline = timeline
        plan = try RunPlan(scenario, streams: &streams)
        model = try scenario.machineModel()
    }

    /// A simulated run has its warm-up inside, in virtual time.
    var rounds: Int { scenario.repeats + (model == nil ? scenario.warmups : 0) }

    mutating func perform(_ round: Int, cancellation: Cancellation) throws(ScenarioError) {
        if let model { return try simulate(round, on: model, cancellation: cancellation) }
        let isWarmup = round < scenario.warmups
        let outcome = try NativeRepeat(
            scenario: isWarmup ? scenario.checkedInFull : scenario, plan: plan, cancellation: cancellation
        ).run()
        if !isWarmup && outcome.isComplete {
            repeats.append(outcome)
        } else {
            asideViolations.merge(outcome.violations)
            aside = outcome
        }
    }

    /// Each repeat has a seed of its own, from the scenario's upward. What a run that was cut short measured counts: it is virtual time that was cut.
    private mutating func simulate(_ round: Int, on model: MachineModel, cancellation: Cancellation) throws(ScenarioError) {
        var scenario = scenario
        scenario.seed &+= UInt64(round)
        var simulated = SimulatedRepeat(scenario: scenario, plan: plan, model: model, cancellation: cancellation)
        if round == 0 { simulated.timeline = timeline }
        repeats.append(try simulated.run())
    }

    /// Nil where no repeat was finished and no check was violated.
    var outcome: RunOutcome? {
        if !repeats.isEmpty { return RunOutcome(scenario, repeats: repeats, asideViolations: asideViolations) }
        // What a check found is reported even where there is nothing else to report.
        guard asideViolations.count > 0, var only = aside else { return nil }
        only.violations = ViolationLog()
        return RunOutcome(scenario, repeats: [only], asideViolations: asideViolations)
    }
}

extension RunOutcome {
    init(_ scenario: Scenario, repeats: [RepeatOutcome], asideViolations: ViolationLog) {
        // With an even number the lower of the two in the middle: all figures are then those of one repeat.
        let ordered = repeats.sorted { $0.commandsPerSecond < $1.commandsPerSecond }
        let median = ordered[(ordered.count - 1) / 2]
        var insertion: LatencySamples?
        var sync: LatencySamples?
        var violations = asideViolations
        for outcome in repeats {
            RepeatOutcome.merge(outcome.insertion, into: &insertion)
            RepeatOutcome.merge(outcome.sync, into: &sync)
            violations.merge(outcome.violations)
        }
        let comparesAndSwaps = scenario.algorithm.comparesAndSwaps
        let isVCMDQ = scenario.queue == .vcmdq
        let threads = scenario.producers + min(scenario.device.threads, RunSetup.queueCount(of: scenario))
        result = RunResult(
            machine: scenario.machine.description, queue: scenario.queue.rawValue, algorithm: scenario.algorithm.rawValue,
            lock: comparesAndSwaps ? scenario.lock.rawValue : nil,
            sync: isVCMDQ ? SyncMode.cons.rawValue : scenario.sync.rawValue,
            layout: scenario.layout.rawValue, workload: scenario.workload.description, producers: scenario.producers,
            vintfs: isVCMDQ ? scenario.vintfs : 0, vcmdqsPerVintf: isVCMDQ ? scenario.vcmdqsPerVINTF : 0,
            batch: scenario.batch, log2Entries: scenario.log2Entries,
            commandsIssued: median.issued, commandsExecuted: median.executed, syncsCompleted: median.counts.syncs,
            seconds: median.seconds, commandsPerSecond: median.commandsPerSecond,
            commandsPerSecondSpread: [ordered.first!.commandsPerSecond, ordered.last!.commandsPerSecond],
            commandsPerSecondRepeats: repeats.map(\.commandsPerSecond),
            syncsPerSecond: median.syncsPerSecond,
            casAttemptsPerAllocation: comparesAndSwaps && median.counts.allocations > 0
                ? Double(median.counts.casAttempts) / Double(median.counts.allocations) : nil,
            commandsPerDoorbell: median.counts.doorbells > 0 ? Double(median.issued) / Double(median.counts.doorbells) : 0,
            doorbells: median.counts.doorbells, fallbacksToMain: median.fallbacks,
            partial: repeats.count < scenario.repeats || repeats.contains { !$0.isComplete },
            insertionNanoseconds: insertion?.summary, syncNanoseconds: sync?.summary,
            violations: violations.lines, checks: scenario.checkNames,
            histograms: scenario.latencySampling == 0 ? "off" : scenario.latencySampling == 1
                ? "every insertion" : "one insertion in \(scenario.latencySampling)",
            oversubscribed: scenario.machine.isNative && threads > NativeThreads.availableProcessors,
            syncTimeouts: repeats.reduce(0) { $0 + $1.counts.syncTimeouts },
            spaceTimeouts: repeats.reduce(0) { $0 + $1.counts.spaceTimeouts },
            disturbances: repeats.reduce(into: [:]) { sum, one in
                sum.merge(one.disturbances.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: +)
            }, time: median.simulation?.time, scenario: scenario)
        timeline = repeats[0].simulation?.timeline
        self.insertion = insertion?.histogram
        self.sync = sync?.histogram
        cost = SimulationCost(repeats.compactMap(\.simulation))
    }
}

extension Scenario {
    /// Warm-ups are not timed, so they are checked in full.
    fileprivate var checkedInFull: Scenario {
        var scenario = self
        scenario.checks = .full
        return scenario
    }

    /// Which checks are on while the clock runs.
    var checkNames: [String] {
        let always = [
            "each slot executed once, in order",
            "what was executed against what was inserted, by slot",
            "PROD never backwards, never beyond the queue",
            "each sync's own evidence",
        ]
        return always + (checks == .full
            ? ["each list whole, unchanged, in its producer's order", "the device's record at each sync"]
            : ["the device's progress at one sync in \(RunSetup.progressSampling)"])
    }
}
