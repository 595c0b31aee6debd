import Foundation

/// The link from points to the simulated machine.
package enum Predictor {
    /// Machines that have a name; any other is a path.
    package static let machineNames = ["kunpeng920", "grace", "neoverse-n1", "morello"]

    package static var machines: String { "\(machineNames.joined(separator: ", ")), or the path of a machine file" }

    package static func isKnownMachine(_ machine: String) -> Bool {
        machineNames.contains(machine) || FileManager.default.fileExists(atPath: machine)
    }

    /// Runs the simulated machine once.
    /// - Throws: why it cannot run
    package static func predict(_ run: ValidationRun) throws(ScenarioError) -> PointPrediction {
        throw ScenarioError(.usage, "simulated predictions are not available: this build of cmdqsim has no simulated machine")
    }
}
