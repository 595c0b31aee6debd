import Experiment

/// What a search came to in the form that was asked for.
enum TuningText {
    /// As many of the candidates are in the table.
    static let runnersUp = 10
    /// As many of the front.
    static let frontRows = 12

    static func render(_ outcome: TuningOutcome, host: Experiment.Host?, format: OutputFormat) -> String {
        switch format {
        case .json: JSON.render(outcome.document(host: host))
        case .csv: csv(outcome)
        case .table: table(outcome, host: host)
        }
    }

    private static func table(_ outcome: TuningOutcome, host: Experiment.Host?) -> String {
        guard outcome.best != nil else { return notes(outcome, host: host) }
        let parts = [
            recommendation(outcome), candidates(outcome), TuningPicture.render(outcome) ?? "", sensitivity(outcome), pareto(outcome),
            notes(outcome, host: host),
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private static func recommendation(_ outcome: TuningOutcome) -> String {
        guard let best = outcome.best else { return "" }
        let unit = outcome.task.goal.unit
        let estimate = best.estimate(of: outcome.task.goal)
        let interval = TuningFigureText.interval(estimate, unit)
        let title = TuningFigureText.title(unit)
        var lines = [
            (outcome.isFeasible ? "best: " : "least violating: ") + outcome.flags(of: best),
            "\(outcome.task.goal.text): \(TuningFigureText.value(estimate, unit))\(title.isEmpty ? "" : " \(title)")"
                + (interval == "-" ? "" : " (95 %: \(interval))"),
        ]
        if let linux = outcome.linux {
            let gain = outcome.gainOverLinux.map(TuningFigureText.percentWithInterval) ?? "not comparable"
            lines.append("gain over Linux's choice, \(outcome.flags(of: linux)): \(gain)")
        }
        if let others = outcome.notSeparated, !others.isEmpty {
            lines.append("NOT SEPARATED from \(others.count == 1 ? "one other" : "\(others.count) others"): \(list(others.map { outcome.flags(of: $0) }))")
        } else if outcome.notSeparated != nil, outcome.candidates.count > 1 {
            lines.append("separated from all others that it was compared with")
        }
        return lines.joined(separator: "\n")
    }

    private static func list(_ names: [String]) -> String {
        names.prefix(8).joined(separator: "; ") + (names.count > 8 ? "; ..." : "")
    }

    private static func candidates(_ outcome: TuningOutcome) -> String {
        var shown = Array(outcome.candidates.prefix(runnersUp))
        if let linux = outcome.linux, !shown.contains(where: { $0.scenario == linux.scenario }) { shown.append(linux) }
        let unit = outcome.task.goal.unit
        let isConstrained = !outcome.task.constraints.isEmpty
        return TextColumns.render(
            shown,
            [
                TextColumn(title: "candidate", isText: true) { outcome.flags(of: $0) },
                TextColumn(title: "goal\(TuningFigureText.title(unit).isEmpty ? "" : " \(TuningFigureText.title(unit))")") {
                    TuningFigureText.value($0.estimate(of: outcome.task.goal), unit)
                },
                TextColumn(title: "95 %") { TuningFigureText.interval($0.estimate(of: outcome.task.goal), unit) },
                TextColumn(title: "to best") { candidate in
                    TuningFigureText.percent(
                        outcome.best.flatMap { outcome.ratio(candidate, to: $0) }.map { TuningEstimate(value: $0.value - 1) })
                },
                TextColumn(title: "Mcmd/s") { TuningFigureText.value($0.estimate(of: TuningMetric.throughput), "commands/s") },
                TextColumn(title: "sync p99 us") { TuningFigureText.value($0.estimate(of: TuningMetric.p99Sync), "ns") },
                TextColumn(title: "ins p99.9 us") { TuningFigureText.value($0.estimate(of: TuningMetric.p999Insertion), "ns") },
                TextColumn(title: "runs") { $0.divisor == 1 ? "\($0.longest.count)" : "\($0.longest.count) of 1/\($0.divisor)" },
                TextColumn(title: "state", isText: true) { state(of: $0, outcome, isConstrained: isConstrained) },
            ])
    }

    private static func state(of candidate: TuningCandidate, _ outcome: TuningOutcome, isConstrained: Bool) -> String {
        var words: [String] = []
        if candidate.point == outcome.best?.point { words.append(outcome.isFeasible ? "best" : "least violating") }
        if candidate.scenario == outcome.linux?.scenario { words.append("Linux") }
        if isConstrained, candidate.violation(of: outcome.task.constraints) > 0 { words.append("violates") }
        if candidate.dropped != nil, outcome.task.space.base.machine.isNative { words.append("out of the race") }
        if candidate.longest.contains(where: \.isPartial) { words.append("partial") }
        return words.joined(separator: ", ")
    }

    private static func sensitivity(_ outcome: TuningOutcome) -> String {
        outcome.sensitivity.map { axis in
            let neighbours = axis.neighbours.map { neighbour in
                "\(neighbour.value) \(neighbour.ratio.map { TuningFigureText.signed($0.value - 1) } ?? "-")\(neighbour.isFeasible ? "" : " (violates)")"
            }
            let ranges = axis.ranges.map { range in
                "within \(range.percent) %: " + range.runs.map { $0.from == $0.to ? "\($0.from)" : "\($0.from)..\($0.to)" }.joined(separator: ",")
            }
            let parts = ["at \(axis.best)", neighbours.isEmpty ? "no neighbour was tried" : "next " + neighbours.joined(separator: ", ")] + ranges
            return "sensitivity to \(axis.axis.rawValue): " + parts.joined(separator: "; ")
        }.joined(separator: "\n")
    }

    private static func pareto(_ outcome: TuningOutcome) -> String {
        let all = outcome.pareto
        guard !all.isEmpty else { return "" }
        // Both ends, and between them every so-manieth.
        let step = max(1, (all.count + frontRows - 3) / (frontRows - 1))
        let front = all.indices.filter { $0.isMultiple(of: step) || $0 == all.count - 1 }.map { all[$0] }
        let rows = TextColumns.render(
            front,
            [
                TextColumn(title: "candidate", isText: true) { outcome.flags(of: $0) },
                TextColumn(title: "Mcmd/s") { TuningFigureText.value($0.estimate(of: TuningMetric.throughput), "commands/s") },
                TextColumn(title: "sync p99 us") { TuningFigureText.value($0.estimate(of: TuningMetric.p99Sync), "ns") },
                TextColumn(title: "runs") { $0.divisor == 1 ? "\($0.longest.count)" : "\($0.longest.count) of 1/\($0.divisor)" },
            ])
        return "Pareto front of throughput against p99 of CMD_SYNC, of what was tried\(front.count < all.count ? ", \(front.count) of \(all.count)" : "")\n\(rows)"
    }
}
