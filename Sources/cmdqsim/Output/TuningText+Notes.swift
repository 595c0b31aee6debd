import Experiment

extension TuningText {
    /// What a reader must know, a sentence per line.
    static func notes(_ outcome: TuningOutcome, host: Experiment.Host?) -> String {
        let space = outcome.task.space
        var lines: [String] = []
        if outcome.isPartial {
            lines.append("PARTIAL: the search was cut short after \(outcome.candidates.count) candidates; what they gave is shown.")
        }
        if !outcome.isFeasible, outcome.best != nil {
            lines.append("INFEASIBLE: no candidate that was tried keeps \(outcome.task.constraints.map(\.text).joined(separator: " and ")).")
        }
        let combinations = space.points.count
        lines.append(
            "evaluations: \(Numbers.significant(outcome.evaluations)), in \(outcome.runs) runs; a sweep of all \(combinations) combinations takes \(combinations)"
                + (space.base.machine.isNative ? "" : " (\(Numbers.significant(100 * outcome.evaluations / Double(combinations))) %)") + ".")
        if space.refused > 0 { lines.append("\(space.refused) combinations cannot run and were left out.") }
        switch outcome.stop {
        case .evaluations where space.base.machine.isNative: lines.append("The race ended at --max-evaluations.")
        case .seconds: lines.append("The race ended at --max-seconds.")
        default: break
        }
        let base = space.base
        lines.append(
            base.machine.isNative
                ? "Figures are geometric means over the rounds of the race; intervals and the test are Student's t of logarithms."
                : base.repeats == 1
                    ? "Figures are of one run; --repeat 3 runs three seeds and gives intervals."
                    : "Figures of full runs are geometric means over \(base.repeats) seeds from \(base.seed) on, those of parts are of one seed.")
        lines.append("workload \(base.workload), \(base.producers) producers, length \(base.length.words); commands and rates exclude CMD_SYNCs.")
        lines.append("seed: \(base.seed)")
        if base.machine.isNative {
            if let host { lines.append(Notes.host(host)) }
        } else {
            lines.append("Simulated: \(base.machine), in virtual time; equal scenarios and seeds give equal results on every host.")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// A row for each candidate, best first.
    static func csv(_ outcome: TuningOutcome) -> String {
        let kinds = TuningAxis.Kind.allCases
        let metrics = TuningMetric.allCases
        func name(_ text: String) -> String { text.replacing("-", with: "_") }
        func three(_ estimate: TuningEstimate?) -> [String] {
            [estimate?.value, estimate?.low, estimate?.high].map { $0.map(Numbers.exact) ?? "" }
        }
        var csv = CSV(
            header: ["rank"] + kinds.map { name($0.rawValue) } + ["goal", "goal_low", "goal_high"]
                + metrics.flatMap { metric in ["", "_low", "_high"].map { name(metric.rawValue) + (metric == .throughput ? "" : "_ns") + $0 } }
                + ["fraction", "runs", "feasible", "dropped", "pareto", "linux"])
        let front = Set(outcome.pareto.map(\.point))
        for (number, candidate) in outcome.candidates.enumerated() {
            let values = kinds.map { kind in kind.value(in: candidate.scenario).map { "\($0)" } ?? "" }
            let fields = [
                Numbers.exact(1 / Double(candidate.divisor)), "\(candidate.longest.count)",
                "\(candidate.violation(of: outcome.task.constraints) == 0)", candidate.dropped ?? "", "\(front.contains(candidate.point))",
                "\(candidate.scenario == outcome.linux?.scenario)",
            ]
            csv.append(
                ["\(number + 1)"] + values + three(candidate.estimate(of: outcome.task.goal)) + metrics.flatMap { three(candidate.estimate(of: $0)) }
                    + fields)
        }
        return csv.text
    }
}
