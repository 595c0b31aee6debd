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
        scenario.log2Entries = 1
        scenario.commands = 2
        scenario.limits.looksOn = 0
        change(&scenario)
        #expect(scenario.problem == nil)
        var exploration = QueueExploration(scenario)
        exploration.reportsTimeouts = reportsTimeouts
        var steps: [ExecutionStep] = []
        let result = try #require(exploration.run { steps = $0 })
        return (result, steps, scenario)
    }

    @Test func runsGoOnAfterATimeout() throws {
        let (result, _, _) = try Self.explore()
        #expect(result.verdict == .complete, "\(result.violation ?? "")")
        #expect(result.timeouts > 0 && result.cut == 0)
    }

    /// Bug B2: nothing is ever reported.
    @Test func aWaitWithoutTimeoutIsFound() throws {
        let (result, _, _) = try Self.explore { $0.mutation = .awaitsNotFull }
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
            $0.limits.executions = 1500
        }
        #expect(result.verdict == .limit, "\(result.violation ?? "")")
        #expect(result.timeouts > 0)
    }
}
