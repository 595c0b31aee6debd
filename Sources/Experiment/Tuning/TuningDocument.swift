/// The document that a search ends in; schema `cmdqsim.tuning/1`, see docs/tuning.md. A value that is not there is an explicit null.
package struct TuningDocument: Encodable, Sendable {
    package struct Figure: Encodable, Sendable {
        package var value: Double
        package var low: OrNull<Double>
        package var high: OrNull<Double>

        init(_ estimate: TuningEstimate) {
            value = estimate.value
            low = OrNull(estimate.low)
            high = OrNull(estimate.high)
        }
    }

    package struct Candidate: Encodable, Sendable {
        package var flags: String
        package var values: [String: TuningAxis.Value]
        package var goal: OrNull<Figure>
        /// By the metric's name; latencies in nanoseconds.
        package var metrics: [String: OrNull<Figure>]
        /// Of a full run, what its figures are of.
        package var fraction: Double
        package var runs: Int
        package var seconds: Double
        package var feasible: Bool
        package var violation: OrNull<Double>
        package var ratioToBest: OrNull<Figure>
        package var dropped: OrNull<String>
        package var partial: Bool
    }

    package struct Goal: Encodable, Sendable {
        package var text: String
        package var direction: String
        package var unit: String
    }

    package struct Neighbour: Encodable, Sendable {
        package var value: TuningAxis.Value
        package var ratio: OrNull<Figure>
        package var fraction: Double
        package var feasible: Bool
    }

    package struct Range: Encodable, Sendable {
        package var percent: Int
        package var ranges: [Run]
    }

    package struct Run: Encodable, Sendable {
        package var from: TuningAxis.Value
        package var to: TuningAxis.Value
    }

    package struct Axis: Encodable, Sendable {
        package var axis: String
        package var best: TuningAxis.Value
        package var neighbours: [Neighbour]
        package var within: [Range]
    }

    package var schema = "cmdqsim.tuning/1"
    package var host: OrNull<Host>
    package var machine: String
    package var seed: UInt64
    package var partial: Bool
    package var ended: String
    package var goal: Goal
    package var constraints: [String]
    package var feasible: Bool
    package var best: OrNull<Candidate>
    package var notSeparatedFrom: OrNull<[String]>
    package var linux: OrNull<Candidate>
    package var gainOverLinux: OrNull<Figure>
    package var evaluations: Double
    package var runs: Int
    package var combinations: Int
    package var refused: Int
    package var repeats: Int
    package var sensitivity: [Axis]
    package var candidates: [Candidate]
    package var pareto: [Candidate]
    package var violations: [String]
    package var scenario: Scenario
}

/// A number, or a name.
extension TuningAxis.Value: Encodable {
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let integer { try container.encode(integer) } else { try container.encode(description) }
    }
}

/// A value, or null.
package struct OrNull<Value: Encodable & Sendable>: Encodable, Sendable {
    package var value: Value?

    package init(_ value: Value?) { self.value = value }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let value { try container.encode(value) } else { try container.encodeNil() }
    }
}

extension TuningOutcome {
    package func document(host: Host?) -> TuningDocument {
        TuningDocument(
            host: OrNull(host), machine: task.space.base.machine.description, seed: task.space.base.seed, partial: isPartial, ended: ended,
            goal: .init(text: task.goal.text, direction: task.goal.isMaximized ? "max" : "min", unit: task.goal.unit),
            constraints: task.constraints.map(\.text), feasible: isFeasible, best: OrNull(best.map(candidate)),
            notSeparatedFrom: OrNull(notSeparated?.map { task.space.flags(of: $0.point) }), linux: OrNull(linux.map(candidate)),
            gainOverLinux: OrNull(gainOverLinux.map(TuningDocument.Figure.init)), evaluations: Self.rounded(evaluations), runs: runs,
            combinations: task.space.points.count, refused: task.space.refused, repeats: task.space.base.repeats,
            sensitivity: sensitivity.map { axis in
                TuningDocument.Axis(
                    axis: axis.axis.rawValue, best: axis.best,
                    neighbours: axis.neighbours.map {
                        .init(value: $0.value, ratio: OrNull($0.ratio.map(TuningDocument.Figure.init)), fraction: 1 / Double($0.divisor), feasible: $0.isFeasible)
                    },
                    within: axis.ranges.map { .init(percent: $0.percent, ranges: $0.runs.map { .init(from: $0.from, to: $0.to) }) })
            },
            candidates: candidates.map(candidate), pareto: pareto.map(candidate), violations: violations, scenario: task.space.base)
    }

    private func candidate(_ candidate: TuningCandidate) -> TuningDocument.Candidate {
        let violation = candidate.violation(of: task.constraints)
        return TuningDocument.Candidate(
            flags: flags(of: candidate),
            values: Dictionary(
                task.space.axes.compactMap { axis in axis.kind.value(in: candidate.scenario).map { (axis.kind.rawValue, $0) } },
                uniquingKeysWith: { first, _ in first }),
            goal: OrNull(candidate.estimate(of: task.goal).map(TuningDocument.Figure.init)),
            metrics: Dictionary(
                TuningMetric.allCases.map { ($0.rawValue, OrNull(candidate.estimate(of: $0).map(TuningDocument.Figure.init))) },
                uniquingKeysWith: { first, _ in first }),
            fraction: 1 / Double(candidate.divisor), runs: candidate.longest.count, seconds: candidate.longest.reduce(0) { $0 + $1.seconds },
            feasible: violation == 0, violation: OrNull(violation.isFinite ? violation : nil),
            ratioToBest: OrNull(best.flatMap { ratio(candidate, to: $0) }.map(TuningDocument.Figure.init)), dropped: OrNull(candidate.dropped),
            partial: candidate.longest.contains(where: \.isPartial))
    }

    /// Flags that a run takes.
    package func flags(of candidate: TuningCandidate) -> String {
        task.space.axes.compactMap { axis in axis.kind.value(in: candidate.scenario).map { "\(axis.kind.flag) \($0)" } }.joined(separator: " ")
    }

    private var ended: String {
        switch stop {
        case nil: "done"
        case .cancelled: "interrupted"
        case .violated: "violated"
        case .evaluations: "max-evaluations"
        case .seconds: "max-seconds"
        }
    }

    /// Sums of fractions without what rounding left beside them.
    private static func rounded(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }
}

extension TuningGoal {
    package var unit: String {
        if case .metric(.throughput) = expression { return "commands/s" }
        return dimension == .time ? "ns" : dimension == .number ? "" : "ns^\(dimension.ofTime)"
    }
}
