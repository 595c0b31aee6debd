/// What every agent of a stuck run was doing.
package struct StuckReport: Equatable, Sendable {
    package struct Agent: Equatable, Sendable {
        package var name: String
        package var phase: AgentPhase
        /// For how long it has been there.
        package var seconds: Double
        package var holdsShare: Bool
        /// Insertions and the like that it had got done; of comparison only.
        package var progress: UInt64
        /// As the operating system counts them; nil where it does not tell.
        package var processorSeconds: Double?
    }

    /// For how long nobody had got anything done, and how much processor time all threads had in it.
    package var seconds: Double
    package var processorSeconds: Double
    package var agents: [Agent]
}

extension StuckReport {
    package var summary: String {
        "stuck: nothing has advanced for \(Self.text(seconds)) s, in which the threads had \(Self.text(processorSeconds)) s of processor time"
    }

    /// A line for each agent.
    package var lines: [String] {
        agents.map { agent in
            var words = "\(agent.name): \(agent.phase.words) for \(Self.text(agent.seconds)) s"
            if agent.holdsShare { words += ", holding the shared lock" }
            words += ", \(agent.progress) steps done"
            if let seconds = agent.processorSeconds { words += ", \(Self.text(seconds)) s of processor time" }
            return words
        }
    }

    private static func text(_ seconds: Double) -> String { "\((seconds * 10).rounded() / 10)" }
}

extension AgentRole {
    var name: String {
        switch self {
        case .producer(let number): "producer \(number)"
        case .device(let number): "device thread \(number)"
        case .keeper: "time keeper"
        }
    }
}
