import CommandQueue
@testable import Experiment
@testable import ExploringMachine
import Machine
import Testing

/// What producers do where the SMMU stops, and whether they say so. Lists have more commands than one.
@Suite("Devices that stop") struct StoppedDeviceTests {
    private static func explore(
        reportsTimeouts: Bool = true, _ change: (inout ExplorationScenario) -> Void
    ) throws -> (result: Exploration, steps: [ExecutionStep], scenario: ExplorationScenario) {
        var scenario = ExplorationScenario()
        scenario.sync = .cons
        scenario.batch = 2
        scenario.deviceStopsAfter = 1
        // Only so that a test ends: a loaded host may take minutes where a quiet one takes seconds.
        scenario.limits.seconds = 900
        change(&scenario)
        #expect(scenario.problem == nil)
        var exploration = QueueExploration(scenario)
        exploration.reportsTimeouts = reportsTimeouts
        var steps: [ExecutionStep] = []
        let result = try #require(exploration.run { steps = $0 })
        return (result, steps, scenario)
    }

    /// Bug B2: there is some space and not enough, and the producer looks again and again, with no timeout over it.
    @Test(arguments: [MemoryModel.sc, .tso, .arm], [ExplorationScenario.Sync.none, .cons])
    func aWaitForNotFullMissesItsTimeout(model: MemoryModel, sync: ExplorationScenario.Sync) throws {
        for (wait, mutation) in [(LinuxQueue.SpaceWait.notFull, ProtocolMutation.none), (.enough, .awaitsNotFull), (.enough, .none)] {
            let (result, _, _) = try Self.explore {
                $0.model = model
                $0.sync = sync
                $0.mutation = mutation
                if sync == .none { ($0.producers, $0.commands, $0.batch, $0.deviceStopsAfter) = (1, 2, 3, 0) }
                $0.spaceWait = wait
            }
            if wait == .notFull || mutation == .awaitsNotFull {
                #expect(result.violation?.hasPrefix("deadlock: nothing will end what P") == true && result.violation?.contains("(awaitSpace)") == true)
            } else {
                #expect(result.verdict == .complete && result.timeouts > 0 && result.executions > 0 && result.cut == 0, "\(result.violation ?? "")")
            }
        }
    }

    @Test(arguments: [ExplorationScenario.Strategy.random, .pct, .preemptions], [MemoryModel.sc, .arm])
    func drawnRunsFindItToo(strategy: ExplorationScenario.Strategy, model: MemoryModel) throws {
        if strategy == .preemptions, model != .sc { return }
        for wait in LinuxQueue.SpaceWait.allCases {
            let (result, _, _) = try Self.explore {
                $0.model = model
                $0.strategy = strategy
                $0.spaceWait = wait
                $0.limits.executions = 300
            }
            #expect((result.violation?.contains("(awaitSpace)") == true) == (wait == .notFull), "\(result.violation ?? "")")
            if wait == .enough { #expect(result.verdict == .limit && result.timeouts > 0 && result.executions > 0) }
        }
    }

    /// Which a running device is not in the way of.
    @Test(arguments: [MemoryModel.sc, .tso, .arm], ExplorationScenario.Sync.allCases)
    func listsOfMoreCommandsAreRight(model: MemoryModel, sync: ExplorationScenario.Sync) throws {
        for wait in LinuxQueue.SpaceWait.allCases {
            let (result, _, _) = try Self.explore {
                $0.model = model
                $0.sync = sync
                $0.deviceStopsAfter = nil
                $0.spaceWait = wait
            }
            #expect(result.verdict == .complete && result.cut == 0 && result.executions > 5, "\(result.violation ?? "")")
        }
    }

    @Test(arguments: [MemoryModel.sc, .arm]) func eachExecutionComesOnce(model: MemoryModel) throws {
        var scenario = ExplorationScenario()
        (scenario.model, scenario.sync, scenario.batch, scenario.deviceStopsAfter, scenario.spaceWait) = (model, .cons, 2, 1, .enough)
        let exploration = QueueExploration(scenario)
        let record = FixedBuffer(count: 1, repeating: ProtocolRecord(geometry: exploration.placement.geometry))
        defer {
            record[0].deallocate()
            record.deallocate()
        }
        let explorer = try #require(exploration.makeExplorer())
        var few = scenario.limits
        few.runs = 30
        _ = exploration.explore(record, explorer, few)
        var executions: Set<UInt64> = []
        let result = exploration.explore(record, explorer, scenario.limits) { executions.insert($0.fingerprint) }
        #expect(result.verdict == .complete && executions.count == result.executions && result.executions > 10)
    }

    @Test(arguments: [(ExplorationScenario.Sync.none, "1 waits for space time out, and 0 are reported"), (.cons, "1 CMD_SYNCs time out, and 0 are reported")])
    func timeoutsMustBeReported(sync: ExplorationScenario.Sync, words: String) throws {
        let (result, steps, scenario) = try Self.explore(reportsTimeouts: false) {
            $0.producers = 1
            $0.sync = sync
            if sync == .none { $0.commands = 3 }
            $0.spaceWait = .enough
        }
        #expect(result.violation == words)
        var following = scenario
        following.followsRetries = true
        var exploration = QueueExploration(following)
        exploration.reportsTimeouts = false
        #expect(exploration.run(following: ScheduleStep.schedule(of: steps))?.violation == words)
    }

    /// Found in the algorithm as it ships: who gives a CMD_SYNC up in MSI mode stores its slot as cons, as if the device had come so far.
    @Test(arguments: [ExplorationScenario.Sync.msi, .cons]) func aGivenUpMSIMovesTheSoftwareConsTooFar(sync: ExplorationScenario.Sync) throws {
        let (result, _, _) = try Self.explore {
            ($0.producers, $0.batch, $0.deviceStopsAfter, $0.sync) = (1, 1, 0, sync)
        }
        #expect((result.violation?.hasPrefix("the software cons is moved to 1 by one who cannot know") == true) == (sync == .msi))
    }

    /// A device that executes one entry too many, or fewer, is noticed.
    @Test func howFarItComesIsChecked() throws {
        let record = FixedBuffer(count: 1, repeating: ProtocolRecord(geometry: QueueExploration(ExplorationScenario()).placement.geometry))
        defer {
            record[0].deallocate()
            record.deallocate()
        }
        record[0].slots[0].allocations = 1
        for (stopsAfter, executions, isRight) in [(1, 1, true), (0, 1, false), (0, 0, true), (1, 0, false)] {
            record[0].slots[0].executions = UInt8(executions)
            let checks = ProtocolChecks(
                placement: QueueExploration(ExplorationScenario()).placement, record: record, device: 1, entries: 1, stopsAfter: stopsAfter,
                isStrict: false, hasSeparateCons: false)
            #expect((checks.problem(allocated: 1, prod: 1, lock: 0, timeouts: { _ in 0 }) == nil) == isRight)
        }
    }

    @Test func whatDoesNotFitIsSaid() {
        var scenario = ExplorationScenario()
        scenario.batch = 4
        #expect(scenario.problem?.contains("never fits a queue of 4") == true)
        scenario.batch = 1
        (scenario.queue, scenario.spaceWait, scenario.log2Entries) = (.fetchAdd, .enough, 3)
        #expect(scenario.problem?.contains("in its own way") == true)
        (scenario.spaceWait, scenario.deviceStopsAfter) = (.notFull, 1)
        #expect(scenario.problem?.contains("not all waits of --algorithm fetch-add") == true)
        (scenario.queue, scenario.deviceStopsAfter) = (.linux, 5_000_000_000)
        #expect(scenario.problem?.contains("0 to 1000 entries") == true)
    }
}

/// Mutation m9: a page is unmapped while a device is attached that keeps translations of its own.
@Suite("Unmapping beside a device with ATS") struct UnmapExplorationTests {
    private static func explore(_ change: (inout ExplorationScenario) -> Void) throws -> Exploration {
        try QueueExplorationTests.explore {
            $0.work = .unmap
            change(&$0)
        }
    }

    @Test(arguments: [MemoryModel.sc, .tso, .arm], [ExplorationScenario.Sync.msi, .cons])
    func isRight(model: MemoryModel, sync: ExplorationScenario.Sync) throws {
        for producers in 1...2 {
            let result = try Self.explore { ($0.model, $0.sync, $0.producers) = (model, sync, producers) }
            #expect(result.verdict == .complete && result.executions >= 5, "\(result.violation ?? "")")
        }
    }

    /// The load that sees an MSI holds no later load back; the read of CONS has a load barrier behind it. Other models have loads in order.
    @Test(arguments: [(MemoryModel.arm, ExplorationScenario.Sync.msi, true), (.arm, .cons, false), (.sc, .msi, false), (.tso, .msi, false)])
    func theBarrierIsNeeded(model: MemoryModel, sync: ExplorationScenario.Sync, isFound: Bool) throws {
        let result = try Self.explore {
            ($0.model, $0.sync, $0.mutation) = (model, sync, .noATSBarrier)
        }
        #expect((result.violation?.hasPrefix("P0 unmaps a page and finds no device with ATS") == true) == isFound)
        #expect((result.verdict == .complete) == !isFound)
    }

    @Test func drawnRunsAreRightToo() throws {
        let result = try Self.explore { ($0.model, $0.strategy, $0.limits.executions) = (.sc, .random, 2000) }
        #expect(result.verdict == .limit && result.distinct > 20)
    }

    @Test func whatDoesNotGoTogetherIsSaid() {
        var scenario = ExplorationScenario()
        (scenario.work, scenario.sync) = (.unmap, .none)
        #expect(scenario.problem?.contains("--sync msi or cons") == true)
        (scenario.sync, scenario.producers, scenario.log2Entries) = (.msi, 6, 4)
        #expect(scenario.problem?.contains("1 to 5") == true)
        (scenario.producers, scenario.work, scenario.mutation) = (2, .insert, .noATSBarrier)
        #expect(scenario.problem?.contains("--work unmap") == true)
    }
}
