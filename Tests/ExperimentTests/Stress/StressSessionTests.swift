@testable import Experiment
import Foundation
import Testing

@Suite(.serialized) struct StressSessionTests {
    private func options(_ change: (inout StressOptions) -> Void = { _ in }) -> StressOptions {
        var options = StressOptions()
        options.seed = UInt64.random(in: 1...1_000_000)
        options.threads = 6
        options.shrinkSeconds = 0
        // Other tests share the process; growth is tested at the command line.
        options.growthBytes = .max
        change(&options)
        return options
    }

    private func run(_ options: StressOptions) -> StressOutcome {
        var session = StressSession(options, cancellation: Cancellation())
        return session.run()
    }

    @Test func aSoundQueueSurvives() {
        let options = options { $0.iterations = 30 }
        let outcome = run(options)
        #expect(outcome.failure == nil, "seed \(options.seed): \(String(describing: outcome.failure))")
        let figures = outcome.figures
        #expect(figures.scenarios == 30 && !outcome.isInterrupted)
        #expect(figures.insertions >= figures.syncs && figures.syncs > 0 && figures.wraps > 0)
        #expect(figures.scenariosByAlgorithm.values.reduce(0, +) == 30 && figures.scenariosByQueue.values.reduce(0, +) == 30)
        #expect(figures.seconds > 0 && figures.processorSeconds > 0 && figures.largestThreads > 0)
    }

    @Test func theFirstViolationEnds() throws {
        let outcome = run(options { ($0.seededFault, $0.seconds, $0.seed) = (.lostSlot, 60, 1) })
        let failure = try #require(outcome.failure)
        #expect(failure.kind == .violation && !failure.violations.isEmpty && failure.scenario.fault == .lostSlot)
        #expect(outcome.figures.scenarios == failure.index + 1)
        #expect(failure.scenario == {
            var generator = ScenarioGenerator(seed: 1, threads: 6, cores: 2)
            generator.fault = .lostSlot
            return generator.scenario(failure.index)
        }())
    }

    /// The smaller scenario fails as well, each time that it is run.
    @Test func aFailureIsMadeSmaller() throws {
        var drawn = quick(producers: 3, commands: 100_000)
        (drawn.repeats, drawn.layout, drawn.lock, drawn.batch, drawn.timeoutMilliseconds) = (1, .padded, .legacy, 7, 200)
        let outcome = run(options { ($0.replayed, $0.fault, $0.patience, $0.shrinkSeconds, $0.iterations) = (drawn, .hang, 0.3, 20, 20) })
        let failure = try #require(outcome.failure)
        guard case .stuck = failure.kind else {
            Issue.record("\(failure)")
            return
        }
        let shrunk = try #require(failure.shrunk)
        #expect(shrunk.scenario.producers == 1 && shrunk.scenario.layout == .linux && shrunk.scenario.lock == .counted)
        #expect(shrunk.failures > 0 && shrunk.runs >= shrunk.failures && !shrunk.violations.isEmpty)
        let again = run(options { ($0.replayed, $0.fault, $0.patience, $0.iterations) = (shrunk.scenario, .hang, 0.3, 20) })
        #expect(again.failure?.scenario == shrunk.scenario)
    }

    @Test func aScenarioThatCannotRunIsRefused() throws {
        let outcome = run(options {
            $0.replayed = Scenario().with { $0.workload = .recorded(path: "/nowhere/at/all") }
            $0.iterations = 3
        })
        #expect(try #require(outcome.failure).kind == .refused)
    }

    @Test func cancellationKeepsTheFigures() {
        let cancellation = Cancellation()
        var session = StressSession(options { $0.seconds = 600 }, cancellation: cancellation)
        let outcome = session.run { figures, _ in if figures.scenarios == 3 { cancellation.cancel() } }
        #expect(outcome.isInterrupted && outcome.failure == nil)
        #expect(outcome.figures.scenarios == 4)
    }
}
