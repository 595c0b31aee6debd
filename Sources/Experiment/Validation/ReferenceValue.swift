/// A published value that no prediction is made for, because none of the metrics of points says it. It is
/// shown beside the predictions and enters no ratio.
package struct ReferenceValue: Codable, Equatable, Sendable {
    package var table: String
    package var machine: String
    /// What was measured on it, and against what.
    package var subject: String
    /// A name of its own, with the unit in it; never one of `ValidationMetric`.
    package var metric: String
    /// Nil where the source says "up to".
    package var low: Double?
    /// Nil where the source says "over"; equal to `low` where it names one value.
    package var high: Double?
    package var conditions: String
    package var source: String

    package init(
        table: String, machine: String, subject: String, metric: String, low: Double?, high: Double?, conditions: String, source: String
    ) {
        self.table = table
        self.machine = machine
        self.subject = subject
        self.metric = metric
        self.low = low
        self.high = high
        self.conditions = conditions
        self.source = source
    }

    private enum Key: String, CodingKey { case table, machine, subject, metric, low, high, conditions, source }

    /// Written by hand so that a nil is an explicit null: every key is always there.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(table, forKey: .table)
        try container.encode(machine, forKey: .machine)
        try container.encode(subject, forKey: .subject)
        try container.encode(metric, forKey: .metric)
        try container.encode(low, forKey: .low)
        try container.encode(high, forKey: .high)
        try container.encode(conditions, forKey: .conditions)
        try container.encode(source, forKey: .source)
    }
}

extension ReferenceValue {
    private static let columns = ["table", "machine", "subject", "metric", "conditions", "source"]

    /// - Throws: the first bad line, as `ScenarioError.Kind.data`
    static func read(_ text: String, file: String) throws(ScenarioError) -> [ReferenceValue] {
        let records = try CSVRecords(text, file: file, required: columns + ["low", "high"], optional: [])
        return try records.rows.map { row throws(ScenarioError) in
            for column in columns { _ = try row.text(column) }
            let low = row["low"].isEmpty ? nil : try row.positiveNumber("low")
            let high = row["high"].isEmpty ? nil : try row.positiveNumber("high")
            if low == nil, high == nil {
                throw row.failure("low and high are both empty", allowed: "at least one of them is a number")
            }
            if let low, let high, low > high {
                throw row.failure("low \(low) is above high \(high)", allowed: "low is at most high")
            }
            return ReferenceValue(
                table: row["table"], machine: row["machine"], subject: row["subject"], metric: row["metric"], low: low,
                high: high, conditions: row["conditions"], source: row["source"])
        }
    }
}
