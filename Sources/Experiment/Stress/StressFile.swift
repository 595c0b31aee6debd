import Foundation

/// A scenario that failed, so that it can be run again.
package struct StressFile: Codable, Equatable, Sendable {
    package private(set) var schema = Self.name
    /// Of the generator, and which of its scenarios this was.
    package var seed: UInt64
    package var index: Int
    package var mutation: String
    /// A fault of `stress` itself; null: none.
    package var fault: String?
    /// What was wrong, in words.
    package var violations: [String]
    /// Of how many runs of the scenario how many failed; null where nobody has tried.
    package var failures: Int?
    package var runs: Int?
    package var scenario: Scenario

    package static let name = "cmdqsim.stress-scenario/1"

    package init(seed: UInt64, index: Int, mutation: ProtocolMutation, fault: StressFault?, violations: [String], scenario: Scenario) {
        self.seed = seed
        self.index = index
        self.mutation = mutation.rawValue
        self.fault = fault?.rawValue
        self.violations = violations
        self.scenario = scenario
    }

    /// The file's words where they are those of a scenario of `stress`; a `ScenarioError` says what they are instead.
    package init(reading data: Data) throws {
        struct Head: Decodable { var schema: String? }
        guard let head = try? JSONDecoder().decode(Head.self, from: data) else {
            throw ScenarioError(.data, "no scenario of stress: a JSON object with the schema \(Self.name) is expected")
        }
        guard let schema = head.schema else {
            throw ScenarioError(.data, "the key 'schema' is missing; \(Self.name) is allowed")
        }
        guard schema == Self.name else {
            throw ScenarioError(.data, "the schema '\(schema)' is not known to this version; \(Self.name) is allowed")
        }
        self = try JSONDecoder().decode(StressFile.self, from: data)
        guard ProtocolMutation(rawValue: mutation) != nil else {
            throw ScenarioError(.data, "the mutation '\(mutation)' is not known to this version; 'cmdqsim list mutations' names all")
        }
        if let fault, StressFault(rawValue: fault) == nil {
            throw ScenarioError(.data, "the fault '\(fault)' is not known to this version; allowed are \(StressFault.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        guard scenario.machine.isNative else {
            throw ScenarioError(.data, "scenario.machine is \(scenario.machine); stress runs on native threads only")
        }
        try scenario.validateFields()
    }

    package var protocolMutation: ProtocolMutation { ProtocolMutation(rawValue: mutation) ?? .none }
    package var stressFault: StressFault? { fault.flatMap(StressFault.init(rawValue:)) }
}
