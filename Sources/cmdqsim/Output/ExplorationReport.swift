import Experiment
import ExploringMachine
import Foundation

/// What an exploration came to, for a person and as a document.
struct ExplorationReport {
    let scenario: ExplorationScenario
    let result: Exploration
    let seconds: Double?

    init(_ scenario: ExplorationScenario, _ result: Exploration, seconds: Double?) {
        self.scenario = scenario
        self.result = result
        self.seconds = seconds
    }

    struct Document: Encodable {
        struct Violation: Encodable {
            var message: String
            /// What the columns show may be smaller than what was explored.
            var producers: Int
            var commands: Int
            var batch: Int?
            var columns: [String]
            /// Of c11.
            var explanation: ExplanationText.Document?
        }

        var schema = "cmdqsim.exploration/1"
        var verdict: String
        var algorithm: String
        var lock: String?
        var model: String
        var strategy: String
        var mutation: String
        var sync: String
        var producers: Int
        var commands: Int
        /// Of lists of more than one command.
        var batch: Int?
        var log2Entries: Int
        /// Of others than insertions alone.
        var work: String?
        var space: String?
        var deviceStopsAfter: Int?
        var executions: Int
        var distinct: Int
        var blocked: Int
        var cut: Int
        var timeouts: Int
        var longestRun: Int
        var seed: UInt64?
        var probability: Double?
        var limit: String?
        var seconds: Double?
        var note: String?
        /// Of `complete`: what the model allows and the exploration leaves out.
        var leftOut: [String]?
        var violation: Violation?
    }

    func document(
        _ violation: String?, _ shown: QueueExploration, _ columns: [String], _ explanation: Explanation?
    ) -> Document {
        Document(
            verdict: result.verdict.rawValue, algorithm: scenario.queue.rawValue,
            lock: [.linux, .spinlockOnFailure].contains(scenario.queue) ? scenario.lock.rawValue : nil, model: scenario.model.rawValue, strategy: scenario.strategy.rawValue,
            mutation: scenario.mutation.rawValue, sync: scenario.sync.rawValue, producers: scenario.producers,
            commands: scenario.commands, batch: scenario.batch > 1 ? scenario.batch : nil, log2Entries: scenario.log2Entries,
            work: scenario.work == .insert ? nil : scenario.work.rawValue,
            space: scenario.spaceWait == .notFull ? nil : scenario.spaceWait.rawValue, deviceStopsAfter: scenario.deviceStopsAfter, executions: result.executions, distinct: result.distinct,
            blocked: result.blocked, cut: result.cut, timeouts: result.timeouts, longestRun: result.longestRun,
            seed: scenario.strategy == .exhaustive ? nil : scenario.seed, probability: probability,
            limit: result.limit, seconds: seconds, note: note, leftOut: leftOut,
            violation: violation.map {
                Document.Violation(
                    message: $0, producers: shown.scenario.producers, commands: shown.scenario.commands,
                    batch: scenario.batch > 1 ? shown.scenario.batch : nil, columns: columns,
                    explanation: explanation.map { ExplanationText.Document($0, shown) })
            })
    }

    /// At least so likely does one run of `pct` show an error that needs `depth` orderings; nil for other strategies.
    var probability: Double? {
        guard scenario.strategy == .pct, scenario.model == .sc else { return nil }
        let (agents, steps) = (Double(scenario.producers + 1), Double(max(result.longestRun, 1)))
        return 1 / (agents * (1..<scenario.depth).reduce(1) { product, _ in product * steps })
    }

    private static func describe(_ probability: Double, _ scenario: ExplorationScenario, _ result: Exploration) -> String {
        let all = -expm1(Double(result.executions) * log1p(-probability))
        let digits = { (value: Double) in String(format: "%.3g", value) }
        return "an error of depth \(scenario.depth) shows in a run with a probability of at least \(digits(probability)) "
            + "(1/(n k^(d-1)), n = \(scenario.producers + 1), k = \(result.longestRun)), in all of these of at least \(digits(all))"
    }

    /// What `complete` does not speak of; nil where that is nothing.
    var leftOut: [String]? {
        guard result.verdict == .complete, scenario.model == .arm || scenario.model == .c11 else { return nil }
        let halves = "halves of a word that have no coherence order in common"
        return scenario.model == .arm ? ["load buffering", halves] : [halves]
    }

    /// Where a mutation had nothing to change.
    var note: String? {
        guard result.verdict != .violation, !scenario.mutation.applies(to: scenario) else { return nil }
        let missing = scenario.mutation == .awaitsNotFull ? ", without --space enough and --device-stops-after" : ""
        return "--mutation \(scenario.mutation.rawValue) changes nothing of --algorithm \(scenario.queue.rawValue) with --sync \(scenario.sync.rawValue)\(missing)"
    }

    var lines: [String] {
        var counts = "\(result.executions) executions"
        if result.distinct != result.executions { counts += ", \(result.distinct) of them distinct" }
        if result.blocked > 0 { counts += ", \(result.blocked) blocked" }
        if result.timeouts > 0 {
            counts += ", \(result.timeouts) carried on by the timeout of a wait"
        }
        if result.cut > 0 { counts += ", \(result.cut) cut at --rounds \(scenario.limits.rounds)" }
        if let seconds { counts += ", \((seconds * 1000).rounded() / 1000) s" }
        let verdict =
            switch result.verdict {
            case .complete: "complete under \(scenario.model.rawValue)\(result.cut > 0 ? " up to that many rounds" : ""): no violation"
            case .limit: "limit reached under \(scenario.model.rawValue), \(result.limit ?? ""): no violation so far"
            case .violation: "violation under \(scenario.model.rawValue): \(result.violation ?? "")"
            }
        let gaps = leftOut.map { ["left out: \($0.joined(separator: ", ")); see docs/exploring-machine.md"] } ?? []
        return [verdict, counts] + gaps + (probability.map { [Self.describe($0, scenario, result)] } ?? []) + (note.map { [$0] } ?? [])
    }
}
