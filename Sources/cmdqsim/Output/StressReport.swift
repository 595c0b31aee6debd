import Experiment

/// What is printed of a stress run.
struct StressReport {
    let options: StressOptions
    let outcome: StressOutcome

    init(_ options: StressOptions, _ outcome: StressOutcome) {
        self.options = options
        self.outcome = outcome
    }

    private struct Row {
        var name: String
        var value: String
    }

    var table: String {
        TextColumns.render(rows, [
            TextColumn(title: "stress, seed \(options.seed)", isText: true) { $0.name },
            TextColumn(title: "") { $0.value },
        ]) + "\n"
    }

    private var rows: [Row] {
        let figures = outcome.figures
        func row(_ name: String, _ value: some BinaryInteger) -> Row { Row(name: name, value: Numbers.grouped(UInt64(max(0, value)))) }
        var rows = [
            row("scenarios", figures.scenarios),
            Row(name: "seconds", value: Numbers.fixed(figures.seconds, 1)),
            Row(name: "seconds of processor time", value: Numbers.fixed(figures.processorSeconds, 1)),
            row("insertions", figures.insertions), row("commands", figures.commands), row("CMD_SYNCs", figures.syncs),
            row("wraps", figures.wraps), row("entries of the smallest ring", figures.smallestRing),
            row("producers at most", figures.mostProducers),
            row("producers that came late", figures.lateArrivals), row("producers that left early", figures.earlyLeavers),
            row("commands that fell back to the main queue", figures.fallbacks),
        ]
        for algorithm in Algorithm.allCases { rows.append(row("scenarios of \(algorithm.rawValue)", figures.scenariosByAlgorithm[algorithm] ?? 0)) }
        for queue in QueueKind.allCases { rows.append(row("scenarios of queue \(queue.rawValue)", figures.scenariosByQueue[queue] ?? 0)) }
        for kind in Disturbance.Kind.allCases {
            rows.append(row("\(outcome.failure == nil ? "survived " : "")\(kind.rawValue)", figures.disturbances[kind] ?? 0))
        }
        rows += [
            row("commands refused", figures.refusedCommands), row("CMD_SYNCs given up", figures.syncTimeouts),
            row("waits for space beyond the timeout", figures.spaceTimeouts), row("scenarios that were slow", figures.slowScenarios),
        ]
        for (phase, nanoseconds) in figures.longestWaits.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            rows.append(Row(name: "longest: \(phase.words), ms", value: Numbers.fixed(Double(nanoseconds) / 1e6, 3)))
        }
        rows.append(Row(name: "resident memory at most, MiB", value: Numbers.fixed(Double(figures.largestResidentBytes) / 1_048_576, 1)))
        rows.append(Row(name: "its growth, MiB", value: figures.residentGrowth.map { Numbers.fixed(Double($0) / 1_048_576, 1) } ?? "-"))
        rows.append(row("threads between scenarios at most", figures.largestThreads))
        rows.append(Row(name: "their growth", value: figures.threadGrowth.map { "\($0)" } ?? "-"))
        return rows
    }
}

// What is said of a failure
extension StressReport {
    func summary(_ failure: StressFailure) -> String {
        let place = options.replayed == nil ? "scenario \(failure.index) of seed \(options.seed)" : "the replayed scenario, in run \(outcome.figures.scenarios)"
        return switch failure.kind {
        case .violation: "violated checks in \(place)"
        case .stuck: "stuck in \(place)"
        case .growth: "growth, seen after \(place)"
        case .refused: "\(place) could not be run"
        }
    }

    func explanation(_ failure: StressFailure) -> [String] {
        var lines = failure.violations.map { "violation: \(oneLine($0)) [\(failure.scenario.label)]" }
        if case .stuck(let report) = failure.kind { lines += report.lines.map { "  \($0)" } }
        if let again = failure.again { lines.append("run again, it failed \(again.failures) of \(again.runs) times") }
        if let shrunk = failure.shrunk {
            lines.append("smaller: \(shrunk.scenario.label), which failed \(shrunk.failures) of \(shrunk.runs) times")
            lines += shrunk.violations.prefix(1).map { "  \(oneLine($0))" }
        }
        if options.replayed == nil {
            lines.append("as drawn: cmdqsim stress \(drawnAgain(failure))")
        }
        return lines
    }

    private func drawnAgain(_ failure: StressFailure) -> String {
        var words = "--seed \(options.seed)"
        if failure.kind != .growth { words += " --first \(failure.index)" }
        words += " --iterations \(failure.kind == .growth ? failure.index - options.first + 1 : 1) --threads \(options.threads)"
        if options.mutation != .none { words += " --mutation \(options.mutation.rawValue)" }
        if let fault = options.fault?.rawValue ?? options.seededFault?.rawValue { words += " --fault \(fault)" }
        return words
    }
}
