@testable import Experiment
import Machine
import Testing
import Workload

/// A sound queue survives what happens to it, and the run says how often it happened.
@Suite(.serialized) struct DisturbanceTests {
    /// Small enough a ring that producers wait for space.
    private static func scenario(_ algorithm: Algorithm, _ disturbances: [Disturbance]) -> Scenario {
        var scenario = quick(producers: 3, commands: 3000)
        scenario.batch = 5
        // Less than all producers want at once, but for fetch-add, which must not be lapped.
        scenario.log2Entries = algorithm == .fetchAdd ? 5 : 3
        scenario.allowSmallRing = true
        scenario.algorithm = algorithm
        scenario.checks = .full
        scenario.repeats = 1
        scenario.warmups = 0
        scenario.timeoutMilliseconds = 5000
        scenario.disturbances = disturbances
        return scenario
    }

    /// The lock by which space is looked for is free where no CMD_SYNC is in flight: most insertions have none.
    private static func fillTheRing(_ scenario: inout Scenario) {
        scenario.batch = nil
        var loop = DMALoop()
        loop.pagesPerUnmap = 200
        scenario.workload = .dma(loop)
        scenario.log2Entries = scenario.algorithm == .fetchAdd ? 8 : 7
        scenario.length = .commands(20_000)
    }

    private static func disturbance(_ kind: Disturbance.Kind) -> Disturbance {
        var disturbance = Disturbance(kind)
        (disturbance.first, disturbance.every, disturbance.nanoseconds) = (3, 20, 200_000)
        return disturbance
    }

    @Test(arguments: Algorithm.allCases, Disturbance.Kind.allCases)
    func isSurvived(algorithm: Algorithm, kind: Disturbance.Kind) throws {
        var scenario = Self.scenario(algorithm, [Self.disturbance(kind)])
        if kind == .lostMSI {
            // Each costs a timeout.
            scenario.disturbances[0].every = 100
            scenario.timeoutMilliseconds = 300
        }
        if kind == .pauseHoldingExclusiveLock { Self.fillTheRing(&scenario) }
        guard kind.exists(in: algorithm) else {
            #expect(throws: ScenarioError.self) { try run(scenario) }
            return
        }
        let result = try run(scenario)
        #expect(result.violations == [])
        // Whether a producer ever has to look for space is the host's affair.
        if kind != .pauseHoldingExclusiveLock { #expect(result.disturbances[kind.rawValue, default: 0] >= 1) }
        if kind == .lostMSI { #expect(result.syncTimeouts == result.disturbances[kind.rawValue]) }
        if kind == .illegalCommand {
            // 600 insertions: each producer's 3rd, 23rd and so on.
            #expect(result.disturbances[kind.rawValue]! >= 29)
            #expect(result.commandsIssued == result.commandsExecuted + result.disturbances[kind.rawValue]!)
        }
        scenario.disturbances = []
        #expect(try run(scenario).disturbances.isEmpty)
    }

    @Test(arguments: Algorithm.simulated, Disturbance.Kind.allCases)
    func isSurvivedInVirtualTime(algorithm: Algorithm, kind: Disturbance.Kind) throws {
        guard kind.exists(in: algorithm) else { return }
        var scenario = Self.scenario(algorithm, [Self.disturbance(kind)])
        // Little is in the ring, and who finds some space but not enough looks again at once: waiting is what takes host time here.
        scenario.disturbances[0].nanoseconds = 50_000
        scenario.timeoutMilliseconds = 1
        if kind == .lostMSI { scenario.disturbances[0].every = 100 }
        if kind == .pauseHoldingExclusiveLock { Self.fillTheRing(&scenario) }
        let outcome = try SimulatedRuns.run(scenario)
        #expect(outcome.violations.lines == [])
        #expect(outcome.disturbances[kind, default: 0] >= 1)
        #expect(outcome.counts.syncTimeouts == (kind == .lostMSI ? outcome.disturbances[kind]! : 0))
        scenario.disturbances = []
        let calm = try SimulatedRuns.run(scenario)
        #expect(calm.disturbances.isEmpty)
        // A command more or less takes no time of its own.
        if kind != .illegalCommand { #expect(calm.nanoseconds < outcome.nanoseconds) }
    }

    /// Who is behind a producer that sleeps with its slots unpublished cannot go on.
    @Test func aPauseStopsEveryoneBehind() throws {
        var pause = Disturbance(.pauseBeforePublishing)
        (pause.producer, pause.every) = (0, 1)
        let scenario = SimulatedRuns.scenario(producers: 4) { $0.disturbances = [pause] }
        let outcome = try SimulatedRuns.run(scenario)
        // 60 insertions of producer 0, 5 ms each: the others could have been done in a fraction of that.
        #expect(outcome.disturbances == [.pauseBeforePublishing: 60])
        #expect(outcome.nanoseconds >= 60 * 5_000_000)
        let others = try SimulatedRuns.run(SimulatedRuns.scenario(producers: 4) { _ in })
        #expect(others.nanoseconds < 5_000_000)
    }

    @Test func visitsAreCountedForEachProducer() throws {
        var pause = Disturbance(.pauseBeforePublishing)
        (pause.nanoseconds, pause.first, pause.every) = (1000, 10, 25)
        // 60 insertions each: visits 10, 35 and 60.
        let all = try SimulatedRuns.run(SimulatedRuns.scenario(producers: 4) { $0.disturbances = [pause] })
        #expect(all.disturbances == [.pauseBeforePublishing: 12])
        pause.producer = 2
        let one = try SimulatedRuns.run(SimulatedRuns.scenario(producers: 4) { $0.disturbances = [pause] })
        #expect(one.disturbances == [.pauseBeforePublishing: 3])
        pause.every = nil
        let once = try SimulatedRuns.run(SimulatedRuns.scenario(producers: 4) { $0.disturbances = [pause] })
        #expect(once.disturbances == [.pauseBeforePublishing: 1])
    }

    /// The allowance for what a disturbance brings hides nothing else.
    @Test func faultsAreCaughtAllTheSame() throws {
        for fault in [SeededFault.lostSlot, .earlySync] {
            var scenario = Self.scenario(.linux, [Self.disturbance(.illegalCommand), Self.disturbance(.lostMSI)])
            scenario.disturbances[1].every = nil
            scenario.timeoutMilliseconds = 300
            scenario.fault = fault
            // A producer that returns early must not lap others' valid bits, or all would wait for ever.
            scenario.log2Entries = 8
            scenario.device.tlbiNanoseconds = 20_000
            #expect(try run(scenario).violations != [], "\(fault)")
        }
    }

    @Test func timeoutsMustBeThoseOfLostMSIs() {
        var scenario = Self.scenario(.linux, [Disturbance(.lostMSI)])
        var outcome = RepeatOutcome()
        outcome.counts.syncTimeouts = 2
        outcome.disturbed([.lostMSI: 1], in: scenario)
        #expect(outcome.violations.lines == ["2 CMD_SYNCs timed out, but 1 MSIs were lost"])
        scenario.disturbances = [Disturbance(.illegalCommand)]
        outcome = RepeatOutcome()
        outcome.refused = 3
        outcome.disturbed([.illegalCommand: 4], in: scenario)
        #expect(outcome.violations.lines == ["4 illegal commands were written, but the device refused 3 commands"])
    }

    @Test func whatCannotHappenIsRefused() {
        func check(_ words: String, sourceLocation: SourceLocation = #_sourceLocation, change: (inout Scenario) -> Void) {
            var scenario = Self.scenario(.linux, [Disturbance(.pauseBeforePublishing)])
            change(&scenario)
            let error = #expect(throws: ScenarioError.self, sourceLocation: sourceLocation) { try scenario.validateFields() }
            #expect(error?.message.contains(words) == true, "\(String(describing: error))", sourceLocation: sourceLocation)
        }
        check("there is no producer 3; allowed is 0 to 2") { $0.disturbances[0].producer = 3 }
        check("first and every are 1 to") { $0.disturbances[0].first = 0 }
        check("first and every are 1 to") { $0.disturbances[0].every = 0 }
        check("0 ns are out of range") { $0.disturbances[0].nanoseconds = 0 }
        check("algorithm spinlock has no such moment; linux, spinlock-on-failure, fetch-add have") {
            $0.algorithm = .spinlock
            $0.disturbances[0].kind = .pauseBeforeHandOver
        }
        check("it happens to the device; producer is not allowed") {
            $0.disturbances[0].kind = .stallDevice
            $0.disturbances[0].producer = 0
        }
        check("CMD_SYNCs must complete by MSI") {
            $0.disturbances[0].kind = .lostMSI
            $0.sync = .cons
        }
    }
}
