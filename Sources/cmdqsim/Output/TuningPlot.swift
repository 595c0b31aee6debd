import Experiment

/// The candidates of a search as a script for gnuplot: each is one point of one of the series.
enum TuningPlot {
    private struct Series {
        var title: String
        var style: String
        var candidates: [TuningCandidate]
    }

    /// From so many times the least on, an axis is logarithmic.
    private static let logarithmicFrom = 8.0

    static func script(_ outcome: TuningOutcome) -> String {
        let space = outcome.task.space
        let axis = space.openAxes.first { space.axes[$0].kind.isOrdered }
        let shown = outcome.candidates.filter { $0.estimate(of: outcome.task.goal) != nil }
        let series = series(of: outcome, shown, axis).filter { !$0.candidates.isEmpty }
        let x = { (candidate: TuningCandidate) -> Double in
            guard let axis else { return Double((outcome.candidates.firstIndex { $0.point == candidate.point } ?? 0) + 1) }
            return Double(space.values(of: candidate.point)[axis].integer ?? 0)
        }
        let values = shown.compactMap { $0.estimate(of: outcome.task.goal)?.value }
        var lines: [String] = []
        for (number, one) in series.enumerated() {
            lines.append("$series\(number) << END")
            lines += one.candidates.map { row($0, x($0), outcome) }
            lines.append("END")
        }
        let line = axis.map { onLine(outcome, $0).filter { candidate in shown.contains { $0.point == candidate.point } } } ?? []
        if line.count > 1 {
            lines.append("$line << END")
            lines += line.map { row($0, x($0), outcome) }
            lines.append("END")
        }
        lines += [
            "set title \(quoted(title(outcome)))", "set xlabel \(quoted(axis.map { label(space.axes[$0].kind) } ?? "candidate, best first"))",
            "set ylabel \(quoted(yLabel(outcome.task.goal)))", "set key outside bottom center horizontal", "set bmargin 6", "set grid lc rgb '#dddddd'",
            "set border 3", "set tics nomirror",
        ]
        lines += range("x", shown.map(x)) + range("y", values.map { scaled($0, outcome) })
        lines += bounds(outcome)
        var plots = line.count > 1 ? ["$line using 1:2 with lines lc rgb '#bbbbbb' notitle"] : []
        for (number, one) in series.enumerated() {
            plots.append("$series\(number) using 1:2:3:4 with yerrorbars \(one.style) title \(quoted(one.title))")
        }
        if plots.isEmpty { plots = ["NaN notitle"] }
        lines.append("plot " + plots.joined(separator: ", "))
        return lines.map { $0 + "\n" }.joined()
    }

    private static func series(of outcome: TuningOutcome, _ shown: [TuningCandidate], _ axis: Int?) -> [Series] {
        let best = outcome.best?.point
        let line = Set(axis.map { onLine(outcome, $0).map(\.point) } ?? shown.map(\.point))
        let violates = { (candidate: TuningCandidate) in candidate.violation(of: outcome.task.constraints) > 0 }
        let rest = shown.filter { $0.point != best }
        let sound = rest.filter { !violates($0) }
        let isLinux = { (candidate: TuningCandidate) in candidate.point == outcome.linux?.point }
        let others = sound.filter { !isLinux($0) }
        return [
            Series(title: "full runs", style: "pt 7 ps 0.7 lc rgb '#1f77b4'", candidates: others.filter { line.contains($0.point) && $0.divisor == 1 }),
            Series(title: "parts of a run", style: "pt 6 ps 0.7 lc rgb '#1f77b4'", candidates: others.filter { line.contains($0.point) && $0.divisor > 1 }),
            Series(title: "other combinations", style: "pt 6 ps 0.5 lc rgb '#999999'", candidates: others.filter { !line.contains($0.point) }),
            Series(title: "violates \(outcome.task.constraints.map(\.text).joined(separator: ", "))", style: "pt 2 ps 0.8 lc rgb '#d62728'", candidates: rest.filter(violates)),
            Series(title: "Linux's choice", style: "pt 5 ps 0.9 lc rgb '#9467bd'", candidates: sound.filter(isLinux)),
            Series(
                title: outcome.isFeasible ? "best" : "least violating", style: "pt 9 ps 1.5 lc rgb '#2ca02c'", candidates: shown.filter { $0.point == best }),
        ]
    }

    private static func onLine(_ outcome: TuningOutcome, _ axis: Int) -> [TuningCandidate] {
        outcome.best.map { outcome.along(axis, from: $0) } ?? []
    }

    /// x, value, low, high; without an interval both ends are the value.
    private static func row(_ candidate: TuningCandidate, _ x: Double, _ outcome: TuningOutcome) -> String {
        let estimate = candidate.estimate(of: outcome.task.goal)
        let value = estimate?.value ?? 0
        return [x, scaled(value, outcome), scaled(estimate?.low ?? value, outcome), scaled(estimate?.high ?? value, outcome)]
            .map(Numbers.exact).joined(separator: " ")
    }

    /// In the unit of the axis.
    private static func scaled(_ value: Double, _ outcome: TuningOutcome) -> Double {
        switch outcome.task.goal.unit {
        case "commands/s": value / 1e6
        case "ns": value / 1e3
        default: value
        }
    }

    private static func yLabel(_ goal: TuningGoal) -> String {
        switch goal.unit {
        case "commands/s": "\(goal.text) (million commands/s)"
        case "ns": "\(goal.text) (us)"
        case "": goal.text
        default: "\(goal.text) (\(goal.unit))"
        }
    }

    private static func label(_ kind: TuningAxis.Kind) -> String {
        switch kind {
        case .batch: "batch (commands per insertion)"
        case .log2Entries: "log2 of the ring's entries"
        case .vcmdqsPerVINTF: "VCMDQs per VINTF"
        case .sync, .lock, .algorithm, .backoff: kind.rawValue
        }
    }

    private static func title(_ outcome: TuningOutcome) -> String {
        let base = outcome.task.space.base
        let bounds = outcome.task.constraints.isEmpty ? "" : ", subject to \(outcome.task.constraints.map(\.text).joined(separator: ", "))"
        return "\(base.machine), \(base.workload), \(base.producers) producers: \(outcome.task.goal.text) (\(outcome.task.goal.isMaximized ? "max" : "min"))\(bounds)"
    }

    private static func range(_ axis: String, _ values: [Double]) -> [String] {
        guard let least = values.min(), let most = values.max(), least > 0 else { return ["set \(axis)range [*:*]"] }
        if most / least >= logarithmicFrom {
            return ["set logscale \(axis) \(axis == "x" ? 2 : 10)", "set \(axis)range [\(Numbers.exact(least / 1.2)):\(Numbers.exact(most * 1.2))]"]
        }
        return axis == "x" ? ["set xrange [*:*]", "set offsets graph 0.02, graph 0.02, 0, 0"] : ["set yrange [0:\(Numbers.exact(most * 1.1))]"]
    }

    /// Bounds of the goal's own metric are lines.
    private static func bounds(_ outcome: TuningOutcome) -> [String] {
        guard case .metric(let metric) = outcome.task.goal.expression else { return [] }
        return outcome.task.constraints.filter { $0.metric == metric }.flatMap { constraint -> [String] in
            let value = Numbers.exact(scaled(constraint.bound, outcome))
            return [
                "set arrow from graph 0, first \(value) to graph 1, first \(value) nohead dt 2 lc rgb '#d62728'",
                "set label \(quoted(constraint.text)) at graph 0.01, first \(value) offset 0,0.5 tc rgb '#d62728'",
            ]
        }
    }

    private static func quoted(_ text: String) -> String { "'" + oneLine(text).replacing("'", with: "''") + "'" }
}
