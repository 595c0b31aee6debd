@testable import ExploringMachine
import Machine
import Testing

/// Programs whose executions can be counted by hand.
@Suite("Known programs") struct KnownProgramTests {
    static func explore(
        agents: Int, model: MemoryModel = .sc, words: Int = 2, _ body: @escaping (Int, inout ExploringProcessor, [Word64]) -> Void
    ) throws -> Exploration {
        var plan = MemoryPlan()
        let places = (0..<words).map { _ in plan.reserveLine() }
        let explorer = try #require(Explorer(agents: agents, servers: 0..<0, plan: plan, model: model))
        return explorer.explore(limits: ExplorationLimits()) { agent, processor in body(agent, &processor, places) }
    }

    @Test(arguments: [(1, 1), (2, 2), (3, 6), (4, 24), (5, 120)]) func writersOfOneWord(writers: Int, orders: Int) throws {
        let result = try Self.explore(agents: writers) { agent, processor, words in
            processor.store64(words[0], UInt64(agent) + 1, .relaxed, at: .work)
        }
        #expect(result.executions == orders && result.blocked == 0)
    }

    @Test(arguments: [(2, 2), (3, 6), (4, 24)]) func updatesOfOneWord(agents: Int, orders: Int) throws {
        let result = try Self.explore(agents: agents) { _, processor, words in _ = processor.fetchAdd64(words[0], 1, .relaxed, at: .work) }
        #expect(result.executions == orders)
    }

    /// A reader finds the initial value or one of the writes, in each of their orders.
    @Test func aReaderAndTwoWriters() throws {
        let result = try Self.explore(agents: 3) { agent, processor, words in
            if agent == 0 {
                _ = processor.load64(words[0], .relaxed, at: .work)
            } else {
                processor.store64(words[0], UInt64(agent), .relaxed, at: .work)
            }
        }
        #expect(result.executions == 6)
    }

    @Test(arguments: [(MemoryModel.sc, 3), (.tso, 4), (.arm, 4), (.c11, 4)]) func storeBuffering(model: MemoryModel, executions: Int) throws {
        let result = try Self.explore(agents: 2, model: model) { agent, processor, words in
            processor.store64(words[agent], 1, .relaxed, at: .work)
            _ = processor.load64(words[1 - agent], .relaxed, at: .work)
        }
        #expect(result.executions == executions)
    }

    /// One execution however long the other agent takes: the wait is no loop.
    @Test func aWaitIsOneRead() throws {
        let result = try Self.explore(agents: 2) { agent, processor, words in
            if agent == 0 {
                _ = processor.wait64(words[0], at: .work) { $0 == 3 }
            } else {
                for value in 1...3 as ClosedRange<UInt64> { processor.store64(words[0], value, .relaxed, at: .work) }
            }
        }
        #expect(result.verdict == .complete && result.executions == 1)
    }

    @Test func aWaitForWhatNeverComesIsADeadlock() throws {
        let result = try Self.explore(agents: 2) { agent, processor, words in
            if agent == 0 { _ = processor.wait64(words[0], at: .work) { $0 == 3 } } else { processor.store64(words[0], 1, .relaxed, at: .work) }
        }
        #expect(result.verdict == .violation && result.violation?.hasPrefix("deadlock") == true)
    }

    /// The value that is waited for passes, and the wait may miss it.
    @Test func aMissedValueIsADeadlock() throws {
        let result = try Self.explore(agents: 2) { agent, processor, words in
            if agent == 0 {
                _ = processor.wait64(words[0], at: .work) { $0 == 1 }
            } else {
                processor.store64(words[0], 1, .relaxed, at: .work)
                processor.store64(words[0], 2, .relaxed, at: .work)
            }
        }
        #expect(result.violation?.hasPrefix("deadlock") == true)
    }

    @Test func limitsAreKept() throws {
        var plan = MemoryPlan()
        let word = plan.reserveLine()
        let explorer = try #require(Explorer(agents: 5, servers: 0..<0, plan: plan, model: .sc))
        var limits = ExplorationLimits()
        limits.executions = 10
        let result = explorer.explore(limits: limits) { agent, processor in processor.store64(word, UInt64(agent), .relaxed, at: .work) }
        #expect(result.verdict == .limit && result.executions == 10 && result.limit != nil)
    }
}
