@testable import Experiment
import Foundation
import Testing
import TestSupport

@Suite struct ValidationTests {
    private func point(
        _ table: String, algorithm: Algorithm = .linux, cpus: Int = 2,
        metric: ValidationMetric = .mapsPerCPUPerSecond, _ published: Double, place: String? = nil
    ) -> PublishedPoint {
        PublishedPoint(
            table: table, run: ValidationRun(machine: "m", algorithm: algorithm, cpus: cpus), metric: metric, published: published,
            place: place)
    }

    @Test func aRunIsPredictedOnceForAllItsMetrics() throws {
        let validation = Validation(points: [
            point("A", 100), point("B", metric: .casAttemptsPerAllocation, 4), point("A", cpus: 4, 50),
            point("C", metric: .syncNanoseconds, 300), point("B", cpus: 4, metric: .casAttemptsPerAllocation, 8),
        ])
        var asked: [Int] = []
        var announced: [String] = []
        let report = try validation.report(
            willRun: { announced.append("\($0): \($1)") },
            predict: { run throws(ScenarioError) in
                asked.append(run.cpus)
                return PointPrediction(mapsPerCPUPerSecond: 200, casAttemptsPerAllocation: Double(run.cpus))
            })
        #expect(validation.runCount == 2 && asked == [2, 4])
        #expect(announced == ["1: m, linux, 2 CPUs, msi, compact, dma-map-50", "2: m, linux, 4 CPUs, msi, compact, dma-map-50"])
        #expect(report.points.map(\.predicted) == [200, 2, 200, nil, 4])
        #expect(report.points.map(\.ratio) == [2, 0.5, 4, nil, 0.5])
        #expect(!report.partial)
    }

    /// A run differs from another in any of its six values.
    @Test func runsThatDifferAreNotShared() throws {
        let base = ValidationRun(machine: "m", algorithm: .linux, cpus: 1)
        var runs = [base]
        for change: (inout ValidationRun) -> Void in [
            { $0.machine = "n" }, { $0.algorithm = .spinlock }, { $0.cpus = 2 }, { $0.sync = .cons }, { $0.placement = .remote },
            { $0.workload = .loneSync },
        ] {
            var run = base
            change(&run)
            runs.append(run)
        }
        let validation = Validation(
            points: (runs + runs).map { PublishedPoint(table: "T", run: $0, metric: .syncNanoseconds, published: 1) })
        var asked: [ValidationRun] = []
        let report = try validation.report { run throws(ScenarioError) in
            asked.append(run)
            return PointPrediction(syncNanoseconds: Double(asked.count))
        }
        #expect(asked == runs)
        #expect(report.points.map(\.predicted) == [1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 4, 5, 6, 7])
    }

    @Test func aTableOfSeveralAlgorithmsIsAlsoSummedUpByAlgorithm() throws {
        let validation = Validation(points: [
            point("A", 100), point("A", algorithm: .fetchAdd, 100), point("A", cpus: 4, 400), point("B", cpus: 8, 100),
        ])
        let report = try validation.report { run throws(ScenarioError) in
            PointPrediction(mapsPerCPUPerSecond: run.algorithm == .fetchAdd ? 800 : run.cpus == 8 ? nil : 200)
        }
        let summaries = report.tables
        #expect(summaries.map(\.table) == ["A", "A", "A", "B"])
        #expect(summaries.map(\.algorithm) == [nil, .linux, .fetchAdd, nil])
        #expect(summaries.map(\.points) == [3, 2, 1, 1])
        #expect(summaries.map(\.predicted) == [3, 2, 1, 0])
        #expect(summaries.map(\.worst) == [8, 2, 8, nil])
        // Ratios 2, 8 and 0.5: the logarithms of 2, 8 and 2 have the mean of (1 + 3 + 1) / 3 octaves.
        let means = summaries.map(\.geometricMean)
        for (mean, expected) in zip(means, [pow(2.0, 5.0 / 3.0), 2, 8]) { #expect(abs(try #require(mean) - expected) < 1e-12) }
        #expect(means[3] == nil)
    }

    @Test(arguments: seeds) func summariesAreWhatTheirDefinitionSays(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let ratios = (0..<Int.random(in: 1...20, using: &random)).map { _ in Double.random(in: 0.05...20, using: &random) }
            let points = ratios.indices.map { point("A", cpus: $0 + 1, Double.random(in: 1...1e6, using: &random)) }
            let report = try Validation(points: points).report { run throws(ScenarioError) in
                PointPrediction(mapsPerCPUPerSecond: points[run.cpus - 1].published * ratios[run.cpus - 1])
            }
            let product = ratios.map { max($0, 1 / $0) }.reduce(1, *)
            let summary = report.tables[0]
            let mean = try #require(summary.geometricMean)
            let worst = try #require(summary.worst)
            #expect(abs(mean / pow(product, 1 / Double(ratios.count)) - 1) < 1e-9)
            #expect(ratios.contains { abs(max($0, 1 / $0) / worst - 1) < 1e-9 })
            #expect(ratios.allSatisfy { max($0, 1 / $0) <= worst * (1 + 1e-9) })
        }
    }

    /// A prediction that is no rate at all is as far away as can be, not left out.
    @Test(arguments: [0, -5, .infinity, .nan]) func aPredictionThatIsNoRateIsInfinitelyFar(predicted: Double) throws {
        let report = try Validation(points: [point("A", 100), point("A", cpus: 4, 100)]).report { run throws(ScenarioError) in
            PointPrediction(mapsPerCPUPerSecond: run.cpus == 4 ? 100 : predicted)
        }
        #expect(report.tables[0].worst == .infinity && report.tables[0].geometricMean == .infinity)
    }

    @Test func anErrorNamesThePointThatNeededTheRun() {
        let refuse = { (run: ValidationRun) throws(ScenarioError) -> PointPrediction in
            throw ScenarioError(.usage, "no \(run.cpus) CPUs")
        }
        #expect(throws: ScenarioError(.usage, "table A, m, linux, 1 CPU, msi, compact, dma-map-50: no 1 CPUs")) {
            try Validation(points: [point("A", cpus: 1, 5)]).report(predict: refuse)
        }
        #expect(throws: ScenarioError(.usage, "p.csv:7: no 3 CPUs")) {
            try Validation(points: [point("A", cpus: 3, 5, place: "p.csv:7")]).report(predict: refuse)
        }
        #expect(throws: ScenarioError(.data, "my.machine:3: no unit")) {
            try Validation(points: [point("A", 5)]).report { _ throws(ScenarioError) in throw ScenarioError(.data, "my.machine:3: no unit") }
        }
    }

    @Test func aCancelledSessionKeepsWhatItHas() throws {
        var runs = 0
        let validation = Validation(points: [point("A", 10), point("A", cpus: 4, 10), point("A", 20)])
        let report = try validation.report(isCancelled: { runs == 1 }, predict: { _ throws(ScenarioError) in
            runs += 1
            return PointPrediction(mapsPerCPUPerSecond: 10)
        })
        #expect(report.partial && runs == 1)
        #expect(report.points.map(\.predicted) == [10, nil, 10])
        #expect(report.tables[0].predicted == 2)
    }
}
