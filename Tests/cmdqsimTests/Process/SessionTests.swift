@testable import cmdqsim
import Experiment
import Testing

@Suite struct SessionTests {
    private var scenarios: [Scenario] {
        [1, 2, 3].map { producers in
            var scenario = Scenario()
            scenario.producers = producers
            return scenario
        }
    }

    /// A session whose groups run one scenario after the other.
    private func session(
        isCancelled: @escaping () -> Bool = { false },
        _ run: @escaping (Scenario, (Int, Int) -> Void) throws(ScenarioError) -> RunOutcome?
    ) -> Session {
        Session(progress: Progress(total: 3, isShown: false), isCancelled: isCancelled) { group, progress throws(ScenarioError) in
            var outcomes: [RunOutcome?] = []
            for scenario in group { outcomes.append(try run(scenario, progress)) }
            return outcomes
        }
    }

    @Test func whatIsComparedRunsSideBySide() {
        var groups: [[Int]] = []
        let session = Session(progress: Progress(total: 6, isShown: false), isCancelled: { false }) { group, _ in
            groups.append(group.map(\.producers))
            return group.map { FixedResults.point($0, rate: 1).outcome }
        }
        var vcmdqs = scenarios
        for index in vcmdqs.indices { vcmdqs[index].queue = .vcmdq }
        let outcome = session.run(zip(scenarios, vcmdqs).flatMap { [$0, $1] })
        #expect(groups == [[1, 1], [2, 2], [3, 3]])
        #expect(outcome.points.count == 6)
    }

    @Test func runsAll() {
        let outcome = session { scenario, _ in FixedResults.point(scenario, rate: 1).outcome }.run(scenarios)
        #expect(outcome.points.map(\.asked) == scenarios)
        #expect(!outcome.isPartial)
        #expect(SessionCommand.failure(of: outcome, violations: 0, signal: nil) == nil)
        // A signal after the last result changes nothing.
        #expect(SessionCommand.failure(of: outcome, violations: 0, signal: .interrupted) == nil)
    }

    @Test func aCancelledRunKeepsWhatIsFinished() {
        var runs = 0
        let outcome = session(isCancelled: { runs == 2 }) { scenario, _ in
            runs += 1
            return runs == 2 ? nil : FixedResults.point(scenario, rate: 1).outcome
        }.run(scenarios)
        #expect(runs == 2)
        #expect(outcome.points.map(\.asked.producers) == [1])
        #expect(outcome.isPartial)
        #expect(SessionCommand.failure(of: outcome, violations: 0, signal: .interrupted)?.status == .interrupted)
        #expect(SessionCommand.failure(of: outcome, violations: 0, signal: .terminated)?.status == .terminated)
    }

    @Test func aPartialResultMakesTheSessionPartial() {
        let outcome = session { scenario, _ in
            FixedResults.point(scenario, rate: 1, partial: scenario.producers == 3).outcome
        }.run(scenarios)
        #expect(outcome.points.count == 3 && outcome.isPartial)
    }

    @Test func anErrorKeepsTheResultsBeforeIt() {
        let outcome = session { scenario, _ throws(ScenarioError) in
            if scenario.producers == 2 { throw ScenarioError(.data, "x.csv:3: bad") }
            return FixedResults.point(scenario, rate: 1).outcome
        }.run(scenarios)
        #expect(outcome.points.count == 1 && outcome.isPartial)
        #expect(outcome.failure == CommandFailure(.badData, "x.csv:3: bad"))
        #expect(SessionCommand.failure(of: outcome, violations: 0, signal: nil)?.line == "x.csv:3: bad")
    }

    @Test func violationsNameTheirScenarioAndCountMost() {
        let outcome = session { scenario, _ in
            FixedResults.point(scenario, rate: 1, violations: scenario.producers == 2 ? ["lost\nslot 3"] : []).outcome
        }.run(scenarios)
        let lines = SessionCommand.violations(in: outcome)
        #expect(lines.count == 1)
        #expect(lines[0].hasPrefix("violation: lost slot 3 [main producers=2 "))
        #expect(lines[0].hasSuffix("seed=1]"))
        #expect(SessionCommand.failure(of: outcome, violations: 1, signal: .interrupted)?.status == .failureFound)
    }

    @Test func everyScenarioIsValidatedBeforeTheFirstRuns() {
        var bad = scenarios
        bad[2].producers = 0
        let failure = #expect(throws: CommandFailure.self) { try Session.validate(bad) }
        #expect(failure?.status == .usage)
    }
}
