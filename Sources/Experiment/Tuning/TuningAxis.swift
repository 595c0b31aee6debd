import Machine

/// A property of the scenario that is chosen, with its values.
package struct TuningAxis: Equatable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case batch
        case log2Entries = "log2-entries"
        case vcmdqsPerVINTF = "vcmdqs-per-vintf"
        case sync, lock, algorithm, backoff

        /// Its values have an order that the goal is expected to follow.
        package var isOrdered: Bool {
            switch self {
            case .batch, .log2Entries, .vcmdqsPerVINTF: true
            case .sync, .lock, .algorithm, .backoff: false
            }
        }

        package var flag: String { "--\(rawValue)" }

        package func value(in scenario: Scenario) -> Value? {
            switch self {
            case .batch: scenario.batch.map { .integer($0) }
            case .log2Entries: .integer(scenario.log2Entries)
            case .vcmdqsPerVINTF: .integer(scenario.vcmdqsPerVINTF)
            case .sync: .sync(scenario.sync)
            case .lock: .lock(scenario.lock)
            case .algorithm: .algorithm(scenario.algorithm)
            case .backoff: .backoff(scenario.backoff)
            }
        }
    }

    package enum Value: Hashable, Sendable, CustomStringConvertible {
        case integer(Int)
        case sync(SyncMode)
        case lock(LockForm)
        case algorithm(Algorithm)
        case backoff(Backoff)

        package var description: String {
            switch self {
            case .integer(let value): "\(value)"
            case .sync(let value): value.rawValue
            case .lock(let value): value.rawValue
            case .algorithm(let value): value.rawValue
            case .backoff(let value): "\(value)"
            }
        }

        package var integer: Int? { if case .integer(let value) = self { value } else { nil } }
    }

    package var kind: Kind
    /// Ascending where they are numbers; not empty, none twice.
    package let values: [Value]

    package init(_ kind: Kind, _ values: [Value]) {
        self.kind = kind
        self.values = kind.isOrdered ? values.sorted { ($0.integer ?? 0) < ($1.integer ?? 0) } : values
    }

    func set(_ value: Value, in scenario: inout Scenario) {
        switch (kind, value) {
        case (.batch, .integer(let value)): scenario.batch = value
        case (.log2Entries, .integer(let value)): scenario.log2Entries = value
        case (.vcmdqsPerVINTF, .integer(let value)): scenario.vcmdqsPerVINTF = value
        case (_, .sync(let value)): scenario.sync = value
        case (_, .lock(let value)): scenario.lock = value
        case (_, .algorithm(let value)): scenario.algorithm = value
        case (_, .backoff(let value)): scenario.backoff = value
        default: preconditionFailure("\(kind) has no value \(value)")
        }
    }

    /// Positions to begin with, ascending: the ends, and between them of numbers that are many the powers of two and those less one, which
    /// with their CMD_SYNC fill whole cache lines. No more than `limit`, but at least 2.
    func coarsePositions(limit: Int) -> [Int] {
        guard kind.isOrdered, values.count > 4 || values.count > limit else { return Array(values.indices) }
        var positions = values.indices.filter { index in
            guard let value = values[index].integer else { return false }
            return index == 0 || index == values.count - 1 || (kind == .batch && (Self.isPower(value) || Self.isPower(value + 1)))
        }
        // The widest gap first.
        while positions.count < min(max(limit / 2, 5), values.count, limit) {
            guard let gap = positions.indices.dropLast().max(by: { positions[$0 + 1] - positions[$0] < positions[$1 + 1] - positions[$1] }),
                positions[gap + 1] - positions[gap] > 1
            else { break }
            positions.insert((positions[gap] + positions[gap + 1]) / 2, at: gap + 1)
        }
        // Every second one, the ends kept.
        while positions.count > max(2, limit) {
            positions = positions.indices.filter { $0 == positions.count - 1 || ($0.isMultiple(of: 2) && $0 != positions.count - 2) || $0 == 0 }.map { positions[$0] }
        }
        return positions
    }

    private static func isPower(_ value: Int) -> Bool { value > 0 && value & (value - 1) == 0 }
}

/// A combination: a position on each axis.
package struct TuningPoint: Hashable, Sendable {
    package var positions: [Int]
}
