/// Points as CSV: what ships with cmdqsim, and what `--points` names.
package enum PointsFile {
    package static let requiredColumns = ["table", "machine", "algorithm", "cpus", "metric", "published"]
    package static let optionalColumns = ["sync", "placement", "workload", "source"]

    /// - Parameters:
    ///   - file: the name that errors show
    ///   - isKnownMachine: whether a text is the name of a machine, or the path of a machine file that is there
    ///   - machines: what an error says is allowed
    /// - Throws: the first bad line, as `ScenarioError.Kind.data`
    package static func read(
        _ text: String, file: String, machines: String, isKnownMachine: (String) -> Bool
    ) throws(ScenarioError) -> [PublishedPoint] {
        let records = try CSVRecords(text, file: file, required: requiredColumns, optional: optionalColumns)
        return try records.rows.map { row throws(ScenarioError) in
            let table = try row.text("table")
            let machine = try row.text("machine")
            guard isKnownMachine(machine) else {
                throw row.failure("machine \(CSVRecords.quoted(machine)) is unknown", allowed: "allowed are \(machines)")
            }
            let run = ValidationRun(
                machine: machine, algorithm: try algorithm(row),
                cpus: try row.integer("cpus", in: Scenario.Allowed.producers), sync: try row.name("sync", or: .msi),
                placement: try row.name("placement", or: .compact), workload: try row.name("workload", or: .dmaMap50))
            let metric: ValidationMetric = try row.name("metric")
            guard run.workload.metrics.contains(metric) else {
                throw row.failure(
                    "the workload \(run.workload.rawValue) has no metric \(metric.rawValue)",
                    allowed: "allowed with it are \(run.workload.metrics.map(\.rawValue).joined(separator: ", "))")
            }
            return PublishedPoint(
                table: table, run: run, metric: metric, published: try row.positiveNumber("published"), source: row["source"],
                place: row.place)
        }
    }

    private static func algorithm(_ row: CSVRecords.Row) throws(ScenarioError) -> Algorithm {
        let allowed = Algorithm.simulated
        if let known = Algorithm(rawValue: row["algorithm"]), !known.runsSimulated {
            throw row.failure(
                "algorithm '\(known.rawValue)' runs on the native machine only",
                allowed: "allowed are \(allowed.map(\.rawValue).joined(separator: ", "))")
        }
        return try row.name("algorithm", from: allowed)
    }
}
