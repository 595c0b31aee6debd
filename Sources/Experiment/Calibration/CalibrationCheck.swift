import Machine
import SimulatedMachine

/// The native machine against the simulated one that was calibrated on the same host in the same minute.
package struct CalibrationCheck: Sendable {
    package struct Point: Sendable {
        package var producers: Int
        package var batch: Int
        package var sync: SyncMode
        /// Commands per second, the median of the native machine's repeats.
        package var measured: Double
        package var quartiles: ClosedRange<Double>
        package var predicted: Double

        package var ratio: Double { predicted / measured }
        /// By what factor it is off, to either side.
        package var distance: Double { max(ratio, 1 / ratio) }
    }

    /// 1 and 2 producers, batches of 1, 8 and 63, MSI and CONS.
    package static let scenarios: [Scenario] = [1, 2].flatMap { producers in
        [SyncMode.msi, .cons].flatMap { sync in
            [1, 8, 63].map { batch in
                var scenario = Scenario()
                scenario.producers = producers
                scenario.batch = batch
                scenario.sync = sync
                scenario.latencySampling = 0
                return scenario
            }
        }
    }

    /// Native repeats of each scenario so far.
    private var measured: [[Double]] = scenarios.map { _ in [] }

    package init() {}

    /// Adds one short native run of each scenario.
    package mutating func sample(seconds: Double, cancellation: Cancellation) throws(ScenarioError) {
        for index in Self.scenarios.indices where !cancellation.isCancelled {
            var scenario = Self.scenarios[index]
            scenario.length = .seconds(seconds)
            var streams = RecordedStreams()
            let outcome = try NativeRepeat(
                scenario: scenario, plan: try RunPlan(scenario, streams: &streams), cancellation: cancellation).run()
            if outcome.isComplete { measured[index].append(outcome.commandsPerSecond) }
        }
    }

    /// The points that were measured, with what the machine predicts for them.
    package func points(predictedBy model: MachineModel, cancellation: Cancellation) throws(ScenarioError) -> [Point] {
        var points: [Point] = []
        for (scenario, rates) in zip(Self.scenarios, measured) where !rates.isEmpty && !cancellation.isCancelled {
            let rates = rates.sorted()
            points.append(Point(
                producers: scenario.producers, batch: scenario.batch ?? 1, sync: scenario.sync, measured: rates[rates.count / 2],
                quartiles: rates[rates.count / 4]...rates[rates.count * 3 / 4],
                predicted: try Self.predict(scenario, on: model, cancellation: cancellation)))
        }
        return points
    }

    /// Commands per second.
    static func predict(_ scenario: Scenario, on model: MachineModel, cancellation: Cancellation) throws(ScenarioError) -> Double {
        var scenario = scenario
        scenario.machine = .simulated(model.name)
        scenario.simulation.warmupNanoseconds = 1_000_000
        scenario.length = .seconds(0.02)
        var streams = RecordedStreams()
        return try SimulatedRepeat(
            scenario: scenario, plan: try RunPlan(scenario, streams: &streams), model: model, cancellation: cancellation).run().commandsPerSecond
    }
}
