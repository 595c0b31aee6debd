import Experiment

/// Points whose every figure is made up, for renderings.
enum FixedValidation {
    static let points: [PublishedPoint] = [
        point("A", .linux, 2, .mapsPerCPUPerSecond, 400_000), point("A", .linux, 96, .mapsPerCPUPerSecond, 5_000),
        point("A", .fetchAdd, 2, .mapsPerCPUPerSecond, 480_000), point("B", .linux, 2, .casAttemptsPerAllocation, 1.1),
        PublishedPoint(
            table: "own, \"x\"", run: ValidationRun(
                machine: "my.machine", algorithm: .spinlock, cpus: 1, sync: .cons, placement: .remote, workload: .loneSync),
            metric: .syncNanoseconds, published: 187.5, source: "a lab, \"late\"", place: "own.csv:2"),
        point("N", .spinlock, 2, .casAttemptsPerAllocation, 3),
    ]

    static let references = [
        reference("D", low: 28.6, high: 28.6), reference("E", low: nil, high: 20), reference("E", low: 70, high: 90),
        reference("F", low: 550, high: nil),
    ]

    private static func point(
        _ table: String, _ algorithm: Algorithm, _ cpus: Int, _ metric: ValidationMetric, _ published: Double
    ) -> PublishedPoint {
        PublishedPoint(
            table: table, run: ValidationRun(machine: "kunpeng920", algorithm: algorithm, cpus: cpus), metric: metric,
            published: published, source: "lore:1@example.org")
    }

    private static func reference(_ table: String, low: Double?, high: Double?) -> ReferenceValue {
        ReferenceValue(
            table: table, machine: "grace", subject: "one against many", metric: "gainPercent", low: low, high: high,
            conditions: "with a comma, here", source: "a letter")
    }

    /// Above, below and equal; a spinlock has no attempts.
    static func predict(_ run: ValidationRun) throws(ScenarioError) -> PointPrediction {
        PointPrediction(
            mapsPerCPUPerSecond: run.algorithm == .fetchAdd ? 120_000 : run.cpus == 2 ? 500_000 : 10_000,
            casAttemptsPerAllocation: run.algorithm == .spinlock ? nil : 1.375,
            syncNanoseconds: 250)
    }

    /// - Parameter limit: cancelled before the run after so many
    static func report(limit: Int = .max) throws(ScenarioError) -> ValidationReport {
        var runs = 0
        return try Validation(points: points, references: references).report(
            isCancelled: { runs == limit },
            predict: { run throws(ScenarioError) in
                runs += 1
                return try predict(run)
            })
    }
}
