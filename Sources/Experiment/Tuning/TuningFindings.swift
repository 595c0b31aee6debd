/// What is read off a search that is over.
extension TuningOutcome {
    /// `candidate`'s goal over `other`'s, of full runs under the same conditions where both have them; nil where a value is not above 0.
    package func ratio(_ candidate: TuningCandidate, to other: TuningCandidate) -> TuningEstimate? {
        let pairs = candidate.paired(with: other, task.goal)
        if let ratio = TuningStatistics.ratio(pairs.own, pairs.other) { return ratio }
        guard let own = candidate.estimate(of: task.goal)?.value, let value = other.estimate(of: task.goal)?.value, own > 0, value > 0 else { return nil }
        return TuningEstimate(value: own / value)
    }

    /// By how much the best is better than what Linux has, as a part of that: 0.1 is 10 % more, or 10 % less where the goal is minimized.
    package var gainOverLinux: TuningEstimate? {
        guard let best, let linux, let ratio = ratio(best, to: linux) else { return nil }
        if task.goal.isMaximized { return TuningEstimate(value: ratio.value - 1, low: ratio.low.map { $0 - 1 }, high: ratio.high.map { $0 - 1 }) }
        return TuningEstimate(value: 1 - ratio.value, low: ratio.high.map { 1 - $0 }, high: ratio.low.map { 1 - $0 })
    }

    /// The candidates that the best is not beyond doubt better than: of the native machine those that the race did not drop, of a simulated
    /// one those with full runs. Nil where nothing can be said: runs of a single seed.
    package var notSeparated: [TuningCandidate]? {
        guard let best else { return nil }
        if task.space.base.machine.isNative {
            let others = candidates.dropFirst().filter { $0.dropped == nil }
            // What the race would drop at its next look is separated already.
            return others.filter { !RacingSearch.isSeparated(best, $0, task, among: others.count) }
        }
        let others = candidates.dropFirst().filter { $0.isFull(repeats: task.repeats) && $0.violation(of: task.constraints) == 0 }
        guard best.longest.count >= 2 else { return nil }
        return others.filter { best.probability(ofLeadOver: $0, task.goal).probability >= RacingSearch.alpha / Double(max(1, others.count * (others.count + 1))) }
    }

    /// Those with nothing of more throughput and a lower p99 of CMD_SYNC, by throughput.
    package var pareto: [TuningCandidate] {
        let measured = candidates.compactMap { candidate -> (TuningCandidate, Double, Double)? in
            let figures = candidate.figures
            return figures.p99Sync.map { (candidate, figures.throughput, $0) }
        }
        return measured.filter { _, throughput, latency in
            !measured.contains { $1 >= throughput && $2 <= latency && ($1 > throughput || $2 < latency) }
        }.sorted { ($0.1, $1.2) > ($1.1, $0.2) }.map(\.0)
    }

    /// How the goal changes where one axis leaves the best.
    package struct Sensitivity: Sendable {
        package var axis: TuningAxis.Kind
        package var best: TuningAxis.Value
        /// The next values that were tried on both sides, or of an axis without order all.
        package var neighbours: [(value: TuningAxis.Value, ratio: TuningEstimate?, divisor: Int, isFeasible: Bool)]
        /// Of an ordered axis: from where to where all that was tried loses at most so much, and keeps the constraints as the best does; more
        /// than one where some between do not.
        package var ranges: [(percent: Int, runs: [(from: TuningAxis.Value, to: TuningAxis.Value)])]
    }

    package static let tolerances = [1, 5, 10]

    package var sensitivity: [Sensitivity] {
        guard let best else { return [] }
        return task.space.openAxes.map { axis in
            let line = along(axis, from: best)
            let here = line.firstIndex { $0.point == best.point } ?? 0
            let kind = task.space.axes[axis].kind
            let value = { (candidate: TuningCandidate) in task.space.values(of: candidate.point)[axis] }
            let near = kind.isOrdered ? [here - 1, here + 1].filter(line.indices.contains).map { line[$0] } : line.filter { $0.point != best.point }
            return Sensitivity(
                axis: kind, best: value(best),
                neighbours: near.map { (value($0), ratio($0, to: best), $0.divisor, $0.violation(of: task.constraints) == 0) },
                ranges: kind.isOrdered ? Self.tolerances.map { ($0, runs(of: line, within: Double($0) / 100, of: best, value)) } : [])
        }
    }

    /// What was tried and differs from the candidate on this axis only, itself included, in the order of the axis.
    package func along(_ axis: Int, from candidate: TuningCandidate) -> [TuningCandidate] {
        candidates.filter { other in
            other.point.positions.indices.allSatisfy { $0 == axis || other.point.positions[$0] == candidate.point.positions[$0] }
        }.sorted { $0.point.positions[axis] < $1.point.positions[axis] }
    }

    private func runs(
        of line: [TuningCandidate], within part: Double, of best: TuningCandidate, _ value: (TuningCandidate) -> TuningAxis.Value
    ) -> [(from: TuningAxis.Value, to: TuningAxis.Value)] {
        let least = best.violation(of: task.constraints)
        let inside = line.map { candidate in
            let isNear = loss(of: candidate, against: best).map { $0 <= part } ?? (candidate.point == best.point)
            return isNear && candidate.violation(of: task.constraints) <= least
        }
        var runs: [(from: TuningAxis.Value, to: TuningAxis.Value)] = []
        for index in line.indices where inside[index] {
            if index > 0, inside[index - 1] { runs[runs.count - 1].to = value(line[index]) } else { runs.append((value(line[index]), value(line[index]))) }
        }
        return runs
    }

    /// How much worse, as a part of the best; negative where it is better.
    private func loss(of candidate: TuningCandidate, against best: TuningCandidate) -> Double? {
        guard let ratio = ratio(candidate, to: best)?.value else { return nil }
        return task.goal.isMaximized ? 1 - ratio : ratio - 1
    }
}
