import Testing

@testable import Experiment

/// What the search is for: on the D06 with 32 processors it comes within 3 % of the best of a full sweep, with a fifth of the evaluations.
/// Runs are a tenth as long as usual; docs/tuning.md has the figures of long ones.
@Suite struct TuningOnKunpengTests {
    private static var base: Scenario {
        var base = Scenario()
        base.machine = .simulated("kunpeng920")
        base.producers = 32
        base.log2Entries = 16
        base.length = .seconds(0.001)
        base.simulation.warmupNanoseconds = 300_000
        base.repeats = 1
        base.latencySampling = 1
        base.batch = 1
        return base
    }

    @Test func within3PercentOfTheSweep() throws {
        let space = try TuningSpace(base: Self.base, axes: [TuningAxis(.batch, (1...64).map { .integer($0) })])
        var runner = MachineTuningRunner(cancellation: Cancellation())
        var sweep: [Int: TuningFigures] = [:]
        for point in space.points {
            let scenario = space.scenario(of: point)
            sweep[scenario.batch ?? 0] = try runner.run(scenario, divisor: 1, block: 0, isWarmup: false)?.figures
        }
        #expect(sweep.count == 64)
        for text in ["throughput", "p99-sync", "weighted:min:p99-sync/100us+2M/throughput"] {
            let goal = try TuningGoal(text)
            let outcome = try Tuner.tune(TuningTask(space: space, goal: goal), standard: Scenario(), runner: MachineTuningRunner(cancellation: Cancellation()))
            let values = sweep.values.compactMap { goal.expression.value(of: $0) }
            let best = try #require(goal.isMaximized ? values.max() : values.min())
            let chosen = try #require(outcome.best?.scenario.batch.flatMap { sweep[$0] }.flatMap { goal.expression.value(of: $0) })
            let loss = goal.isMaximized ? 1 - chosen / best : chosen / best - 1
            #expect(loss <= 0.03, "\(text): \(outcome.best?.scenario.batch ?? 0) loses \(loss)")
            #expect(outcome.evaluations <= 64.0 / 5 + 1e-9, "\(text): \(outcome.evaluations)")
            // It is no flat plain: other batches lose much more.
            let worst = try #require(goal.isMaximized ? values.min() : values.max())
            #expect(goal.isMaximized ? worst < best / 2 : worst > best * 2)
        }
    }
}
