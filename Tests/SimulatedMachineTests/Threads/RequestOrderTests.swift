import Machine
@testable import SimulatedMachine
import Testing

/// Which thread has a line, and when, where two are after it; the constants are made up.
@Suite struct RequestOrderTests {
    private final class Results {
        var values: [UInt64] = []
    }

    /// Runs two threads with a core each, a line's way taking 100 ns; returns what they put into the results.
    private static func run(
        body: @escaping (Int, Word64, Results, inout SimulatedProcessor) -> Void
    ) throws -> [UInt64] {
        var model = TwoThreads.model
        model.memory.sharedReadInterval = 0
        model.processor.relax = 0
        var plan = MemoryPlan()
        let word = plan.reserveLine()
        let results = Results()
        try TwoThreads.run(model, plan) { agent, processor in body(agent, word, results, &processor) }
        return results.values
    }

    /// Who asks first has the line first, also where the other has its turn first.
    @Test(arguments: [1, 5, 20, 45] as [UInt64], [0, 1])
    func whoAsksFirstHasTheLineFirst(nanoseconds: UInt64, first: Int) throws {
        let order = try Self.run { agent, word, results, processor in
            processor.spend(nanoseconds: 10_000, at: .work)
            // Both are at the same time, and everything before has happened.
            processor.finish()
            if agent != first { processor.spend(nanoseconds: nanoseconds, at: .work) }
            _ = processor.fetchAdd64(word, 1, .relaxed, at: .work)
            results.values.append(UInt64(agent))
        }
        #expect(order == [UInt64(first), UInt64(1 - first)])
    }

    /// Who waits looks at the copy that it has asked for, though another store has taken it away before it is looked at: it sees the store
    /// that it was asked for after, and does not ask again.
    @Test func aWaiterLooksAtTheCopyThatItAskedFor() throws {
        let seen = try Self.run { agent, word, results, processor in
            if agent == 0 {
                results.values.append(UInt64(processor.wait32(word.low, at: .awaitSync) { $0 != 0 }.value))
                results.values.append(processor.clock())
            } else {
                processor.spend(nanoseconds: 10_000, at: .work)
                processor.store32(word.low, 1, .relaxed, at: .work, dependingOn: .none)
                // The first store's line is here, and has been asked for; its copy is on its way back.
                processor.spend(nanoseconds: 120, at: .work)
                processor.store32(word.low, 2, .relaxed, at: .work, dependingOn: .none)
            }
        }
        #expect(seen[0] == 1)
        // The store takes a way, and the copy half of one more.
        #expect(seen[1] >= 10_150 && seen[1] < 10_220, "\(seen)")
    }
}
