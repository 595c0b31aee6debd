@testable import cmdqsim
import Experiment
import Foundation
import Testing
import TestSupport

@Suite struct ValidationReportTests {
    @Test(arguments: ["table", "json", "csv"]) func whole(format: String) throws {
        let form = try #require(OutputFormat(rawValue: format))
        try Golden.expect(ValidationText.render(FixedValidation.report(), format: form), matches: "output/validation.\(format)")
    }

    @Test func partial() throws {
        try Golden.expect(
            ValidationText.render(FixedValidation.report(limit: 1), format: .table), matches: "output/validation-partial.table")
    }

    @Test func jsonReadsBack() throws {
        let report = try FixedValidation.report(limit: 2)
        #expect(try JSON.read(ValidationReport.self, JSON.render(report)) == report)
    }

    /// The keys that the schema promises, nulls included.
    @Test func jsonHasEveryKeyOfEveryPoint() throws {
        let text = ValidationText.render(try FixedValidation.report(), format: .json)
        let document = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(document["schema"] as? String == "cmdqsim.validation/1")
        let points = try #require(document["points"] as? [[String: Any]])
        #expect(points.count == FixedValidation.points.count)
        for point in points {
            #expect(
                Set(point.keys).isSuperset(of: ["table", "machine", "algorithm", "cpus", "metric", "published", "predicted", "ratio"]))
        }
        #expect(points[5]["predicted"] is NSNull && points[5]["ratio"] is NSNull)
        #expect(points[0]["ratio"] as? Double == 1.25 && points[1]["ratio"] as? Double == 2)
    }

    @Test func withinCountsOnlyPredictedPointsThatAreFurther() throws {
        let report = try FixedValidation.report()
        func failure(_ percent: Double?) -> CommandFailure? { ValidateCommand.failure(of: report, within: percent, signal: nil) }
        // Factors 1.25, 2, 4, 1.25, 1.333 and one without prediction.
        #expect(failure(nil) == nil && failure(300) == nil)
        #expect(failure(299)?.status == .failureFound)
        #expect(failure(25)?.message.hasPrefix("3 of 5 predicted points are further than 25 % from the published value") == true)
        #expect(failure(24)?.message.hasPrefix("5 of 5 ") == true)
        #expect(failure(99)?.message.hasSuffix("by a factor of 4.00: table A, kunpeng920, fetch-add, cpus 2, mapsPerCpuPerSecond") == true)
    }

    @Test func anInterruptionEndsWithItsStatus() throws {
        let partial = try FixedValidation.report(limit: 1)
        let failure = ValidateCommand.failure(of: partial, within: nil, signal: .interrupted)
        #expect(failure == CommandFailure(.interrupted, "interrupted: 2 of 6 points have predictions"))
        // A signal after the last run cut nothing short.
        #expect(ValidateCommand.failure(of: try FixedValidation.report(), within: nil, signal: .interrupted) == nil)
        #expect(ValidateCommand.failure(of: partial, within: 10, signal: .interrupted)?.status == .failureFound)
    }

    /// What `CSV` writes, a points file reads.
    @Test(arguments: seeds) func writtenPointsReadBack(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        func text() -> String {
            let characters = Array("ab \",#é\t'x")
            return "t" + String((0..<Int.random(in: 0...8, using: &random)).compactMap { _ in characters.randomElement(using: &random) }) + "."
        }
        for _ in 0..<50 {
            var csv = CSV(header: PointsFile.requiredColumns + PointsFile.optionalColumns)
            var points: [PublishedPoint] = []
            for line in 2..<Int.random(in: 3...6, using: &random) {
                let workload = try #require(ValidationWorkload.allCases.randomElement(using: &random))
                let point = PublishedPoint(
                    table: text(),
                    run: ValidationRun(
                        machine: text(), algorithm: try #require(Algorithm.simulated.randomElement(using: &random)),
                        cpus: Int.random(in: 1...1024, using: &random), sync: Bool.random(using: &random) ? .msi : .cons,
                        placement: try #require(Placement.allCases.randomElement(using: &random)), workload: workload),
                    metric: try #require(workload.metrics.randomElement(using: &random)),
                    published: Double.random(in: 1e-3...1e9, using: &random), source: text(), place: "r:\(line)")
                points.append(point)
                csv.append([
                    point.table, point.run.machine, point.run.algorithm.rawValue, "\(point.run.cpus)", point.metric.rawValue,
                    "\(point.published)", point.run.sync.rawValue, point.run.placement.rawValue, workload.rawValue, point.source,
                ])
            }
            // Quotes in the middle come out of the writer in quotes, so every text is one that can be read.
            #expect(try PointsFile.read(csv.text, file: "r", machines: "any") { _ in true } == points, "seed \(seed)")
        }
    }
}
