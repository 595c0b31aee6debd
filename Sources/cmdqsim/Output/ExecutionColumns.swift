import Experiment
import ExploringMachine
import Machine

/// An execution with a column for each agent.
enum ExecutionColumns {
    static func render(_ steps: [ExecutionStep], _ exploration: QueueExploration) -> [String] {
        let agents = (steps.map(\.agent).max() ?? 0) + 1
        let cells = steps.map { step in "\(step.index + 1) " + text(step, exploration) }
        let widths = (0..<agents).map { agent in
            zip(steps, cells).filter { $0.0.agent == agent }.map(\.1.count).max().map { max($0, 6) } ?? 6
        }
        func line(_ agent: Int, _ text: String) -> String {
            String(repeating: " ", count: widths[..<agent].reduce(0) { $0 + $1 + 3 }) + text
        }
        let header = (0..<agents).map { agent in
            exploration.agentName(agent).padding(to: widths[agent])
        }.joined(separator: "   ")
        return ["", String(header.trimmingSuffix { $0 == " " })] + zip(steps, cells).map { line($0.0.agent, $0.1) }
    }

    private static func text(_ step: ExecutionStep, _ exploration: QueueExploration) -> String {
        let name = exploration.wordName(step)
        let value = "0x" + String(step.value, radix: 16)
        if step.isWrite { return "\(step.site): \(name) = \(value)" }
        let origin = exploration.sourceName(step.source ?? .initial)
        var text = "\(step.site): \(name) is \(value) (\(origin))"
        if step.isUnmet { text += ", waits" }
        if step.isTimedOut { text += ", times out" }
        if step.newerWrites > 0 { text += ", \(step.newerWrites) newer" }
        return text
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: Swift.max(0, width - count)) }
}
