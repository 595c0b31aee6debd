import Experiment

/// The points of a comparison, side by side.
enum CompareTable {
    private struct Row {
        var point: Point
        /// To the main queue with the same other parameters; nil where that has no result.
        var ratio: Double?
        /// Which comparison it belongs to.
        var group: Int

        var result: RunResult { point.result }
        var asked: Scenario { point.asked }
    }

    static func render(_ points: [Point]) -> String {
        let references = Dictionary(points.map { ($0.asked.key, $0.result) }, uniquingKeysWith: { first, _ in first })
        let groups = points.map(\.asked).comparisons.enumerated().flatMap { Array(repeating: $0.offset, count: $0.element.count) }
        let rows = zip(points, groups).map { point, group in
            let reference = point.asked.mainQueueReferences.lazy.compactMap { references[$0.key] }.first
            return Row(point: point, ratio: reference.flatMap { ratio(of: point.result, to: $0) }, group: group)
        }
        let shown = columns.filter { $0.isShown(rows) }.map(\.column)
        return TextColumns.render(rows, shown, group: \.group)
    }

    /// The median of the ratios repeat by repeat: repeats of compared points are neighbours in time, and what the
    /// host does to one it does to the other.
    private static func ratio(of result: RunResult, to reference: RunResult) -> Double? {
        let ratios = zip(result.commandsPerSecondRepeats, reference.commandsPerSecondRepeats)
            .filter { $0.1 > 0 }.map { $0.0 / $0.1 }.sorted()
        guard !ratios.isEmpty else { return nil }
        let middle = ratios.count / 2
        return ratios.count % 2 == 1 ? ratios[middle] : (ratios[middle - 1] + ratios[middle]) / 2
    }

    private typealias Choice = (column: TextColumn<Row>, isShown: ([Row]) -> Bool)

    private static var columns: [Choice] {
        [
            swept("workload", isText: true) { $0.result.workload },
            swept("pages") { $0.asked.dmaLoop.map { "\($0.pagesPerUnmap)" } ?? "-" },
            swept("flush", isText: true) { $0.asked.dmaLoop?.flush.rawValue ?? "-" },
            swept("log2") { "\($0.result.log2Entries)" },
            swept("dev threads") { "\($0.asked.device.threads)" },
            swept("TLBI ns") { "\($0.asked.device.tlbiNanoseconds)" },
            swept("SYNC ns") { "\($0.asked.device.syncNanoseconds)" },
            swept("fetch ns") { "\($0.asked.device.fetchNanoseconds)" },
            swept("CONS every") { "\($0.asked.device.consEvery)" },
            swept("turn") { "\($0.asked.device.turnLimit)" },
            always("producers") { "\($0.result.producers)\($0.result.oversubscribed ? "*" : " ")" },
            always("batch") { $0.result.batch.map { "\($0)" } ?? "-" },
            always("queue", isText: true) { $0.result.queue },
            always("VINTFs x VCMDQs") {
                $0.result.queue == QueueKind.vcmdq.rawValue
                    ? "\($0.result.vintfs) x \($0.result.vcmdqsPerVintf)" : "-"
            },
            always("algorithm", isText: true) { $0.result.algorithm },
            swept("lock", isText: true) { $0.result.lock ?? "-" },
            always("sync", isText: true) { $0.result.sync },
            swept("layout", isText: true) { $0.result.layout },
            swept("backoff", isText: true) { "\($0.asked.backoff)" },
            always("Mcmd/s") { Numbers.millions($0.result.commandsPerSecond) },
            always("min..max") {
                $0.result.commandsPerSecondSpread.map(Numbers.millions).joined(separator: "..")
            },
            always("Msync/s") { Numbers.millions($0.result.syncsPerSecond) },
            always("vs main") { $0.ratio.map { Numbers.fixed($0, 2) + "x" } ?? "-" },
            always("ins p50 us") { latency($0.result.insertionNanoseconds?.p50) },
            always("ins p99 us") { latency($0.result.insertionNanoseconds?.p99) },
            always("sync p50 us") { latency($0.result.syncNanoseconds?.p50) },
            always("sync p99 us") { latency($0.result.syncNanoseconds?.p99) },
            always("CAS/alloc") { $0.result.casAttemptsPerAllocation.map { Numbers.fixed($0, 2) } ?? "-" },
            always("cmd/doorbell") { Numbers.fixed($0.result.commandsPerDoorbell, 2) },
            (
                TextColumn(title: "state", isText: true) { state(of: $0.result) },
                { $0.contains { !state(of: $0.result).isEmpty } }
            ),
        ]
    }

    private static func always(
        _ title: String, isText: Bool = false, _ cell: @escaping (Row) -> String
    ) -> Choice {
        (TextColumn(title: title, isText: isText, cell: cell), { _ in true })
    }

    /// Shown only where the rows differ in it; where they do not, the notes say what it is.
    private static func swept(
        _ title: String, isText: Bool = false, _ cell: @escaping (Row) -> String
    ) -> Choice {
        (TextColumn(title: title, isText: isText, cell: cell), { Set($0.map(cell)).subtracting(["-"]).count > 1 })
    }

    private static func latency(_ nanoseconds: UInt64?) -> String {
        nanoseconds.map(Numbers.microseconds) ?? "-"
    }

    private static func state(of result: RunResult) -> String {
        var words: [String] = []
        if result.partial { words.append("partial") }
        if !result.violations.isEmpty { words.append("VIOLATED") }
        return words.joined(separator: ", ")
    }
}

extension Scenario {
    /// Equal for equal scenarios only; scenarios themselves are not hashable.
    var key: String { JSON.render(self) }
}
