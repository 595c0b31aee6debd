import SimulatedMachine
import Workload

@testable import Experiment

/// Small runs on a machine of four dies with four cores each.
enum SimulatedRuns {
    static var model: MachineModel {
        var model = MachineModel(name: "test")
        model.topology.sockets = 2
        model.topology.diesPerSocket = 2
        model.topology.clustersPerDie = 2
        model.topology.coresPerCluster = 2
        return model
    }

    static func scenario(producers: Int, _ change: (inout Scenario) -> Void = { _ in }) -> Scenario {
        var scenario = Scenario()
        scenario.producers = producers
        scenario.batch = 3
        scenario.length = .commands(180 * producers)
        change(&scenario)
        return scenario
    }

    /// - Parameter change: what else is set of the run
    static func run(
        _ scenario: Scenario, model: MachineModel = model, _ change: (inout SimulatedRepeat) -> Void = { _ in }
    ) throws -> RepeatOutcome {
        var streams = RecordedStreams()
        var run = SimulatedRepeat(
            scenario: scenario, plan: try RunPlan(scenario, streams: &streams), setup: RunSetup(scenario), model: model,
            cores: Array(0..<scenario.producers))
        change(&run)
        return run.run().0
    }
}
