import Machine
@testable import SimulatedMachine
import Testing

/// Something else takes a thread's core now and then; the constants are made up.
@Suite struct InterruptionTests {
    private final class Results {
        var times: [UInt64] = [0, 0]
        var value: UInt32 = 0
    }

    /// Each thread's nanoseconds of virtual time.
    private static func times(
        _ change: (inout MachineModel) -> Void, body: @escaping (Int, Word32, inout SimulatedProcessor) -> Void
    ) throws -> [UInt64] {
        var model = TwoThreads.model
        change(&model)
        var plan = MemoryPlan()
        let word = plan.reserveLine().low
        let results = Results()
        try TwoThreads.run(model, plan) { agent, processor in
            let began = processor.clock()
            body(agent, word, &processor)
            results.times[agent] = processor.clock() - began
        }
        return results.times
    }

    /// 10,000 pieces of work of 1 us each, on lines of the thread's own.
    private static func work(_ agent: Int, _ word: Word32, _ processor: inout SimulatedProcessor) {
        for _ in 0..<10_000 {
            processor.spend(nanoseconds: 1000, at: .work)
            processor.fence(.full, at: .work)
            if agent == 0 { processor.store32(word, 1, .relaxed, at: .work, dependingOn: .none) }
        }
    }

    @Test func workIsInterruptedAsOftenAndAsLongAsTheModelSays() throws {
        let undisturbed = try Self.times({ _ in }, body: Self.work)[0]
        let disturbed = try Self.times({ model in
            model.processor.interruptionInterval = 100_000_000
            model.processor.interruption = 7_000_000
        }, body: Self.work)[0]
        let added = disturbed - undisturbed
        // 10 ms of work at intervals of 100 us. What was worked beyond the time at which one began is part of it.
        let count = Double(added) / 7000
        #expect((75...130).contains(count), "\(count) interruptions")
    }

    /// A thread that waits notices an interruption only where that is not over when what it waits for comes.
    @Test func aWaitIsNotLongerForWhatWasOverBeforeItsEnd() throws {
        func waiting(_ interruption: UInt64) throws -> UInt64 {
            try Self.times({ model in
                // Many within the wait.
                model.processor.interruptionInterval = 50_000_000
                model.processor.interruption = interruption
            }, body: { agent, word, processor in
                if agent == 0 {
                    _ = processor.wait32(word, at: .awaitSync) { $0 == 1 }
                } else {
                    processor.spend(nanoseconds: 10_000_000, at: .work)
                    processor.store32(word, 1, .release, at: .work, dependingOn: .none)
                }
            })[0]
        }
        let undisturbed = try waiting(0)
        let disturbed = try waiting(500_000)
        #expect(undisturbed >= 10_000_000)
        // About 200 were over. Only the time of a look differs, which is random.
        #expect(disturbed <= undisturbed + 100, "\(disturbed), \(undisturbed) without")
    }

    private static func tryLock(_ word: Word32, at site: Site, _ processor: inout SimulatedProcessor) -> UInt32 {
        processor.compareExchange32(word, expected: 0, desired: 1, .relaxed, at: site).value
    }

    @Test func findingNoSpaceTakesLonger() throws {
        func time(_ unforeseen: UInt64, at site: Site) throws -> UInt64 {
            try Self.times({ $0.processor.unforeseen = unforeseen }, body: { agent, word, processor in
                guard agent == 0 else { return }
                for _ in 0..<10 { _ = Self.tryLock(word, at: site, &processor) }
            })[0]
        }
        #expect(try time(20_000, at: .lockExclusive) == time(0, at: .lockExclusive) + 10 * 20)
        #expect(try time(20_000, at: .lockShared) == time(0, at: .lockShared))
    }

    /// Who asks for the lock's line in that time has it first.
    @Test(arguments: [(0, 0), (400, 1)] as [(UInt64, UInt32)])
    func othersGoOnMeanwhile(unforeseen: UInt64, found: UInt32) throws {
        let results = Results()
        let times = try Self.times({ $0.processor.unforeseen = unforeseen * 1000 }, body: { agent, word, processor in
            if agent == 0 {
                // The line is its own.
                processor.store32(word, 0, .relaxed, at: .work, dependingOn: .none)
                processor.spend(nanoseconds: 10_000, at: .work)
                results.value = Self.tryLock(word, at: .lockExclusive, &processor)
            } else {
                processor.spend(nanoseconds: 10_100, at: .work)
                _ = processor.fetchAdd32(word, 1, .relaxed, at: .lockShared)
            }
        })
        #expect(times.allSatisfy { $0 > 10_000 })
        #expect(results.value == found)
    }
}
