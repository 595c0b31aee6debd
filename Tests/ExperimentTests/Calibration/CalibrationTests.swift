@testable import Experiment
import Machine
@testable import SimulatedMachine
import Testing

/// What is measured is checked for its form only: how long something takes is no matter of tests.
@Suite(.serialized, .enabled(if: NativeThreads.availableProcessors >= 2)) struct CalibrationTests {
    @Test func theFileIsCanonical() throws {
        var calibration = Calibration()
        try calibration.sample()
        try calibration.sample()
        #expect(calibration.samples == 2)
        let machine = try calibration.machine()
        let text = machine.yaml()
        let read = try MachineFile(yaml: text, file: "this-host.yaml")
        #expect(read == machine)
        #expect(read.yaml() == text)
        #expect(machine.model.name == "this-host" && machine.model.device.isThread)
        #expect(machine.model.topology.cores == NativeThreads.availableProcessors)
        for (path, provenance) in machine.provenance { #expect(provenance.kind == .sourced && provenance.source.count > 8, "\(path)") }
        let measured = machine.provenance.filter { $0.value.source.hasPrefix("measured on ") }
        // Interruptions and time slices may not have been seen in so short a time.
        #expect(measured.count >= 21 && measured.keys.contains("memory.read-of-written"))
        for path in measured.keys {
            let field = try #require(MachineField.named(path))
            if path == "memory.read-of-written" { continue }
            guard case .time(let range, let place) = field.kind else {
                Issue.record("\(path) is no time")
                continue
            }
            #expect(range.contains(machine.model[keyPath: place]), "\(path)")
        }
        // What cannot take no time at all.
        let positive = [
            machine.model.processor.step, machine.model.processor.loadHit, machine.model.processor.atomicHit, machine.model.processor.relax,
            machine.model.processor.yield, machine.model.processor.contextSwitch, machine.model.memory.transferInCluster,
            machine.model.device.tlbInvalidation,
        ]
        #expect(positive.allSatisfy { $0 > 0 }, "\(positive)")
    }

    @Test func someInsertionsFindNoSpace() throws {
        let delays = try #require(try SpaceLooks.measure(insertions: 64))
        #expect(delays.missing.isFinite && delays.resumed.isFinite)
    }

    @Test func samplesHaveAMedianAndAMiddleHalf() {
        let time = MeasuredTime([9, 1, 5, 3, 7])
        #expect(time.median == 5 && time.quartiles == 3...7 && time.samples == 5)
        #expect(MeasuredTime([]).samples == 0)
    }

    @Test func aPointIsAsFarOffOnEitherSide() {
        func point(_ predicted: Double) -> CalibrationCheck.Point {
            CalibrationCheck.Point(producers: 1, batch: 1, sync: .msi, measured: 100, quartiles: 90...110, repeats: 3, predicted: predicted)
        }
        #expect(point(125).ratio == 1.25 && point(125).distance == 1.25)
        #expect(point(80).ratio == 0.8 && point(80).distance == 1.25)
    }

    @Test func whatIsCompared() {
        let scenarios = CalibrationCheck.scenarios
        #expect(scenarios.count == 12)
        #expect(Set(scenarios.map { "\($0.producers) \($0.batch ?? 0) \($0.sync)" }).count == 12)
        #expect(scenarios.allSatisfy { $0.machine.isNative && $0.backoff == .standard })
    }
}

/// The native machine in virtual time: a device that is a thread, and cores that threads share. The constants are made up.
@Suite struct ThreadMachineTests {
    private static func model(ordersStores: Bool) -> MachineModel {
        var model = MachineModel(name: "threads")
        model.topology.coresPerCluster = 2
        model.device.isThread = true
        model.processor.ordersStores = ordersStores
        model.processor.waitsForEvents = false
        model.processor.relax = 25_000
        model.processor.yield = 700_000
        model.processor.contextSwitch = 2_000_000
        model.processor.timeSlice = 200_000_000
        (model.memory.busyInCluster, model.memory.busyInDie, model.memory.busyInSocket, model.memory.busyAcross) = (0, 0, 0, 0)
        model.device.tlbInvalidation = 4_000
        model.device.sync = 20_000
        return model
    }

    private static func run(_ scenario: Scenario, _ model: MachineModel) throws -> RepeatOutcome {
        var streams = RecordedStreams()
        return try SimulatedRepeat(
            scenario: scenario, plan: try RunPlan(scenario, streams: &streams), model: model, cancellation: Cancellation()).run()
    }

    private static func scenario(producers: Int, sync: SyncMode) -> Scenario {
        var scenario = Scenario()
        scenario.machine = .simulated("threads")
        scenario.producers = producers
        scenario.sync = sync
        scenario.batch = 3
        scenario.log2Entries = 7
        scenario.length = .commands(600)
        scenario.checks = .full
        return scenario
    }

    @Test(arguments: [1, 2, 5], SyncMode.allCases)
    func runsPassTheirChecks(producers: Int, sync: SyncMode) throws {
        for algorithm in Algorithm.allCases where algorithm != .mutex {
            for ordersStores in [false, true] {
                var scenario = Self.scenario(producers: producers, sync: sync)
                scenario.algorithm = algorithm
                try Self.expectPass(scenario, ordersStores: ordersStores)
            }
        }
    }

    @Test(arguments: [Backoff.yield(looks: 1), .spin, .linux], SyncMode.allCases)
    func waitingInEveryWay(backoff: Backoff, sync: SyncMode) throws {
        var scenario = Self.scenario(producers: 3, sync: sync)
        scenario.backoff = backoff
        scenario.length = .commands(60)
        try Self.expectPass(scenario, ordersStores: true)
    }

    private static func expectPass(_ scenario: Scenario, ordersStores: Bool) throws {
        guard case .commands(let commands) = scenario.length else { throw ScenarioError(.usage, "no number of commands") }
        let outcome = try run(scenario, model(ordersStores: ordersStores))
        let label = "\(scenario.algorithm) \(scenario.backoff) \(ordersStores)"
        #expect(outcome.violations.lines == [], "\(label)")
        #expect(outcome.isComplete && outcome.issued == commands && outcome.executed == commands, "\(label)")
    }

    @Test func runsAreTheSame() throws {
        let scenario = Self.scenario(producers: 3, sync: .msi)
        let first = try Self.run(scenario, Self.model(ordersStores: true))
        let second = try Self.run(scenario, Self.model(ordersStores: true))
        #expect(first.nanoseconds > 0 && first.nanoseconds == second.nanoseconds && first.counts == second.counts)
    }

    /// A prediction is the median of several runs, as a measurement is one of several.
    @Test func aPredictionIsAMedian() throws {
        var model = Self.model(ordersStores: true)
        // So that 20 ms hold few commands.
        (model.device.tlbInvalidation, model.device.sync) = (400_000, 400_000)
        var scenario = Scenario()
        scenario.producers = 2
        scenario.batch = 8
        scenario.latencySampling = 0
        let predicted = try CalibrationCheck.predict(scenario, on: model, cancellation: Cancellation())
        scenario.machine = .simulated(model.name)
        scenario.simulation.warmupNanoseconds = 1_000_000
        scenario.length = .seconds(0.02)
        var rates: [Double] = []
        let median = try CalibrationCheck.median { seed throws(ScenarioError) in
            scenario.seed = seed
            do {
                rates.append(try Self.run(scenario, model).commandsPerSecond)
            } catch {
                throw ScenarioError(.usage, "\(error)")
            }
            return rates.last!
        }
        #expect(Set(rates).count > 4, "\(rates)")
        #expect(predicted == median && predicted == rates.sorted()[rates.count / 2])
        // No other one of them would do.
        #expect(rates.filter { $0 == predicted }.count == 1 && rates[0] != predicted, "\(rates)")
    }

    /// Nine are enough where they agree: the third and the seventh are within 5 % of the fifth.
    @Test(arguments: [(0.012, 9), (0.013, 25)])
    func moreAreNeededWhereTheyDiffer(step: Double, count: Int) throws {
        var seeds: [UInt64] = []
        let median = try CalibrationCheck.median { seed throws(ScenarioError) in
            seeds.append(seed)
            return 100 * (1 + step * (Double(seed) - 5))
        }
        #expect(seeds == (1...UInt64(count)).map { $0 })
        #expect(median == 100 * (1 + step * (Double(count / 2 + 1) - 5)))
    }

    /// A slower line makes everything slower, on one core or two.
    @Test func linesDecide() throws {
        let scenario = Self.scenario(producers: 1, sync: .msi)
        var slow = Self.model(ordersStores: true)
        (slow.memory.transferInCluster, slow.memory.transferInDie, slow.memory.homeInDie) = (150_000, 150_000, 150_000)
        #expect(try Self.run(scenario, slow).nanoseconds > 2 * Self.run(scenario, Self.model(ordersStores: true)).nanoseconds)
    }
}
