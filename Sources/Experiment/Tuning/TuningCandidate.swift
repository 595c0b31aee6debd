/// A combination that was tried, with what its runs gave.
package struct TuningCandidate: Sendable {
    package let point: TuningPoint
    package let scenario: Scenario
    /// Of each length, by its divisor, the runs by block.
    private(set) package var runs: [Int: [Int: TuningRun]] = [:]
    /// Why the search went on without it; nil where it did not.
    package var dropped: String?

    init(point: TuningPoint, scenario: Scenario) {
        self.point = point
        self.scenario = scenario
    }

    mutating func add(_ run: TuningRun, divisor: Int, block: Int) {
        var run = run
        if divisor > 1 { run.figures.throughput *= edgeCorrection(run, divisor: divisor) }
        runs[divisor, default: [:]][block] = run
    }

    /// With only these blocks of its longest runs.
    func restricted(to blocks: Set<Int>) -> TuningCandidate {
        var part = self
        part.runs[divisor] = runs[divisor]?.filter { blocks.contains($0.key) }
        return part
    }

    /// Of the longest runs that it had; 1: full ones.
    package var divisor: Int { runs.keys.min() ?? 1 }
    package var blocks: [Int] { (runs[divisor] ?? [:]).keys.sorted() }
    package var longest: [TuningRun] { blocks.compactMap { runs[divisor]?[$0] } }

    /// A run by time counts what was begun in its measured part, over the time until the last of it was done. That overhang is as long in a
    /// short run as in a full one, and weighs more there. This makes of a short run's rate what a full run's would be: as many commands
    /// are begun in equal times, and without a warm-up one insertion of each producer besides.
    private func edgeCorrection(_ run: TuningRun, divisor: Int) -> Double {
        guard case .seconds(let whole) = scenario.length, case .seconds(let part) = scenario.shortened(by: divisor, workload: nil).length,
            run.seconds > 0, !run.isPartial
        else { return 1 }
        let overhang = max(0, run.seconds - part)
        let atOnce = scenario.simulation.warmupNanoseconds > 0 || run.syncsPerProducer == 0 ? 0 : min(1, 1 / run.syncsPerProducer)
        let begun = (1 - atOnce) * whole / part + atOnce
        return begun * run.seconds / (whole + overhang)
    }

    /// The part of a full run that has two rounds of all producers, where the longest run has fewer: what is seen of less than that is the
    /// beginning, not the rule. Nil where it has as many.
    func longerPart(than divisor: Int) -> Int? {
        guard divisor > 1, let run = runs[divisor]?.values.first else { return nil }
        let rounds: Double
        if case .seconds = scenario.length, case .seconds(let part) = scenario.shortened(by: divisor, workload: nil).length {
            rounds = run.seconds > part ? part / (run.seconds - part) : .infinity
        } else {
            rounds = run.syncsPerProducer > 0 ? run.syncsPerProducer : .infinity
        }
        guard rounds < Self.fewestRounds else { return nil }
        return [4, 2].first { $0 < divisor && rounds * Double(divisor) / Double($0) >= Self.fewestRounds } ?? 1
    }

    private static let fewestRounds = 2.0

    /// Whether it had all its full runs.
    package func isFull(repeats: Int) -> Bool { (runs[1]?.count ?? 0) >= repeats }

    package func samples(of metric: TuningMetric) -> [Double] { longest.compactMap { $0.figures[metric] } }

    /// Nil where a run had no value.
    package func estimate(of metric: TuningMetric) -> TuningEstimate? {
        let samples = samples(of: metric)
        return samples.count == longest.count ? TuningStatistics.estimate(samples) : nil
    }

    package func estimate(of goal: TuningGoal) -> TuningEstimate? {
        let samples = longest.compactMap { goal.expression.value(of: $0.figures) }
        return samples.count == longest.count ? TuningStatistics.estimate(samples) : nil
    }

    /// The values of the metrics' estimates.
    package var figures: TuningFigures {
        var figures = TuningFigures(throughput: 0)
        for metric in TuningMetric.allCases { figures[metric] = value(of: metric) }
        return figures
    }

    private func value(of metric: TuningMetric) -> Double? {
        let samples = samples(of: metric)
        return samples.count == longest.count ? TuningStatistics.center(samples) : nil
    }

    /// The value of the goal's estimate.
    package func value(of goal: TuningGoal) -> Double? {
        let samples = longest.compactMap { goal.expression.value(of: $0.figures) }
        return samples.count == longest.count ? TuningStatistics.center(samples) : nil
    }

    /// How far the constraints are missed, added up; 0 where all hold.
    package func violation(of constraints: [TuningConstraint]) -> Double {
        if constraints.isEmpty { return 0 }
        let figures = figures
        return constraints.reduce(0) { $0 + $1.violation(of: figures) }
    }

    /// Of full runs, by the blocks that both had.
    func paired(with other: TuningCandidate, _ goal: TuningGoal) -> (own: [Double], other: [Double]) {
        var pairs: (own: [Double], other: [Double]) = ([], [])
        for block in (runs[1] ?? [:]).keys.sorted() {
            guard let own = runs[1]?[block].flatMap({ goal.expression.value(of: $0.figures) }),
                let value = other.runs[1]?[block].flatMap({ goal.expression.value(of: $0.figures) })
            else { continue }
            pairs.own.append(own)
            pairs.other.append(value)
        }
        return pairs
    }

    /// The probability of the lead over `other`, or a greater one, were there none.
    func probability(ofLeadOver other: TuningCandidate, _ goal: TuningGoal) -> (probability: Double, pairs: Int) {
        let pairs = paired(with: other, goal)
        let differences = TuningStatistics.pairedDifferences(pairs.own, pairs.other).map { goal.isMaximized ? $0 : -$0 }
        return (TuningStatistics.probability(ofMeanAboveZero: differences), differences.count)
    }
}
