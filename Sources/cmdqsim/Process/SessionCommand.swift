import Experiment

/// What `compare` and `run` do once they know their scenarios: validate, run, report, exit.
struct SessionCommand {
    var scenarios: [Scenario]
    var flags: OutputFlags
    /// Nil where none can be asked for.
    var timeline: TimelineFlags?
    var shape: Report.Shape
    var hostStatistics = false

    /// - Throws: what the process ends with where that is not 0
    func execute() throws(CommandFailure) {
        try Session.validate(scenarios)
        let recorded = try timeline?.options()
        let sink = try ResultSink(flags, timeline: timeline?.timeline)
        if sink.writesHistograms, scenarios.allSatisfy({ $0.latencySampling == 0 }) {
            throw CommandFailure(
                .usage, "--histogram needs samples, and --latency-sampling is 0; 1 or more is allowed with it")
        }

        let cancellation = Cancellation()
        let interrupts = Interrupts(cancellation: cancellation)
        interrupts.start()
        let runner = Runner(cancellation: cancellation, timeline: recorded)
        let session = Session(
            progress: Progress(total: scenarios.count),
            isCancelled: { cancellation.isCancelled },
            run: { group, progress throws(ScenarioError) in try runner.run(sideBySide: group, progress: progress) })
        let outcome = session.run(scenarios)

        try sink.write(outcome, host: scenarios.contains { $0.machine.isNative } ? .current : nil, seed: scenarios[0].seed, shape: shape)
        for point in outcome.points {
            if let note = point.outcome.timeline.flatMap(TimelineNote.text(of:)) { StandardStreams.note(note) }
        }
        if hostStatistics { StandardStreams.note(Self.hostStatistics(of: outcome)) }
        let violations = Self.violations(in: outcome)
        for line in violations { StandardStreams.note(line) }
        if let failure = Self.failure(of: outcome, violations: violations.count, signal: interrupts.status) {
            throw failure
        }
    }

    /// What the simulation of all runs together cost the host.
    static func hostStatistics(of outcome: SessionOutcome) -> String {
        let simulations = outcome.points.compactMap(\.outcome.cost)
        let operations = simulations.reduce(0) { $0 + $1.memoryOperations }
        let seconds = simulations.reduce(0) { $0 + $1.hostSeconds }
        return "memory-operations=\(operations) host-seconds=\(Numbers.fixed(seconds, 6))"
    }

    /// One line for each violated check, with the scenario that it was violated in.
    static func violations(in outcome: SessionOutcome) -> [String] {
        outcome.points.flatMap { point in
            point.result.violations.map { "violation: \(oneLine($0)) [\(point.asked.label) seed=\(point.asked.seed)]" }
        }
    }

    /// A violated check counts most: it stays true whatever cut the session short.
    static func failure(
        of outcome: SessionOutcome, violations: Int, signal: ExitStatus?
    ) -> CommandFailure? {
        if violations > 0 {
            return CommandFailure(.failureFound, "violated checks: \(violations)")
        }
        if let signal, outcome.isPartial {
            return CommandFailure(
                signal, "interrupted: \(outcome.points.count) of \(outcome.asked) scenarios have results")
        }
        return outcome.failure
    }
}
