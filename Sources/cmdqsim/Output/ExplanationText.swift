import Experiment
import ExploringMachine

/// What a violation under c11 needs that arm has.
enum ExplanationText {
    struct Document: Encodable {
        struct Dependency: Encodable {
            var kind: String
            var later: String
            var site: String
            var earlier: [String]
        }

        /// The same execution is wrong under arm.
        var allowedByArm: Bool
        /// The kinds of order that are missing.
        var needs: [String]
        var dependencies: [Dependency]
        /// Each comes before the next under arm, and the last before the first.
        var cycle: [String]

        init(_ explanation: Explanation, _ exploration: QueueExploration) {
            allowedByArm = explanation.isAllowedByArm
            needs = ExplanationText.needs(explanation)
            dependencies = explanation.dependencies.map { dependency in
                Dependency(
                    kind: dependency.kind.rawValue, later: name(dependency.later, exploration), site: "\(dependency.later.site)",
                    earlier: dependency.earlier.map { name($0, exploration) })
            }
            cycle = explanation.cycle.map { name($0, exploration) }
        }
    }

    static func needs(_ explanation: Explanation) -> [String] {
        var needs = Set(explanation.dependencies.map(\.kind)).sorted().map(\.rawValue)
        if explanation.needsMultiCopyAtomicity { needs.append("multi-copy atomicity") }
        return needs
    }

    static func lines(_ explanation: Explanation, _ exploration: QueueExploration) -> [String] {
        guard !explanation.isAllowedByArm else { return ["", "arm allows this execution too."] }
        var lines = ["", "arm does not allow this execution. It needs what c11 has not: \(needs(explanation).joined(separator: ", "))."]
        for dependency in explanation.dependencies {
            let earlier = dependency.earlier.map { label($0, exploration) }.joined(separator: ", ")
            lines.append("  \(dependency.kind.rawValue): \(label(dependency.later, exploration)) comes after \(earlier)")
        }
        let way = explanation.cycle.map { label($0, exploration) }.joined(separator: " < ")
        lines.append("  under arm each would come before the next: \(way)\(explanation.cycle.first.map { " < " + name($0, exploration) } ?? "")")
        return lines
    }

    private static func name(_ event: Explanation.Event, _ exploration: QueueExploration) -> String {
        exploration.eventName(event.agent, event.index)
    }

    private static func label(_ event: Explanation.Event, _ exploration: QueueExploration) -> String {
        "\(name(event, exploration)) \(event.site)"
    }
}
