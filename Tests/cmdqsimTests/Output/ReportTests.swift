@testable import cmdqsim
import Experiment
import Foundation
import Testing

@Suite struct ReportTests {
    private func render(_ points: [Point], _ format: OutputFormat, partial: Bool = false, asked: Int? = nil) -> String {
        Report.render(
            points, document: FixedResults.document(points, partial: partial), asked: asked ?? points.count,
            format: format, shape: points.count == 1 ? .single : .comparison)
    }

    private var troubled: [Point] {
        var scenario = Scenario()
        scenario.latencySampling = 0
        scenario.workload = .recorded(path: "a,\"b\".csv")
        return [FixedResults.point(scenario, rate: 500_000, partial: true, violations: ["lost slot 3"])]
    }

    @Test(arguments: ["table", "json", "csv"]) func comparison(format: String) throws {
        let form = try #require(OutputFormat(rawValue: format))
        try Golden.expect(render(FixedResults.comparison, form), matches: "output/comparison.\(format)")
    }

    @Test(arguments: ["table", "json", "csv"]) func partialSingle(format: String) throws {
        let form = try #require(OutputFormat(rawValue: format))
        try Golden.expect(render(troubled, form, partial: true, asked: 3), matches: "output/partial.\(format)")
    }

    @Test func nothingFinished() throws {
        try Golden.expect(render([], .table, partial: true, asked: 3), matches: "output/nothing.table")
        #expect(render([], .csv, partial: true).split(separator: "\n").count == 1)
        #expect(try JSON.read(ResultDocument.self, render([], .json, partial: true)).partial)
    }

    @Test func histograms() throws {
        try Golden.expect(
            HistogramReport.render(Array(FixedResults.comparison.prefix(1)) + troubled, seed: 7),
            matches: "output/histogram.txt")
    }

    @Test func ratiosAreToTheMainQueueOfTheSameParameters() {
        let lines = render(FixedResults.comparison, .table).split(separator: "\n").map(String.init)
        let ratios = lines.compactMap { line in line.split(separator: " ").first { $0.hasSuffix("x") && $0.first?.isNumber == true } }
        #expect(ratios == ["1.00x", "0.25x", "3.12x", "1.00x", "0.25x", "3.12x"])
    }

    @Test func jsonHasEveryKeyOfTheIssueAndNullsAreThere() throws {
        let text = render(troubled, .json, partial: true)
        let document = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(document["schema"] as? String == "cmdqsim.result/1")
        #expect(Set(document.keys).isSuperset(of: ["schema", "host", "seed", "results"]))
        let result = try #require((document["results"] as? [[String: Any]])?.first)
        for key in [
            "machine", "queue", "algorithm", "lock", "sync", "layout", "workload", "producers", "vintfs", "vcmdqsPerVintf", "batch",
            "log2Entries", "commandsIssued", "commandsExecuted", "syncsCompleted", "seconds", "commandsPerSecond",
            "commandsPerSecondSpread", "syncsPerSecond", "casAttemptsPerAllocation", "commandsPerDoorbell", "doorbells",
            "fallbacksToMain", "partial", "insertionNanoseconds", "syncNanoseconds", "violations",
        ] {
            #expect(result[key] != nil, "\(key) is missing")
        }
        for key in ["batch", "insertionNanoseconds", "syncNanoseconds"] { #expect(result[key] is NSNull, "\(key)") }
        #expect((result["commandsPerSecondSpread"] as? [Double])?.count == 2)
        let sampled = render(Array(FixedResults.comparison.prefix(1)), .json)
        #expect(try JSON.keys(in: sampled).isSuperset(of: ["mean", "p50", "p90", "p99", "p999", "max"]))
    }

    @Test func everyKeyIsDocumented() throws {
        let schema = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("docs/result-schema.md")
        let text = try String(contentsOf: schema, encoding: .utf8)
        let keys = try JSON.keys(in: render(FixedResults.comparison, .json)).union(JSON.keys(in: render(troubled, .json)))
        for key in keys { #expect(text.contains("`\(key)`"), "\(key) is not in the schema's documentation") }
    }

    @Test func csvRowsHaveTheHeadersFields() {
        let rows = render(FixedResults.comparison, .csv).split(separator: "\n")
        #expect(rows.count == 7)
        let fields = rows.map { $0.split(separator: ",", omittingEmptySubsequences: false).count }
        #expect(Set(fields).count == 1)
    }

    @Test func csvQuotesAsRFC4180() {
        #expect(CSV.row(["a", "b,c", "d\"e", "f\ng", "h\r\ni", ""]) == "a,\"b,c\",\"d\"\"e\",\"f\ng\",\"h\r\ni\",")
    }

    @Test func numbers() {
        #expect(Numbers.grouped(0) == "0")
        #expect(Numbers.grouped(999) == "999")
        #expect(Numbers.grouped(1_234_567) == "1,234,567")
        #expect(Numbers.millions(1_234_567) == "1.235")
        #expect(Numbers.millions(123_456_789) == "123.5")
        #expect(Numbers.fixed(.nan, 2) == "-")
    }
}
