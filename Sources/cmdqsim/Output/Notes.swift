import Experiment

/// What a reader of the table must know to read it right, a sentence per line.
enum Notes {
    static func render(_ document: ResultDocument, asked: Int, shape: Report.Shape) -> String {
        let results = document.results
        var lines = partial(document, asked: asked)
        if let first = results.first {
            lines.append(medians(first.scenario))
            if shape == .comparison {
                lines.append(contentsOf: common(results))
                lines.append(contentsOf: differences(results))
            }
            lines.append(contentsOf: oversubscription(results, cores: document.host?.cores ?? 0))
            lines.append(measuring(results))
            lines.append(contentsOf: failures(results))
        }
        lines.append("seed: \(document.seed)")
        lines.append(contentsOf: simulated(results))
        if let host = document.host { lines.append(self.host(host)) }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func partial(_ document: ResultDocument, asked: Int) -> [String] {
        guard document.partial else { return [] }
        let count = document.results.count
        if count == asked, document.results.contains(where: { $0.partial && !$0.scenario.machine.isNative }) {
            return ["PARTIAL: the time limit or an interruption ended a simulated run before its end; what it had measured is shown."]
        }
        return ["PARTIAL: \(count) of \(asked) scenarios have results; the session was cut short."]
    }

    private static func medians(_ scenario: Scenario) -> String {
        if !scenario.machine.isNative { return simulatedMedians(scenario) }
        let warmups = "after \(scenario.warmups) warm-up\(scenario.warmups == 1 ? "" : "s")"
        let rates =
            scenario.repeats == 1
            ? "Rates are of one repeat" : "Rates are medians of \(scenario.repeats) repeats with min..max"
        return "\(rates), \(warmups); commands and rates exclude CMD_SYNCs."
    }

    private static func simulatedMedians(_ scenario: Scenario) -> String {
        var line =
            scenario.repeats == 1
            ? "Rates are of one run" : "Rates are medians of \(scenario.repeats) runs with seeds from \(scenario.seed) on, with min..max"
        if case .seconds = scenario.length { line += ", after \(Double(scenario.simulation.warmupNanoseconds) / 1e6) ms of warm-up" }
        return line + "; commands and rates exclude CMD_SYNCs."
    }

    /// What all results have alike and no column says.
    private static func common(_ results: [RunResult]) -> [String] {
        func only(_ name: String, _ value: (RunResult) -> String?) -> String? {
            let values = Set(results.map(value))
            guard values.count == 1, let value = values.first ?? nil else { return nil }
            return "\(name) \(value)"
        }
        let parts = [
            only("workload") { $0.workload },
            only("pages per unmap") { $0.scenario.dmaLoop.map { "\($0.pagesPerUnmap)" } },
            only("flush") { $0.scenario.dmaLoop.map(\.flush.rawValue) },
            only("range invalidation") { $0.scenario.dmaLoop.map { $0.rangeInvalidation ? "on" : "off" } },
            only("length") { $0.scenario.length.words },
            only("entries") { "2^\($0.log2Entries)" },
            only("layout") { $0.layout },
            only("backoff") { $0.scenario.machine.isNative ? "\($0.scenario.backoff)" : nil },
            only("device threads") { $0.scenario.machine.isNative ? "\($0.scenario.device.threads)" : nil },
            only("pinned") { $0.scenario.machine.isNative ? $0.scenario.pinned ? "yes" : "no" : nil },
            only("placement") { $0.scenario.machine.isNative ? nil : $0.scenario.simulation.placement.rawValue },
        ]
        return ["All rows: " + parts.compactMap { $0 }.joined(separator: ", ") + "."]
    }

    /// Where the two sides of a comparison did not do the same.
    private static func differences(_ results: [RunResult]) -> [String] {
        let main = results.filter { $0.queue == QueueKind.main.rawValue }
        let vcmdq = results.filter { $0.queue == QueueKind.vcmdq.rawValue }
        var lines: [String] = []
        let mainSyncs = Set(main.map(\.sync)).sorted()
        let vcmdqSyncs = Set(vcmdq.map(\.sync)).sorted()
        if !main.isEmpty, !vcmdq.isEmpty, mainSyncs != vcmdqSyncs {
            lines.append(
                "The sides differ: VCMDQs complete by CONS polling with CS_NONE (sync \(vcmdqSyncs.joined(separator: ", "))), "
                    + "the main queue by \(mainSyncs.joined(separator: ", ")).")
        }
        let ecmdqRings = Set(results.filter { $0.queue == QueueKind.ecmdq.rawValue }.map(\.log2Entries))
        let otherRings = Set(results.filter { $0.queue != QueueKind.ecmdq.rawValue }.map(\.log2Entries))
        if !ecmdqRings.isEmpty, !otherRings.isEmpty, ecmdqRings != otherRings {
            func text(_ rings: Set<Int>) -> String { rings.sorted().map { "2^\($0)" }.joined(separator: ", ") }
            lines.append("The sides differ: ECMDQs have \(text(ecmdqRings)) entries each, the other queues \(text(otherRings)).")
        }
        let fallbacks = vcmdq.map(\.fallbacksToMain)
        if let most = fallbacks.max(), let least = fallbacks.min(), most > 0 {
            let range = least == most ? "\(most)" : "\(least) to \(most)"
            lines.append(
                "The sides differ: \(range) commands per vcmdq run are not supported by a VCMDQ and fell back to the main queue; "
                    + "each fallback ends its batch with a sync, so the numbers of syncs differ.")
        }
        return lines
    }

    private static func oversubscription(_ results: [RunResult], cores: Int) -> [String] {
        let marked = results.filter(\.oversubscribed)
        guard !marked.isEmpty else { return [] }
        let producers = Set(marked.map(\.producers)).sorted().map { "\($0)" }.joined(separator: ", ")
        return [
            "* more threads than cores: producers and device threads exceed the \(cores) cores at \(producers) producers; "
                + "those rows also measure how the threads share cores."
        ]
    }

    private static func measuring(_ results: [RunResult]) -> String {
        let checks = Set(results.map { $0.checks.joined(separator: ", ") }).sorted()
        let histograms = Set(results.map(\.histograms)).sorted()
        let on = checks.filter { !$0.isEmpty }.joined(separator: "; ")
        return "While the clock ran: checks: \(on.isEmpty ? "none" : on); histograms: "
            + "\(histograms.joined(separator: "; "))."
    }

    private static func failures(_ results: [RunResult]) -> [String] {
        var lines: [String] = []
        let violations = results.reduce(0) { $0 + $1.violations.count }
        if violations > 0 { lines.append("VIOLATED checks: \(violations); standard error lists them.") }
        let timeouts = results.reduce(0) { $0 + $1.syncTimeouts }
        if timeouts > 0 { lines.append("CMD_SYNCs that timed out: \(timeouts).") }
        let waits = results.reduce(0) { $0 + $1.spaceTimeouts }
        if waits > 0 { lines.append("Waits for space that took longer than the timeout: \(waits).") }
        return lines
    }

    private static func simulated(_ results: [RunResult]) -> [String] {
        let machines = Set(results.filter { !$0.scenario.machine.isNative }.map(\.machine)).sorted()
        guard !machines.isEmpty else { return [] }
        return ["Simulated: \(machines.joined(separator: ", ")), in virtual time; equal scenarios and seeds give equal results on every host."]
    }

    static func host(_ host: Host) -> String {
        let gigabytes = Numbers.fixed(Double(host.memoryBytes) / 1e9, 1)
        return "host: \(host.processor), \(host.cores) cores, \(host.architecture), \(host.operatingSystem), "
            + "\(gigabytes) GB memory"
    }
}
