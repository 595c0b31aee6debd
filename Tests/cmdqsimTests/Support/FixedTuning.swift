@testable import Experiment

/// Searches of a machine whose figures are a function of the scenario, for renderings.
struct FixedTuning: TuningRunner {
    func run(_ scenario: Scenario, divisor: Int, block: Int, isWarmup: Bool) throws(ScenarioError) -> TuningRun? {
        let batch = Double(scenario.batch ?? 1)
        let sync = scenario.sync == .msi ? 1.0 : 0.75
        var figures = TuningFigures(throughput: sync * (3.2e6 - 2e6 / batch - 2000 * batch) * (1 + 0.001 * Double(block % 3)))
        figures.p50Sync = 5000 * batch
        figures.p99Sync = 9000 * batch + 500 * Double(block % 3)
        figures.p999Sync = 10_000 * batch
        figures.p50Insertion = 210
        figures.p99Insertion = 380
        figures.p999Insertion = batch < 3 ? 170_000 : 440
        return TuningRun(figures: figures, seconds: 0.01 / Double(divisor))
    }

    static func outcome(
        machine: MachineChoice = .simulated("kunpeng920"), batches: ClosedRange<Int> = 1...64, syncs: [SyncMode] = [.msi, .cons], goal: String = "throughput",
        constraints: [String] = [], repeats: Int = 3, evaluations: Double? = nil
    ) throws -> TuningOutcome {
        var base = Scenario()
        base.machine = machine
        base.producers = 32
        base.length = .seconds(0.01)
        base.repeats = repeats
        base.batch = batches.lowerBound
        base.seed = 7
        let axes = [TuningAxis(.batch, batches.map { .integer($0) }), TuningAxis(.sync, syncs.map { .sync($0) })]
        let task = TuningTask(
            space: try TuningSpace(base: base, axes: axes), goal: try TuningGoal(goal), constraints: try constraints.map { try TuningConstraint($0) },
            limits: TuningLimits(evaluations: evaluations))
        return try Tuner.tune(task, standard: Scenario(), runner: FixedTuning())
    }
}
