import ExploringMachine

/// A violation in as small a setting as was found.
package struct SmallestViolation: Sendable {
    package var scenario: ExplorationScenario
    package var message: String
    package var steps: [ExecutionStep]
    package var explanation: Explanation?
}

extension QueueExploration {
    /// How many executions are looked at in each smaller setting.
    private static let effort = 5000

    /// Looks for a violation with fewer insertions or fewer producers, and there for a short execution; nil where a violation shows only in the
    /// scenario itself.
    package static func smallest(than scenario: ExplorationScenario) -> SmallestViolation? {
        var smaller: [ExplorationScenario] = []
        for producers in 1...scenario.producers {
            for commands in 1...scenario.commands {
                for batch in 1...scenario.batch where (producers, commands, batch) != (scenario.producers, scenario.commands, scenario.batch) {
                    var each = scenario
                    (each.producers, each.commands, each.batch) = (producers, commands, batch)
                    if each.entries < scenario.entries { smaller.append(each) }
                }
            }
        }
        for size in smaller.sorted(by: { ($0.entries, $0.producers, $0.commands) < ($1.entries, $1.producers, $1.commands) }) {
            var each = size
            each.strategy = .exhaustive
            each.limits.executions = effort
            each.limits.seconds = .infinity
            each.limits.looksOn = effort
            guard each.problem == nil else { continue }
            var steps: [ExecutionStep] = []
            if let found = QueueExploration(each).run(show: { steps = $0 }), let message = found.violation {
                return SmallestViolation(scenario: each, message: message, steps: steps, explanation: found.explanation)
            }
        }
        return nil
    }
}
