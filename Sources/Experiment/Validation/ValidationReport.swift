import Foundation

/// The document of `cmdqsim validate`; schema `cmdqsim.validation/1`, see docs/validation.md.
package struct ValidationReport: Codable, Equatable, Sendable {
    package var schema = "cmdqsim.validation/1"
    package var points: [ValidatedPoint]
    /// For each table, in the order in which they first appear: its summary, and where its points are of several
    /// algorithms, one for each of them.
    package var tables: [ValidationSummary]
    package var references: [ReferenceValue]
    /// True where the session ended before every run was done.
    package var partial: Bool

    package init(points: [ValidatedPoint], references: [ReferenceValue], partial: Bool) {
        self.points = points
        self.references = references
        self.partial = partial
        tables = points.map(\.table).unique.flatMap { table in
            let ofTable = points.filter { $0.table == table }
            let algorithms = ofTable.map(\.algorithm).unique
            return [ValidationSummary(table: table, algorithm: nil, of: ofTable)]
                + (algorithms.count == 1 ? [] : algorithms).map { algorithm in
                    ValidationSummary(table: table, algorithm: algorithm, of: ofTable.filter { $0.algorithm == algorithm })
                }
        }
    }
}

/// Predicted beside published.
package struct ValidatedPoint: Codable, Equatable, Sendable {
    package var table: String
    package var machine: String
    package var algorithm: Algorithm
    package var cpus: Int
    package var metric: ValidationMetric
    package var published: Double
    /// Nil where the run has no such figure, or was not made because the session was cut short.
    package var predicted: Double?
    /// Predicted over published; nil without a prediction.
    package var ratio: Double?
    package var sync: SyncMode
    package var placement: Placement
    package var workload: ValidationWorkload
    package var source: String

    package init(_ point: PublishedPoint, predicted: Double?) {
        table = point.table
        machine = point.run.machine
        algorithm = point.run.algorithm
        cpus = point.run.cpus
        metric = point.metric
        published = point.published
        self.predicted = predicted
        ratio = predicted.map { $0 / point.published }
        sync = point.run.sync
        placement = point.run.placement
        workload = point.run.workload
        source = point.source
    }

    /// max(r, 1/r) of the ratio r: 1 or more, and the same for half and for double. Infinite where the ratio is
    /// not above 0, nil without a prediction.
    package var distance: Double? {
        ratio.map { $0 > 0 && $0.isFinite ? max($0, 1 / $0) : .infinity }
    }

    private enum Key: String, CodingKey {
        case table, machine, algorithm, cpus, metric, published, predicted, ratio, sync, placement, workload, source
    }

    /// Written by hand so that a nil is an explicit null: every key is always there.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(table, forKey: .table)
        try container.encode(machine, forKey: .machine)
        try container.encode(algorithm, forKey: .algorithm)
        try container.encode(cpus, forKey: .cpus)
        try container.encode(metric, forKey: .metric)
        try container.encode(published, forKey: .published)
        try container.encode(predicted, forKey: .predicted)
        try container.encode(ratio, forKey: .ratio)
        try container.encode(sync, forKey: .sync)
        try container.encode(placement, forKey: .placement)
        try container.encode(workload, forKey: .workload)
        try container.encode(source, forKey: .source)
    }
}

/// How far the predictions of a table, or of one algorithm in it, are from what was published.
package struct ValidationSummary: Codable, Equatable, Sendable {
    package var table: String
    /// Nil: all of the table's.
    package var algorithm: Algorithm?
    package var points: Int
    /// Points that have a prediction; the figures below are over them, nil where there is none.
    package var predicted: Int
    /// exp(mean |ln r|) of the ratios r, 1 or more.
    package var geometricMean: Double?
    /// The greatest max(r, 1/r), 1 or more.
    package var worst: Double?

    init(table: String, algorithm: Algorithm?, of points: [ValidatedPoint]) {
        self.table = table
        self.algorithm = algorithm
        self.points = points.count
        let distances = points.compactMap(\.distance)
        predicted = distances.count
        worst = distances.max()
        // |ln r| is ln max(r, 1/r).
        geometricMean = distances.isEmpty ? nil : exp(distances.map { log($0) }.reduce(0, +) / Double(distances.count))
    }

    private enum Key: String, CodingKey { case table, algorithm, points, predicted, geometricMean, worst }

    /// Written by hand so that a nil is an explicit null: every key is always there.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(table, forKey: .table)
        try container.encode(algorithm, forKey: .algorithm)
        try container.encode(points, forKey: .points)
        try container.encode(predicted, forKey: .predicted)
        try container.encode(geometricMean, forKey: .geometricMean)
        try container.encode(worst, forKey: .worst)
    }
}

extension Array where Element: Hashable {
    /// Each element at its first place.
    package var unique: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
