import SimulatedMachine

/// One run of a candidate: a repeat of its scenario, or of a simulated machine's a part of one.
package struct TuningRun: Equatable, Sendable {
    package var figures: TuningFigures
    /// CMD_SYNCs of each producer in the measured part; 0: unknown.
    package var syncsPerProducer: Double
    /// Measured, of the machine's time.
    package var seconds: Double
    package var violations: [String]
    /// Of a simulated machine, ended by the time limit.
    package var isPartial: Bool
    package var memoryOperations: UInt64

    package init(
        figures: TuningFigures, syncsPerProducer: Double = 0, seconds: Double = 0, violations: [String] = [], isPartial: Bool = false,
        memoryOperations: UInt64 = 0
    ) {
        self.figures = figures
        self.syncsPerProducer = syncsPerProducer
        self.seconds = seconds
        self.violations = violations
        self.isPartial = isPartial
        self.memoryOperations = memoryOperations
    }
}

/// Runs candidates. What tests put in its place is a function with a known optimum.
package protocol TuningRunner {
    /// Runs a part of a full run: one of `divisor`. Runs of equal `block` are made under the same conditions: the same seed on a simulated
    /// machine, neighbours in time on the native one. A warm-up run, of the native machine only, is not measured. Nil where it was cancelled.
    mutating func run(_ scenario: Scenario, divisor: Int, block: Int, isWarmup: Bool) throws(ScenarioError) -> TuningRun?
}

/// Runs scenarios on the machine that they name.
package struct MachineTuningRunner: TuningRunner {
    private let cancellation: Cancellation
    private var streams = RecordedStreams()
    /// By the one axis that a machine may have too little of.
    private var models: [Int: MachineModel] = [:]

    package init(cancellation: Cancellation) { self.cancellation = cancellation }

    package mutating func run(_ scenario: Scenario, divisor: Int, block: Int, isWarmup: Bool) throws(ScenarioError) -> TuningRun? {
        var part = scenario.shortened(by: divisor, workload: try recordedCommands(of: scenario))
        let outcome: RepeatOutcome
        if let model = try model(of: part) {
            part.seed &+= UInt64(block)
            outcome = try SimulatedRepeat(scenario: part, plan: RunPlan(part, streams: &streams), model: model, cancellation: cancellation).run()
            if cancellation.isCancelled { return nil }
        } else {
            if isWarmup { part.checks = .full }
            outcome = try NativeRepeat(scenario: part, plan: RunPlan(part, streams: &streams), cancellation: cancellation).run()
            if !outcome.isComplete, outcome.violations.count == 0 { return nil }
        }
        return TuningRun(
            figures: TuningFigures(outcome), syncsPerProducer: Double(outcome.measuredCounts.syncs) / Double(scenario.producers),
            seconds: outcome.seconds, violations: outcome.violations.lines, isPartial: !outcome.isComplete,
            memoryOperations: outcome.simulation?.operations.total ?? 0)
    }

    /// Nil on the native machine.
    private mutating func model(of scenario: Scenario) throws(ScenarioError) -> MachineModel? {
        if let model = models[scenario.vcmdqsPerVINTF] { return model }
        let model = try scenario.machineModel()
        if let model { models[scenario.vcmdqsPerVINTF] = model }
        return model
    }

    /// Of a recorded stream that is to be played once: only so can a part of it be asked for.
    private mutating func recordedCommands(of scenario: Scenario) throws(ScenarioError) -> Int? {
        guard scenario.length == .workload else { return nil }
        let plan = try scenario.streamPlan(&streams)
        guard case .recorded(let stream) = plan.source else { return nil }
        return stream.commands.count { !$0.isSync }
    }
}

extension Scenario {
    /// A run of one `divisor`-th of its length, warm-up included.
    func shortened(by divisor: Int, workload commands: Int?) -> Scenario {
        guard divisor > 1 else { return self }
        var part = self
        switch length {
        case .commands(let commands): part.length = .commands(max(1, commands / divisor))
        case .seconds(let seconds):
            part.length = .seconds(max(seconds / Double(divisor), Allowed.virtualSeconds.lowerBound))
            part.simulation.warmupNanoseconds = simulation.warmupNanoseconds / divisor
        case .workload: part.length = commands.map { .commands(max(1, $0 / divisor)) } ?? length
        }
        return part
    }
}
