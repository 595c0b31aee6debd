import Foundation
import TestSupport
import Testing

@testable import Experiment

@Suite struct HalvingSearchTests {
    /// With one peak, anywhere, narrow or wide, on a plain of about a third.
    private func peak(at center: Double, width: Double) -> (Scenario) -> Double {
        { scenario in
            let distance = (log(Double(scenario.batch ?? 1)) - log(center)) / width
            return 1e6 * (1 + 2 / (1 + distance * distance))
        }
    }

    private func loss(_ outcome: TuningOutcome, _ rate: (Scenario) -> Double) -> Double {
        let best = outcome.task.space.points.map { rate(outcome.task.space.scenario(of: $0)) }.max() ?? 0
        return 1 - rate(outcome.best!.scenario) / best
    }

    @Test(arguments: [1, 3])
    func findsAPeakWithAFifthOfTheEvaluations(repeats: Int) throws {
        let task = try Landscape.task(repeats: repeats)
        for center in stride(from: 1.0, through: 64, by: 1) {
            for width in [0.3, 0.6, 1.5] {
                let rate = peak(at: center, width: width)
                let outcome = try Landscape(rate: rate).tune(task)
                #expect(loss(outcome, rate) <= 0.03, "center \(center), width \(width): \(outcome.best!.scenario.batch!)")
                #expect(outcome.evaluations <= 12.8 + 1e-9 && outcome.best?.divisor == 1)
            }
        }
    }

    /// What the test above asks for is not to be had for nothing: the grid that the search begins with alone would fail.
    @Test func theCoarseGridAloneIsNotEnough() throws {
        let task = try Landscape.task()
        let grid = task.space.coarse(limit: 20).map { task.space.scenario(of: $0) }
        let worst = stride(from: 1.0, through: 64, by: 1).map { center in
            let rate = peak(at: center, width: 0.3)
            return 1 - (grid.map(rate).max() ?? 0) / 3e6
        }.max() ?? 0
        #expect(worst > 0.1, "\(worst)")
    }

    @Test(arguments: seeds)
    func drawnLandscapesOfThreeAxes(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<4 {
            let center = Double.random(in: 1...64, using: &generator)
            let ring = Double.random(in: 7...16, using: &generator)
            let favourite: SyncMode = Bool.random(using: &generator) ? .msi : .cons
            let peak = peak(at: center, width: 1)
            let rate = { (scenario: Scenario) in
                peak(scenario) / (1 + abs(Double(scenario.log2Entries) - ring) / 10) * (scenario.sync == favourite ? 1 : 0.8)
            }
            let task = try Landscape.task { _, axes in
                axes.append(TuningAxis(.log2Entries, (7...16).map { .integer($0) }))
                axes.append(TuningAxis(.sync, [.sync(.msi), .sync(.cons)]))
            }
            let outcome = try Landscape(rate: rate).tune(task)
            #expect(loss(outcome, rate) <= 0.05, "seed \(seed): \(loss(outcome, rate))")
            #expect(outcome.evaluations <= 64 + 1e-9)
        }
    }

    @Test func spendsNoMoreThanItMay() throws {
        for budget in [1.0, 2, 3.5, 7, 12, 40] {
            let landscape = Landscape(rate: peak(at: 20, width: 0.5))
            let outcome = try landscape.tune(Landscape.task(repeats: 3, limits: TuningLimits(evaluations: budget)))
            let cost = landscape.record.runs.reduce(0) { $0 + 1 / (Double($1.divisor) * 3) }
            #expect(abs(outcome.evaluations - cost) < 1e-9 && outcome.runs == landscape.record.runs.count)
            #expect(cost <= budget + 1e-9 && outcome.best != nil, "\(budget): \(cost)")
        }
    }

    @Test func fewCombinationsAreAllRunInFull() throws {
        let outcome = try Landscape(rate: peak(at: 4, width: 0.5)).tune(Landscape.task(batches: 2...6))
        #expect(outcome.candidates.count == 5 && outcome.candidates.allSatisfy { $0.divisor == 1 })
        #expect(outcome.best?.scenario.batch == 4)
        // Linux's 64 is none of them, and runs beside them.
        #expect(outcome.linux?.scenario.batch == 64 && outcome.evaluations == 6)
        #expect((outcome.gainOverLinux?.value ?? 0) > 0.1)
    }

    @Test func equalTasksTakeEqualSteps() throws {
        let (a, b) = (Landscape(rate: peak(at: 20, width: 0.5)), Landscape(rate: peak(at: 20, width: 0.5)))
        _ = try a.tune(Landscape.task(repeats: 3))
        _ = try b.tune(Landscape.task(repeats: 3))
        #expect(a.record.runs.map { "\($0)" } == b.record.runs.map { "\($0)" } && a.record.runs.count > 20)
    }

    @Test func theBestKeepsTheConstraints() throws {
        // The rate rises with the batch, and so does the latency: the best lies at the bound.
        let rate = { (scenario: Scenario) in 1e6 * log(1 + Double(scenario.batch ?? 1)) }
        for bound in [3, 10, 22, 41, 63] {
            let outcome = try Landscape(rate: rate).tune(Landscape.task(constraints: ["p99-sync<=\(bound)us"]))
            let batch = try #require(outcome.best?.scenario.batch)
            #expect(outcome.isFeasible && batch <= bound && rate(outcome.best!.scenario) >= 0.97 * 1e6 * log(1 + Double(bound)), "\(bound): \(batch)")
        }
    }

    @Test func whereNothingKeepsThemTheLeastViolatingIsShown() throws {
        let outcome = try Landscape(rate: peak(at: 20, width: 1)).tune(Landscape.task(constraints: ["p99-sync<0.5us"]))
        #expect(!outcome.isFeasible && outcome.best?.scenario.batch == 1)
    }

    @Test func latenciesAreMinimized() throws {
        var landscape = Landscape(rate: { _ in 1e6 })
        landscape.latency = { scenario in 1000 + 100 * abs(Double(scenario.batch ?? 1) - 23) }
        let outcome = try landscape.tune(Landscape.task(goal: TuningGoal("p99-sync")))
        #expect(landscape.latency(outcome.best!.scenario) <= 1030)
        #expect((outcome.gainOverLinux?.value ?? 0) > 0.7)
    }

    @Test func aCancelledSearchKeepsWhatItHas() throws {
        for limit in [0, 1, 7, 20] {
            var landscape = Landscape(rate: peak(at: 20, width: 0.5))
            landscape.limit = limit
            let outcome = try landscape.tune(Landscape.task())
            #expect(outcome.isPartial && outcome.stop == .cancelled && outcome.runs == limit && (outcome.best != nil) == (limit > 0))
        }
    }

    @Test func aViolatedCheckEndsTheSearch() throws {
        var landscape = Landscape(rate: peak(at: 20, width: 0.5))
        landscape.violating = 5
        let outcome = try landscape.tune(Landscape.task())
        #expect(outcome.violations == ["lost slot 3"] && outcome.stop == .violated && landscape.record.runs.count == 5)
    }

    @Test func theFrontHasNothingThatIsBeaten() throws {
        let outcome = try Landscape(rate: peak(at: 20, width: 0.7)).tune(Landscape.task())
        let front = outcome.pareto.map(\.figures)
        #expect(front.count > 3)
        for (one, next) in zip(front, front.dropFirst()) { #expect(one.throughput > next.throughput && one.p99Sync! > next.p99Sync!) }
        for candidate in outcome.candidates {
            let figures = candidate.figures
            #expect(front.contains { $0.throughput >= figures.throughput && $0.p99Sync! <= figures.p99Sync! })
        }
    }

    @Test func sensitivity() throws {
        let outcome = try Landscape(rate: { 1e6 - 1000 * abs(Double($0.batch ?? 1) - 16) }).tune(Landscape.task())
        let axis = try #require(outcome.sensitivity.first)
        #expect(axis.best == .integer(16) && axis.neighbours.map(\.value) == [.integer(15), .integer(17)])
        #expect(axis.neighbours.allSatisfy { abs(($0.ratio?.value ?? 0) - 0.999) < 1e-9 })
        let within = try #require(axis.ranges.first { $0.percent == 1 }?.runs)
        #expect(within.count == 1 && within[0].from.integer! >= 6 && within[0].to.integer! <= 26 && within[0].to.integer! > 17)
    }

    /// What is begun in a run's measured part is waited for: in short runs that looks like a loss of large batches.
    @Test(arguments: [0, 3_000_000])
    func shortRunsAreReadAsFullOnes(warmup: Int) throws {
        var scenario = Scenario()
        scenario.machine = .simulated("kunpeng920")
        scenario.length = .seconds(0.01)
        scenario.simulation.warmupNanoseconds = warmup
        // A round of all producers takes 1 ms; without a warm-up all begin at once.
        func run(_ seconds: Double) -> TuningRun {
            let rounds = seconds / 0.001 + (warmup == 0 ? 1 : 0)
            return TuningRun(figures: TuningFigures(throughput: 3000 * rounds / (seconds + 0.001)), syncsPerProducer: rounds, seconds: seconds + 0.001)
        }
        let full = run(0.01).figures.throughput
        for divisor in [8, 4, 2] {
            var candidate = TuningCandidate(point: TuningPoint(positions: [0]), scenario: scenario)
            let part = run(0.01 / Double(divisor))
            candidate.add(part, divisor: divisor, block: 0)
            #expect(abs(candidate.figures.throughput / full - 1) < 1e-9 && (warmup == 0 || part.figures.throughput < 0.95 * full))
            candidate.add(run(0.01), divisor: 1, block: 0)
            #expect(candidate.figures.throughput == full)
        }
    }
}
