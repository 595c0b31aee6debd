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

    static func run(_ scenario: Scenario, timeline: TraceOptions? = nil) throws -> RepeatOutcome {
        var streams = RecordedStreams()
        var run = SimulatedRepeat(
            scenario: scenario, plan: try RunPlan(scenario, streams: &streams), model: model, cancellation: Cancellation())
        run.timeline = timeline
        return try run.run()
    }
}

extension Scenario {
    /// The same for so long, the first part of it not measured; nanoseconds of virtual time.
    func lasting(_ nanoseconds: Int, warmup: Int) -> Scenario {
        var scenario = self
        scenario.length = .seconds(Double(nanoseconds - warmup) / 1e9)
        scenario.simulation.warmupNanoseconds = warmup
        return scenario
    }
}
