/// What is made as large or as small as it can be.
package struct TuningGoal: Equatable, Sendable {
    /// As it was asked for.
    package var text: String
    package var expression: TuningExpression
    package var isMaximized: Bool
    package var dimension: TuningDimension

    package static let throughput = TuningGoal(text: "throughput", expression: .metric(.throughput), isMaximized: true, dimension: .number)

    package static let forms =
        "\(TuningMetric.names), or weighted:EXPR (maximized) and weighted:min:EXPR (minimized)"
    private static let weighted = "weighted:"

    init(text: String, expression: TuningExpression, isMaximized: Bool, dimension: TuningDimension) {
        self.text = text
        self.expression = expression
        self.isMaximized = isMaximized
        self.dimension = dimension
    }

    /// A metric by name (throughput is maximized, latencies are minimized), or `weighted:`, `weighted:max:`, `weighted:min:` and an expression.
    package init(_ text: String) throws(TuningSyntaxError) {
        if let metric = TuningMetric(rawValue: text) {
            self.init(text: text, expression: .metric(metric), isMaximized: metric == .throughput, dimension: metric.dimension)
            return
        }
        guard text.hasPrefix(Self.weighted) else { throw TuningSyntaxError("'\(text)' is no goal; allowed are \(Self.forms)", at: 1) }
        var rest = text.dropFirst(Self.weighted.count)
        var isMaximized = true
        for (prefix, maximizes) in [("max:", true), ("min:", false)] where rest.hasPrefix(prefix) {
            rest = rest.dropFirst(prefix.count)
            isMaximized = maximizes
            break
        }
        let value = try TuningParser.expression(rest, offset: text.count - rest.count)
        guard !value.expression.metrics.isEmpty else {
            throw TuningSyntaxError("the expression names no metric, so every candidate is alike; metrics are \(TuningMetric.names)", at: text.count - rest.count + 1)
        }
        self.init(text: text, expression: value.expression, isMaximized: isMaximized, dimension: value.dimension)
    }

    /// Of two values of the goal.
    package func isBetter(_ value: Double, than other: Double) -> Bool { isMaximized ? value > other : value < other }

    package var metrics: Set<TuningMetric> { expression.metrics }
}

/// A bound that a candidate must keep.
package struct TuningConstraint: Equatable, Sendable {
    package enum Comparison: String, CaseIterable, Sendable {
        // The longer before its beginning.
        case atMost = "<=", less = "<", atLeast = ">=", greater = ">"
    }

    package var text: String
    package var metric: TuningMetric
    package var comparison: Comparison
    /// In the metric's unit: commands per second, nanoseconds.
    package var bound: Double

    /// `p99-sync<20us`, `throughput >= 2.5M`.
    package init(_ text: String) throws(TuningSyntaxError) {
        self.text = text
        var parser = TuningParser(text)
        guard case (.metric(let metric), let dimension) = try parser.metric() else { preconditionFailure("a metric is read as one") }
        self.metric = metric
        comparison = try parser.comparison()
        parser.skipSpaces()
        let place = parser
        guard case (.number(let bound), let unit) = try parser.number() else { preconditionFailure("a number is read as one") }
        if unit == .number { parser.skipPerSecond() }
        guard unit == dimension else {
            throw place.error(
                metric == .throughput
                    ? "throughput is compared with commands per second, as 2.5M; '\(place.rest)' is a time"
                    : "\(metric.rawValue) is compared with a time in ns, us, ms or s; '\(place.rest)' has no such unit")
        }
        parser.skipSpaces()
        guard parser.isAtEnd else { throw parser.error("'\(parser.rest)' is not expected; the constraint ends before it") }
        self.bound = bound
    }

    package func holds(for value: Double) -> Bool {
        switch comparison {
        case .less: value < bound
        case .atMost: value <= bound
        case .greater: value > bound
        case .atLeast: value >= bound
        }
    }

    package var isUpper: Bool { comparison == .less || comparison == .atMost }

    /// How far the bound is missed, as a part of it: 0 where it holds, infinite where there is no value.
    package func violation(of figures: TuningFigures) -> Double {
        guard let value = figures[metric] else { return .infinity }
        if holds(for: value) { return 0 }
        let distance = abs(value - bound)
        // On the bound itself, which < and > exclude.
        return bound > 0 ? max(distance / bound, .leastNonzeroMagnitude) : max(distance, .leastNonzeroMagnitude)
    }
}
