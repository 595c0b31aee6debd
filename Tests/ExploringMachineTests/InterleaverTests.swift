@testable import ExploringMachine
import Machine
import Testing

/// Runs without graphs, under sequential consistency.
@Suite("Drawn and bounded runs") struct InterleaverTests {
    static func run(
        _ strategy: RandomScheduler.Strategy, executions: Int = .max, agents: Int = 2,
        check: @escaping (Interleaver, [Word64]) -> String? = { _, _ in nil },
        _ body: @escaping (Int, inout InterleavingProcessor, [Word64]) -> Void
    ) throws -> (result: Exploration, steps: [ExecutionStep]) {
        var plan = MemoryPlan()
        let words = (0..<2).map { _ in plan.reserveLine() }
        let interleaver = try #require(Interleaver(agents: agents, servers: 0..<0, plan: plan, strategy: strategy, seed: 1))
        var limits = ExplorationLimits()
        limits.executions = executions
        let result = interleaver.run(limits: limits, begin: {}, check: { check(interleaver, words) }) { body($0, &$1, words) }
        return (result, interleaver.steps)
    }

    /// Two agents of n steps each have (2n)! / (n!)^2 interleavings; few preemptions allow few of them.
    @Test(arguments: [(1, 2, 2), (2, 6, 2), (3, 20, 2)]) func allSchedulesAreFollowedOnce(steps: Int, all: Int, withoutPreemption: Int) throws {
        for (most, count) in [(0, withoutPreemption), (2 * steps, all)] {
            let result = try Self.run(.preemptions(most: most)) { agent, processor, words in
                for _ in 0..<steps { processor.store64(words[agent], 1, .relaxed, at: .work) }
            }.result
            #expect(result.executions == count, "\(most) preemptions")
            #expect(result.limit?.contains("at most \(most) preemptions") == true)
        }
    }

    /// An update that is torn in two loses a count, and one preemption shows it.
    @Test(arguments: [(0, false), (1, true)]) func onePreemptionShowsALostUpdate(most: Int, isFound: Bool) throws {
        let found = try Self.run(
            .preemptions(most: most), check: { interleaver, words in interleaver.value(of: words[0]) == 2 ? nil : "lost" }
        ) { _, processor, words in
            let old = processor.load64(words[0], .relaxed, at: .work).value
            processor.store64(words[0], old + 1, .relaxed, at: .work)
        }
        #expect((found.result.violation == "lost") == isFound)
        #expect(found.steps.count == (isFound ? 4 : 0))
    }

    @Test(arguments: [RandomScheduler.Strategy.uniform, .priorities(depth: 2)]) func drawnRunsFindALostUpdate(strategy: RandomScheduler.Strategy) throws {
        let result = try Self.run(
            strategy, executions: 1000, check: { interleaver, words in interleaver.value(of: words[0]) == 2 ? nil : "lost" }
        ) { _, processor, words in
            let old = processor.load64(words[0], .relaxed, at: .work).value
            processor.store64(words[0], old + 1, .relaxed, at: .work)
        }.result
        #expect(result.violation == "lost")
    }

    @Test func aWaitThatNothingEndsIsADeadlock() throws {
        let result = try Self.run(.uniform, executions: 10) { agent, processor, words in
            if agent == 0 { _ = processor.wait64(words[0], at: .work) { $0 == 5 } }
        }.result
        #expect(result.violation == "deadlock: nothing will end what P0 (work) waits for")
    }

    @Test func eachRunBeginsAnew() throws {
        let result = try Self.run(.uniform, executions: 100, check: { interleaver, words in interleaver.value(of: words[1]) == 2 ? nil : "old" }) {
            _, processor, words in
            _ = processor.fetchAdd64(words[1], 1, .relaxed, at: .work)
        }.result
        #expect(result.violation == nil && result.executions == 100)
    }
}
