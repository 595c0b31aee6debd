import Experiment

/// A scenario, run.
struct Point {
    /// As it was asked for; points are matched by it.
    var asked: Scenario
    var outcome: RunOutcome

    var result: RunResult { outcome.result }
}

/// What a session of runs came to.
struct SessionOutcome {
    var points: [Point] = []
    /// How many scenarios were asked for.
    var asked: Int
    /// A scenario could not run to its end; what finished before it is in `points`.
    var failure: CommandFailure?

    /// True where not every scenario ran whole.
    var isPartial: Bool { points.count < asked || points.contains(where: \.result.partial) }
}

/// Runs scenarios: those that are compared with one another side by side, one group after the other.
struct Session {
    /// Runs a group, as `Runner.run(sideBySide:)` does.
    typealias Run = ([Scenario], (Int, Int) -> Void) throws(ScenarioError) -> [RunOutcome?]

    var progress: Progress
    var isCancelled: () -> Bool
    var run: Run

    /// Finds what would keep any of the scenarios from running, before the first one runs.
    static func validate(_ scenarios: [Scenario]) throws(CommandFailure) {
        do throws(ScenarioError) {
            for scenario in scenarios { try scenario.validateFields() }
            // The rest reads files and plans the insertions: once for each way to insert, on its smallest ring.
            var smallest: [String: Scenario] = [:]
            for scenario in scenarios {
                var way = "\(scenario.workload) \(scenario.batch ?? 0) \(scenario.dmaLoop?.pagesPerUnmap ?? 0) \(scenario.algorithm)"
                // What fetch-add takes depends on the producers, and is bounded on both sides.
                if scenario.algorithm == .fetchAdd { way += " \(scenario.producers) \(scenario.log2Entries)" }
                if scenario.log2Entries < smallest[way]?.log2Entries ?? .max { smallest[way] = scenario }
            }
            for (_, scenario) in smallest.sorted(by: { $0.key < $1.key }) { try scenario.validate() }
        } catch {
            throw CommandFailure(error)
        }
    }

    func run(_ scenarios: [Scenario]) -> SessionOutcome {
        var outcome = SessionOutcome(asked: scenarios.count)
        defer { progress.clear() }
        for group in scenarios.comparisons {
            if isCancelled() { break }
            let first = outcome.points.count + 1
            let label = group.count == 1 ? group[0].label : "\(group.count) side by side from \(group[0].label)"
            do throws(ScenarioError) {
                let finished = try run(group) { finished, all in
                    progress.show(point: first, label, repeats: (finished, all))
                }
                for case (let scenario, let finished?) in zip(group, finished) {
                    outcome.points.append(Point(asked: scenario, outcome: finished))
                }
                // Cancelled before the first repeat of each was done.
                if finished.contains(where: { $0 == nil }) { break }
            } catch {
                outcome.failure = CommandFailure(error)
                break
            }
        }
        return outcome
    }
}

extension Scenario {
    /// The scenario in a few words, for progress, histograms and violations.
    var label: String {
        var words = [queue.rawValue]
        if queue == .vcmdq { words.append("\(vintfs)x\(vcmdqsPerVINTF)") }
        if algorithm != .linux { words.append(algorithm.rawValue) }
        words.append("producers=\(producers)")
        if let batch { words.append("batch=\(batch)") }
        words.append("workload=\(workload)")
        if case .dma(let loop) = workload, loop.pagesPerUnmap != 1 { words.append("pages=\(loop.pagesPerUnmap)") }
        words.append("log2-entries=\(log2Entries)")
        words.append("sync=\(queue == .vcmdq ? SyncMode.cons.rawValue : sync.rawValue)")
        if algorithm.comparesAndSwaps { words.append("lock=\(lock.rawValue)") }
        words.append("layout=\(layout.rawValue)")
        if machine.isNative { words.append("backoff=\(backoff)") } else { words.insert(machine.description, at: 0) }
        return words.joined(separator: " ")
    }
}
