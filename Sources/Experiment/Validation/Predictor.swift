import Foundation
import SimulatedMachine

/// The link from points to the simulated machine.
package enum Predictor {
    /// Machines that have a name; any other is a path.
    package static var machineNames: [String] { MachinePreset.names }

    package static var machines: String { MachinePreset.allowed }

    package static func isKnownMachine(_ machine: String) -> Bool {
        machineNames.contains(machine) || FileManager.default.fileExists(atPath: machine)
    }

    /// Virtual nanoseconds before the measured part of a prediction, and of it.
    package static let warmupNanoseconds = 10_000_000
    package static let measuredNanoseconds = 50_000_000
    package static let seed: UInt64 = 1

    /// Runs the simulated machine once, with that seed, warm-up and duration.
    /// - Throws: why it cannot run
    package static func predict(_ run: ValidationRun) throws(ScenarioError) -> PointPrediction {
        let scenario = scenario(of: run)
        guard let outcome = try Runner(cancellation: Cancellation()).run(scenario, progress: { _, _ in }) else {
            throw ScenarioError(.data, "the run came to no result")
        }
        let result = outcome.result
        if let violation = result.violations.first { throw ScenarioError(.data, "the run violated a check: \(violation)") }
        return PointPrediction(
            mapsPerCPUPerSecond: run.workload == .dmaMap50 ? result.syncsPerSecond / Double(run.cpus) : nil,
            casAttemptsPerAllocation: result.casAttemptsPerAllocation, syncNanoseconds: result.syncNanoseconds?.mean)
    }

    static func scenario(of run: ValidationRun) -> Scenario {
        var scenario = Scenario()
        scenario.machine = MachineChoice(run.machine)
        scenario.algorithm = run.algorithm
        scenario.producers = run.cpus
        scenario.sync = run.sync
        scenario.simulation.placement = run.placement
        scenario.simulation.warmupNanoseconds = warmupNanoseconds
        scenario.length = .seconds(Double(measuredNanoseconds) / 1e9)
        scenario.log2Entries = 16
        scenario.repeats = 1
        scenario.seed = seed
        switch run.workload {
        case .dmaMap50: scenario.workload = .dmaMap(.init())
        case .loneSync:
            scenario.workload = .loneSync
            scenario.latencySampling = 1
        }
        return scenario
    }
}
