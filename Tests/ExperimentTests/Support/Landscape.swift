@testable import Experiment
import Foundation
import TestSupport

/// A machine whose figures are a function of the scenario.
struct Landscape: TuningRunner {
    /// What was asked of it.
    final class Record {
        var runs: [(scenario: Scenario, divisor: Int, block: Int, isWarmup: Bool)] = []
    }

    /// Commands per second by batch.
    var rate: (Scenario) -> Double
    /// The p99 of CMD_SYNC in nanoseconds.
    var latency: (Scenario) -> Double = { Double($0.batch ?? 1) * 1000 }
    /// Of the logarithm of one run.
    var noise = 0.0
    /// Of a whole block: what a host does to all that run at that time.
    var drift: (Int) -> Double = { _ in 1 }
    /// After so many runs it is cancelled.
    var limit = Int.max
    /// The run that violates a check, by its number.
    var violating: Int?
    let record = Record()
    var generator = SeededGenerator(seed: 1)

    mutating func run(_ scenario: Scenario, divisor: Int, block: Int, isWarmup: Bool) throws(ScenarioError) -> TuningRun? {
        guard record.runs.count < limit else { return nil }
        record.runs.append((scenario, divisor, block, isWarmup))
        var figures = TuningFigures(throughput: rate(scenario) * drift(block) * exp(noise * normal()))
        figures.p50Sync = latency(scenario) / 2
        figures.p99Sync = latency(scenario)
        figures.p999Insertion = 500
        return TuningRun(figures: figures, seconds: 0.01 / Double(divisor), violations: violating == record.runs.count ? ["lost slot 3"] : [])
    }

    private mutating func normal() -> Double {
        let (u, v) = (Double.random(in: .ulpOfOne...1, using: &generator), Double.random(in: 0...1, using: &generator))
        return (-2 * log(u)).squareRoot() * cos(2 * .pi * v)
    }

    static func task(
        batches: ClosedRange<Int> = 1...64, machine: MachineChoice = .simulated("kunpeng920"), repeats: Int = 1, goal: TuningGoal = .throughput,
        constraints: [String] = [], limits: TuningLimits = TuningLimits(), _ change: (inout Scenario, inout [TuningAxis]) -> Void = { _, _ in }
    ) throws -> TuningTask {
        var base = Scenario()
        base.machine = machine
        base.length = .seconds(0.01)
        base.repeats = repeats
        base.warmups = machine.isNative ? 1 : 0
        base.batch = batches.lowerBound
        var axes = [TuningAxis(.batch, batches.map { .integer($0) })]
        change(&base, &axes)
        return TuningTask(space: try TuningSpace(base: base, axes: axes), goal: goal, constraints: try constraints.map { try TuningConstraint($0) }, limits: limits)
    }

    func tune(_ task: TuningTask) throws -> TuningOutcome {
        try Tuner.tune(task, standard: Scenario(), runner: self)
    }
}
