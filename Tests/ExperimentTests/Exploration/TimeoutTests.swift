@testable import Experiment
@testable import ExploringMachine
import Machine
import Testing

@Suite("Timeouts of waits for space, and what follows") struct TimeoutTests {
    /// Two holders of the shared lock each take the other for the last: who waits for cons looks itself, after its timeout.
    private static func explore(
        _ change: (inout ExplorationScenario) -> Void = { _ in }, reportsTimeouts: Bool = true
    ) throws -> (result: Exploration, steps: [ExecutionStep], scenario: ExplorationScenario) {
        var scenario = ExplorationScenario()
        scenario.model = .sc
        scenario.producers = 3
        scenario.limits.executions = 400
        scenario.limits.looksOn = 0
        change(&scenario)
        #expect(scenario.problem == nil)
        var exploration = QueueExploration(scenario)
        exploration.reportsTimeouts = reportsTimeouts
        var steps: [ExecutionStep] = []
        let result = try #require(exploration.run { steps = $0 })
        return (result, steps, scenario)
    }

    @Test(arguments: [MemoryModel.sc, .arm]) func runsGoOnAfterATimeout(model: MemoryModel) throws {
        let (result, _, scenario) = try Self.explore { $0.model = model }
        #expect(result.verdict == .limit, "\(result.violation ?? "")")
        #expect(result.timeouts > 0 && result.cut == 0)
        // Each execution comes once, those too that a timeout has carried on.
        let exploration = QueueExploration(scenario)
        let record = FixedBuffer(count: 1, repeating: ProtocolRecord(geometry: exploration.placement.geometry))
        defer {
            record[0].deallocate()
            record.deallocate()
        }
        let explorer = try #require(exploration.makeExplorer())
        var few = scenario.limits
        few.runs = 100
        _ = exploration.explore(record, explorer, few)
        var (executions, withTimeout): (Set<UInt64>, Int) = ([], 0)
        let again = exploration.explore(record, explorer, scenario.limits) {
            executions.insert($0.fingerprint)
            withTimeout += $0.timeouts(at: [.awaitSpace]) > 0 ? 1 : 0
        }
        #expect(executions.count == again.executions && withTimeout > 0)
    }

    @Test func aWaitWithoutTimeoutIsFound() throws {
        let (result, _, _) = try Self.explore { $0.mutation = .noSpaceTimeout }
        #expect(result.violation?.hasPrefix("deadlock") == true)
    }

    @Test func timeoutsMustBeReported() throws {
        let (result, steps, scenario) = try Self.explore(reportsTimeouts: false)
        #expect(result.violation == "1 waits for space time out, and 0 are reported")
        // The schedule leads through the timeout.
        var following = scenario
        following.followsRetries = true
        var exploration = QueueExploration(following)
        exploration.reportsTimeouts = false
        let again = try #require(exploration.run(following: ScheduleStep.schedule(of: steps)))
        #expect(again.violation == result.violation, "\(again.misfit ?? "")")
    }

    @Test(arguments: [MemoryModel.tso, .arm]) func drawnRunsGoOnToo(model: MemoryModel) throws {
        let (result, _, _) = try Self.explore {
            $0.model = model
            $0.strategy = .random
            $0.limits.executions = 500
        }
        #expect(result.verdict == .limit, "\(result.violation ?? "")")
        #expect(result.timeouts > 0)
    }
}
