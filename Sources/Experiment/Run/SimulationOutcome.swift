import SimulatedMachine

/// What a simulated repeat came to beyond what every repeat does.
struct SimulationOutcome: Sendable {
    var operations: OperationCounts
    var events: UInt64
    /// Of the host, spent on the simulation. In no result: it differs from run to run.
    var hostSeconds: Double
    /// By part of memory.
    var regions: [(name: String, statistics: LineStatistics)]
    var time: TimeReport
    /// Where one was asked for.
    var timeline: Timeline?
}

/// What simulating cost the host.
package struct SimulationCost: Sendable {
    /// Loads, stores and read-modify-writes, register accesses, and words that the device read or wrote.
    package var memoryOperations: UInt64
    /// Of the simulation's engine.
    package var events: UInt64
    package var hostSeconds: Double

    init?(_ outcomes: [SimulationOutcome]) {
        guard !outcomes.isEmpty else { return nil }
        memoryOperations = outcomes.reduce(0) { $0 + $1.operations.total }
        events = outcomes.reduce(0) { $0 + $1.events }
        hostSeconds = outcomes.reduce(0) { $0 + $1.hostSeconds }
    }
}
