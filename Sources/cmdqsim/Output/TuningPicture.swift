import Experiment

/// Goal against batch size, or against the first other axis with numbers: a bar of block characters for each value that was tried.
enum TuningPicture {
    /// Characters of the longest bar.
    static let width = 50
    /// As many bars are drawn.
    static let limit = 40
    private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

    /// Nil where no such axis is open.
    static func render(_ outcome: TuningOutcome) -> String? {
        let space = outcome.task.space
        guard let best = outcome.best, let axis = space.openAxes.first(where: { space.axes[$0].kind.isOrdered }) else { return nil }
        let unit = outcome.task.goal.unit
        let all = outcome.along(axis, from: best).compactMap { candidate in
            candidate.estimate(of: outcome.task.goal).map { (candidate: candidate, value: $0.value) }
        }
        let line = thinned(all, keeping: best.point)
        let longest = line.map { abs($0.value) }.max() ?? 0
        guard line.count > 1, longest > 0 else { return nil }
        let labels = line.map { "\(space.values(of: $0.candidate.point)[axis])" }
        let labelWidth = labels.map(\.count).max() ?? 0
        let numbers = line.map { TuningFigureText.number($0.value, unit) }
        let numberWidth = numbers.map(\.count).max() ?? 0
        let others = space.openAxes.filter { $0 != axis }.map { "\(space.axes[$0].kind.flag) \(space.values(of: best.point)[$0])" }
        let heading = "\(outcome.task.goal.text)\(unit.isEmpty ? "" : ", \(TuningFigureText.title(unit))"), against \(space.axes[axis].kind.rawValue)"
            + (others.isEmpty ? "" : " at \(others.joined(separator: " "))")
        let rows = line.indices.map { index -> String in
            let (candidate, value) = line[index]
            var marks: [String] = []
            if candidate.point == best.point { marks.append(outcome.isFeasible ? "best" : "least violating") }
            if candidate.point == outcome.linux?.point { marks.append("Linux") }
            if candidate.violation(of: outcome.task.constraints) > 0 { marks.append("violates a constraint") }
            if candidate.divisor > 1 { marks.append("1/\(candidate.divisor) run") }
            // Below 0 there is no bar.
            let text = "\(padded(labels[index], labelWidth)) \(padded(numbers[index], numberWidth)) \(bar(value / longest))"
            return marks.isEmpty ? text : "\(text) \(marks.joined(separator: ", "))"
        }
        return ([heading] + rows).joined(separator: "\n")
    }

    /// The nearest to the best, and every so-manieth of the others.
    private static func thinned(_ line: [(candidate: TuningCandidate, value: Double)], keeping best: TuningPoint) -> [(candidate: TuningCandidate, value: Double)] {
        guard line.count > limit else { return line }
        let here = line.firstIndex { $0.candidate.point == best } ?? 0
        let step = (line.count + limit / 2 - 1) / (limit / 2)
        return line.indices.filter { abs($0 - here) <= limit / 4 || $0.isMultiple(of: step) || $0 == line.count - 1 }.map { line[$0] }
    }

    static func bar(_ part: Double) -> String {
        let eighths = Int((max(0, min(1, part)) * Double(width * 8)).rounded())
        return String(repeating: "█", count: eighths / 8) + Self.eighths[eighths % 8]
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
