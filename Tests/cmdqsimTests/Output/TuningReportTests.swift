@testable import cmdqsim
@testable import Experiment
import Foundation
import Testing

@Suite struct TuningReportTests {
    @Test(arguments: ["table", "json", "csv"]) func simulated(format: String) throws {
        let form = try #require(OutputFormat(rawValue: format))
        try Golden.expect(TuningText.render(try FixedTuning.outcome(), host: nil, format: form), matches: "output/tuning.\(format)")
    }

    @Test func raced() throws {
        let outcome = try FixedTuning.outcome(machine: .native, batches: 1...8, syncs: [.msi], goal: "p99-sync", constraints: ["throughput>2.5M"], evaluations: 12)
        try Golden.expect(TuningText.render(outcome, host: FixedResults.host, format: .table), matches: "output/tuning-raced.table")
    }

    @Test func infeasible() throws {
        let outcome = try FixedTuning.outcome(batches: 1...8, syncs: [.msi], goal: "weighted:throughput/1M-p99-sync/100us", constraints: ["p99-sync<9us"], repeats: 1)
        try Golden.expect(TuningText.render(outcome, host: nil, format: .table), matches: "output/tuning-infeasible.table")
        let failure = try #require(TuneCommand.failure(of: outcome, signal: nil))
        #expect(failure.status == .failureFound)
        #expect(failure.message == "no candidate keeps p99-sync<9us; the least violating is --batch 1 --sync msi with p99-sync 9.000 us")
    }

    @Test func plotScript() throws {
        let outcome = try FixedTuning.outcome(goal: "p99-sync", constraints: ["p99-sync<200us", "throughput>2M"])
        try Golden.expect(TuningPlot.script(outcome), matches: "output/tuning.gnuplot")
    }

    @Test func jsonHasTheIssuesKeysAndNullsAreThere() throws {
        let outcome = try FixedTuning.outcome(repeats: 1)
        let document = try #require(
            JSONSerialization.jsonObject(with: Data(TuningText.render(outcome, host: nil, format: .json).utf8)) as? [String: Any])
        #expect(document["schema"] as? String == "cmdqsim.tuning/1")
        #expect(Set(document.keys).isSuperset(of: ["best", "evaluations", "candidates", "pareto", "runs", "linux", "sensitivity"]))
        for key in ["host", "notSeparatedFrom"] { #expect(document[key] is NSNull, "\(key)") }
        let best = try #require(document["best"] as? [String: Any])
        let goal = try #require(best["goal"] as? [String: Any])
        #expect(goal["low"] is NSNull && goal["value"] is Double && (best["values"] as? [String: Any])?["batch"] is Int)
        #expect((document["candidates"] as? [Any])?.count == outcome.candidates.count)
    }

    @Test func everyKeyIsDocumented() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("docs/tuning.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        let document = try #require(
            JSONSerialization.jsonObject(with: Data(TuningText.render(try FixedTuning.outcome(), host: FixedResults.host, format: .json).utf8)) as? [String: Any])
        var keys = Set(document.keys)
        for case let candidate as [String: Any] in document["candidates"] as? [Any] ?? [] { keys.formUnion(candidate.keys) }
        for case let axis as [String: Any] in document["sensitivity"] as? [Any] ?? [] { keys.formUnion(axis.keys) }
        for key in keys { #expect(text.contains("`\(key)`"), "\(key) is not in docs/tuning.md") }
    }

    @Test func csvRowsHaveTheHeadersFields() throws {
        let outcome = try FixedTuning.outcome()
        let rows = TuningText.render(outcome, host: nil, format: .csv).split(separator: "\n")
        #expect(rows.count == outcome.candidates.count + 1)
        #expect(Set(rows.map { $0.split(separator: ",", omittingEmptySubsequences: false).count }).count == 1)
    }

    @Test func bars() {
        #expect(TuningPicture.bar(0).isEmpty && TuningPicture.bar(-1).isEmpty && TuningPicture.bar(1) == String(repeating: "█", count: 50))
        #expect(TuningPicture.bar(0.01) == "▌" && TuningPicture.bar(0.0325) == "█▋" && TuningPicture.bar(7).count == 50)
    }

    @Test func nothingWasTried() throws {
        let outcome = TuningOutcome(task: try FixedTuning.outcome().task, candidates: [], evaluations: 0, runs: 0, stop: .cancelled)
        for format in OutputFormat.allCases { #expect(!TuningText.render(outcome, host: nil, format: format).isEmpty) }
        #expect(TuneCommand.failure(of: outcome, signal: .interrupted)?.status == .interrupted)
    }
}
