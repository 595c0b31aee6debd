@testable import Experiment
import Testing

/// The shipped data, against the tables as they were published.
@Suite struct PublishedMeasurementsTests {
    private let points: [PublishedPoint]

    init() throws {
        points = try PublishedMeasurements.points(machines: "") { $0 == "kunpeng920" }
    }

    private func series(_ table: String, _ algorithm: Algorithm) -> [Int: Double] {
        let chosen = points.filter { $0.table == table && $0.run.algorithm == algorithm }
        return Dictionary(uniqueKeysWithValues: chosen.map { ($0.run.cpus, $0.published) })
    }

    @Test func tableA() {
        #expect(
            series("A", .linux) == [2: 453e3, 4: 409e3, 8: 295e3, 16: 157e3, 32: 33.6e3, 64: 9.5e3, 96: 5.2e3])
        #expect(series("A", .fetchAdd) == [2: 481e3, 8: 305e3, 32: 81e3])
        #expect(points.filter { $0.table == "A" }.allSatisfy { $0.metric == .mapsPerCPUPerSecond })
    }

    @Test func tableB() {
        #expect(series("B", .linux) == [2: 1.1, 4: 1.1, 8: 1.3, 16: 3.6, 32: 8.1, 64: 12.6, 96: 14.7])
        #expect(points.filter { $0.table == "B" }.allSatisfy { $0.metric == .casAttemptsPerAllocation })
    }

    @Test func tablesAAndBAreOfTheSameRuns() {
        let runs = points.filter { $0.table != "C" }.map(\.run)
        #expect(runs.allSatisfy { $0.sync == .msi && $0.placement == .compact && $0.workload == .dmaMap50 })
        #expect(Set(runs).count == 10)
    }

    @Test func tableC() {
        let table = points.filter { $0.table == "C" }
        #expect(table.map(\.published) == [190, 275, 240, 550])
        #expect(table.map(\.run.sync) == [.cons, .msi, .msi, .msi])
        #expect(table.map(\.run.placement) == [.compact, .compact, .local, .remote])
        #expect(table.allSatisfy { $0.run.cpus == 1 && $0.run.workload == .loneSync && $0.metric == .syncNanoseconds })
    }

    @Test func everyPointHasItsSourceAndNoPlace() {
        #expect(points.count == 21)
        #expect(points.allSatisfy { $0.source.contains(/lore:\S+@\S+/) && $0.place == nil })
    }

    @Test func referencesAreTheOtherTablesWithMetricsOfTheirOwn() throws {
        let references = try PublishedMeasurements.references()
        #expect(references.map(\.table) == ["D", "E", "E", "E", "E", "E", "F", "F", "F", "F", "F", "F"])
        #expect(references.map(\.low) == [28.6, 5, nil, 70, 0.5, 1, 35.7, 5.3, 187.1, 18, 96.9, 6.8])
        #expect(references.map(\.high) == [28.6, 5, 20, 90, 0.5, 1, 35.7, 5.3, 187.1, 18, 96.9, 6.8])
        #expect(references.allSatisfy { ValidationMetric(rawValue: $0.metric) == nil && !$0.source.isEmpty })
    }

    @Test(arguments: [
        (",,", "low and high are both empty; at least one of them is a number"),
        (",9,8", "low 9.0 is above high 8.0; low is at most high"),
        (",x,8", "low 'x' is no number; a number above 0, such as 453000, 1.1 or 4.53e5, is expected"),
    ])
    func aBadReferenceIsNamed(bounds: String, words: String) {
        let text = "table,machine,subject,metric,conditions,source,low,high\nD,m,s,t,c,o\(bounds)\n"
        let error = #expect(throws: ScenarioError.self) { try ReferenceValue.read(text, file: "r.csv") }
        #expect(error?.message == "r.csv:2: \(words)")
    }
}
