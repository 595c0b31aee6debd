import Histogram
import Machine

/// What one scenario came to: the result, and the histograms behind its latencies.
package struct RunOutcome: Sendable {
    package var result: RunResult
    /// Nanoseconds from the call to the end of the insertion, over all measured repeats; nil where nothing was sampled.
    package var insertion: Histogram<UInt64>?
    /// Nanoseconds from the end of the insertion to the completion of its CMD_SYNC.
    package var sync: Histogram<UInt64>?
}

/// Runs scenarios.
package struct Runner: Sendable {
    package var cancellation: Cancellation

    package init(cancellation: Cancellation) { self.cancellation = cancellation }

    /// Runs the scenario: warm-ups, then the measured repeats. Reports `(repeats finished, repeats in all)`.
    ///
    /// A cancelled run returns what its finished repeats gave, marked partial; nil where none was finished and no check was violated.
    package func run(
        _ scenario: Scenario, progress: (Int, Int) -> Void
    ) throws(ScenarioError) -> RunOutcome? {
        try scenario.validateFields()
        let plan = try RunPlan(scenario)
        let total = scenario.warmups + scenario.repeats
        var repeats: [RepeatOutcome] = []
        // Warm-ups, and the repeat that a cancellation cut short.
        var asideViolations = ViolationLog()
        var aside: RepeatOutcome?
        for number in 0..<total {
            progress(number, total)
            guard !cancellation.isCancelled else { break }
            let outcome = try NativeRepeat(
                scenario: number < scenario.warmups ? scenario.checkedInFull : scenario, plan: plan, cancellation: cancellation
            ).run()
            if number >= scenario.warmups && outcome.isComplete {
                repeats.append(outcome)
            } else {
                asideViolations.merge(outcome.violations)
                aside = outcome
            }
        }
        progress(total, total)
        // What a check found is reported even where there is nothing else to report.
        if repeats.isEmpty, asideViolations.count > 0, var only = aside {
            only.violations = ViolationLog()
            repeats = [only]
        }
        guard !repeats.isEmpty else { return nil }
        return RunOutcome(scenario, repeats: repeats, asideViolations: asideViolations)
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
        let isLinux = scenario.algorithm == .linux
        let isVCMDQ = scenario.queue == .vcmdq
        let threads = scenario.producers + min(scenario.device.threads, isVCMDQ ? 1 + scenario.vintfs * scenario.vcmdqsPerVINTF : 1)
        result = RunResult(
            machine: scenario.machine.rawValue, queue: scenario.queue.rawValue, algorithm: scenario.algorithm.rawValue,
            lock: isLinux ? scenario.lock.rawValue : nil,
            sync: isVCMDQ ? SyncMode.cons.rawValue : scenario.sync.rawValue,
            layout: scenario.layout.rawValue, workload: scenario.workload.description, producers: scenario.producers,
            vintfs: isVCMDQ ? scenario.vintfs : 0, vcmdqsPerVintf: isVCMDQ ? scenario.vcmdqsPerVINTF : 0,
            batch: scenario.batch, log2Entries: scenario.log2Entries,
            commandsIssued: median.issued, commandsExecuted: median.executed, syncsCompleted: median.counts.syncs,
            seconds: median.seconds, commandsPerSecond: median.commandsPerSecond,
            commandsPerSecondSpread: [ordered.first!.commandsPerSecond, ordered.last!.commandsPerSecond],
            syncsPerSecond: median.syncsPerSecond,
            casAttemptsPerAllocation: isLinux && median.counts.allocations > 0
                ? Double(median.counts.casAttempts) / Double(median.counts.allocations) : nil,
            commandsPerDoorbell: median.counts.doorbells > 0 ? Double(median.issued) / Double(median.counts.doorbells) : 0,
            doorbells: median.counts.doorbells, fallbacksToMain: median.fallbacks,
            partial: repeats.count < scenario.repeats || repeats.contains { !$0.isComplete },
            insertionNanoseconds: insertion?.summary, syncNanoseconds: sync?.summary,
            violations: violations.lines, checks: scenario.checkNames,
            histograms: scenario.latencySampling == 0 ? "off" : scenario.latencySampling == 1
                ? "every insertion" : "one insertion in \(scenario.latencySampling)",
            oversubscribed: threads > NativeThreads.availableProcessors,
            syncTimeouts: repeats.reduce(0) { $0 + $1.counts.syncTimeouts }, scenario: scenario)
        self.insertion = insertion?.histogram
        self.sync = sync?.histogram
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
            : ["the device's progress at one sync in \(NativeRepeat.progressSampling)"])
    }
}
