import Machine
@testable import SimulatedMachine
import Testing

/// Who has a line after a thread has read what another had written; a line takes 100 ns, and the constants are made up.
@Suite struct TakenLineTests {
    private struct Places {
        var word: Word64
        var turn: Word32
        var results: Results
    }

    private final class Results {
        var times: [UInt64] = []
    }

    private static func model(takes: Bool) -> MachineModel {
        var model = TwoThreads.model
        model.memory.readTakesWritten = takes
        model.processor.step = 0
        model.processor.loadHit = 1000
        model.processor.storeHit = 1000
        model.processor.atomicHit = 5000
        model.processor.relax = 0
        return model
    }

    private enum Access { case load, update }

    /// Makes the accesses to one word one after the other, each by the thread that it names; returns how long each took, in nanoseconds.
    private static func times(of accesses: [(thread: Int, access: Access)], takes: Bool) throws -> [UInt64] {
        var plan = MemoryPlan()
        let places = Places(word: plan.reserveLine(), turn: plan.reserveLine().low, results: Results())
        try TwoThreads.run(model(takes: takes), plan) { agent, processor in
            for (number, (thread, access)) in accesses.enumerated() where thread == agent {
                _ = processor.wait32(places.turn, at: .work) { $0 == UInt32(number) }
                processor.spend(nanoseconds: 1000, at: .work)
                processor.finish()
                let began = processor.clock()
                switch access {
                case .load: _ = processor.load64(places.word, .relaxed, at: .work)
                case .update: _ = processor.fetchAdd64(places.word, 1, .full, at: .work)
                }
                places.results.times.append(processor.clock() - began)
                processor.store32(places.turn, UInt32(number) + 1, .release, at: .work, dependingOn: .none)
            }
        }
        return places.results.times
    }

    @Test func aReadTakesWhatIsWritten() throws {
        let accesses: [(thread: Int, access: Access)] = [(0, .update), (1, .load), (1, .update), (0, .load), (0, .update)]
        let taken = try Self.times(of: accesses, takes: true)
        #expect(Array(taken.dropFirst()) == [101, 5, 101, 5])
        let shared = try Self.times(of: accesses, takes: false)
        #expect(Array(shared.dropFirst()) == [101, 105, 101, 105])
    }

    /// What the owner has only read goes to both.
    @Test func whatIsNotWrittenIsShared() throws {
        let accesses: [(thread: Int, access: Access)] = [(0, .update), (1, .load), (0, .load), (1, .load), (0, .load), (1, .update), (0, .load)]
        let times = try Self.times(of: accesses, takes: true)
        #expect(Array(times.dropFirst()) == [101, 101, 1, 1, 105, 101])
    }

    /// A thread that polls has the line alone only until another reads what it has written.
    @Test(arguments: [true, false])
    func aPollerLosesWhatItHasWritten(takes: Bool) throws {
        var plan = MemoryPlan()
        let places = Places(word: plan.reserveLine(), turn: plan.reserveLine().low, results: Results())
        var model = Self.model(takes: takes)
        model.memory.busyInCluster = 100_000
        try TwoThreads.run(model, plan) { agent, processor in
            if agent == 0 {
                processor.store32(places.word.low, 1, .relaxed, at: .work, dependingOn: .none)
                _ = processor.wait32(places.word.low, at: .work) { $0 == 2 }
                places.results.times.append(processor.clock())
            } else {
                processor.spend(nanoseconds: 10_000, at: .work)
                let value = processor.load32(places.word.low, .relaxed, at: .work, dependingOn: .none).value
                processor.store32(places.word.low, value + 1, .relaxed, at: .work, dependingOn: .none)
                processor.finish()
                places.results.times.append(processor.clock())
            }
        }
        // Taken: the store hits, and the poller, which has asked again, sees it when the line has come. Shared: the store waits for the poller's
        // copy to go first.
        let times = places.results.times.sorted()
        #expect(times.count == 2)
        let expected: [ClosedRange<UInt64>] = takes ? [10_101...10_103, 10_195...10_198] : [10_149...10_151, 10_244...10_248]
        for (time, range) in zip(times, expected) { #expect(range.contains(time), "\(times)") }
    }

    /// Whether the owner has written the line counts when the request is there, half a transfer after it was made.
    @Test(arguments: [20, 40, 60, 90] as [UInt64])
    func aRequestFindsWhatIsWrittenMeanwhile(delay: UInt64) throws {
        var plan = MemoryPlan()
        let places = Places(word: plan.reserveLine(), turn: plan.reserveLine().low, results: Results())
        try TwoThreads.run(Self.model(takes: true), plan) { agent, processor in
            if agent == 0 {
                // Takes the line by reading: the other has written it.
                processor.spend(nanoseconds: 10_000, at: .work)
                _ = processor.load64(places.word, .relaxed, at: .work)
                processor.spend(nanoseconds: 10_000 + delay, at: .work)
                processor.store64(places.word, 7, .relaxed, at: .work, dependingOn: .none)
            } else {
                _ = processor.fetchAdd64(places.word, 1, .full, at: .work)
                processor.spend(nanoseconds: 20_101 - processor.clock(), at: .work)
                places.results.times.append(processor.load64(places.word, .relaxed, at: .work).value)
                let began = processor.clock()
                _ = processor.fetchAdd64(places.word, 1, .full, at: .work)
                places.results.times.append(processor.clock() - began)
            }
        }
        #expect(places.results.times[0] == (delay < 50 ? 7 : 1))
        // The line is its own where it took it, and shared where it did not.
        #expect(delay < 50 ? places.results.times[1] == 5 : places.results.times[1] >= 105, "\(places.results.times)")
    }

    /// A read-modify-write takes effect when it is done; a read that comes before has the line first.
    @Test(arguments: [1, 4, 6, 20] as [UInt64])
    func aReadOvertakesAnUpdateThatIsNotDone(delay: UInt64) throws {
        var plan = MemoryPlan()
        let places = Places(word: plan.reserveLine(), turn: plan.reserveLine().low, results: Results())
        try TwoThreads.run(Self.model(takes: true), plan) { agent, processor in
            if agent == 0 {
                processor.store64(places.word, 1, .relaxed, at: .work, dependingOn: .none)
                processor.spend(nanoseconds: 10_050 - processor.clock(), at: .work)
                _ = processor.fetchAdd64(places.word, 1, .full, at: .work)
            } else {
                processor.spend(nanoseconds: 10_000 + delay, at: .work)
                places.results.times.append(processor.load64(places.word, .relaxed, at: .work).value)
            }
        }
        #expect(places.results.times == [delay < 5 ? 1 : 2])
    }
}
