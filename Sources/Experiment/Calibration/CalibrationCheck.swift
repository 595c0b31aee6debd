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
        package var repeats: Int
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
                // Where threads run is not predicted: they are where the simulated ones are.
                scenario.pinned = true
                return scenario
            }
        }
    }

    /// Native rates of one round, by scenario, and what a line took before it.
    private struct Round {
        var read: Double
        var rates: [Double?]
    }

    private var rounds: [Round] = []

    package init() {}

    /// Adds one short native run of each scenario; `calibration` has been sampled just before.
    package mutating func sample(seconds: Double, after calibration: Calibration, cancellation: Cancellation) throws(ScenarioError) {
        var round = Round(read: calibration.recentRead, rates: [])
        for scenario in Self.scenarios {
            guard !cancellation.isCancelled else { return }
            var scenario = scenario
            scenario.length = .seconds(seconds)
            var streams = RecordedStreams()
            let outcome = try NativeRepeat(
                scenario: scenario, plan: try RunPlan(scenario, streams: &streams), cancellation: cancellation).run()
            round.rates.append(outcome.isComplete ? outcome.commandsPerSecond : nil)
        }
        rounds.append(round)
    }

    /// The rounds before and after which a line took about as long as in the calibration; all where there is none.
    ///
    /// A virtual machine's cores are near each other at one time and far at another: a median over both belongs to neither.
    private func rounds(like read: Double, last: Double) -> [Round] {
        let isAlike = { (other: Double) in other < read * 1.25 && other > read / 1.25 }
        let alike = rounds.indices.filter { index in
            isAlike(rounds[index].read) && isAlike(index + 1 < rounds.count ? rounds[index + 1].read : last)
        }
        return alike.isEmpty ? rounds : alike.map { rounds[$0] }
    }

    /// The points that were measured, with what the machine predicts for them.
    package func points(
        calibratedBy calibration: Calibration, predictedBy model: MachineModel, cancellation: Cancellation
    ) throws(ScenarioError) -> [Point] {
        var points: [Point] = []
        let rounds = rounds(like: calibration.read.median, last: calibration.recentRead)
        for (index, scenario) in Self.scenarios.enumerated() where !cancellation.isCancelled {
            let rates = rounds.compactMap { $0.rates[index] }
            guard !rates.isEmpty else { continue }
            let ordered = rates.sorted()
            points.append(Point(
                producers: scenario.producers, batch: scenario.batch ?? 1, sync: scenario.sync, measured: ordered[rates.count / 2],
                quartiles: ordered[rates.count / 4]...ordered[rates.count * 3 / 4],
                repeats: rates.count, predicted: try Self.predict(scenario, on: model, cancellation: cancellation)))
        }
        return points
    }

    /// Repeats with seeds of their own, whose median is the prediction, as it is with the native machine's: few where they agree, or many.
    private static let repeats = (few: 9, many: 25)
    /// They agree where the middle half is not wider than this part of the median.
    private static let agreement = 0.05

    /// Commands per second.
    static func predict(_ scenario: Scenario, on model: MachineModel, cancellation: Cancellation) throws(ScenarioError) -> Double {
        try median { seed throws(ScenarioError) in
            var scenario = scenario
            scenario.seed = seed
            return try predictOnce(scenario, on: model, cancellation: cancellation)
        }
    }

    /// The median of as many rates as are needed, of seeds from 1 on.
    static func median(of rate: (UInt64) throws(ScenarioError) -> Double) throws(ScenarioError) -> Double {
        var rates: [Double] = []
        while rates.count < repeats.many {
            rates.append(try rate(UInt64(rates.count + 1)))
            guard rates.count == repeats.few else { continue }
            let ordered = rates.sorted()
            if ordered[repeats.few * 3 / 4] - ordered[repeats.few / 4] <= agreement * ordered[repeats.few / 2] { break }
        }
        return rates.sorted()[rates.count / 2]
    }

    private static func predictOnce(_ scenario: Scenario, on model: MachineModel, cancellation: Cancellation) throws(ScenarioError) -> Double {
        var scenario = scenario
        scenario.machine = .simulated(model.name)
        scenario.simulation.warmupNanoseconds = 1_000_000
        scenario.length = .seconds(0.02)
        var streams = RecordedStreams()
        return try SimulatedRepeat(
            scenario: scenario, plan: try RunPlan(scenario, streams: &streams), model: model, cancellation: cancellation).run().commandsPerSecond
    }
}
