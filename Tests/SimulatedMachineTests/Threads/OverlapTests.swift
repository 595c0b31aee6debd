import Machine
@testable import SimulatedMachine
import Testing

/// What a thread of the simulated machine does while a line is on its way; the constants are made up.
@Suite struct OverlapTests {
    private struct Places {
        var word: Word64
        var flag: Word32
        var entries: Word64
        var results: Results
    }

    private final class Results {
        var times: [UInt64] = []
    }

    /// Runs two threads with a core each; returns what they put into the results.
    private static func run(
        _ change: (inout MachineModel) -> Void = { _ in }, body: @escaping (Int, Places, inout SimulatedProcessor) -> Void
    ) throws -> [UInt64] {
        var model = TwoThreads.model
        model.processor.storeHit = 1000
        model.processor.atomicHit = 5000
        change(&model)
        var plan = MemoryPlan()
        let places = Places(
            word: plan.reserveLine(), flag: plan.reserveLine().low, entries: plan.reserve(bytes: 63 * 16), results: Results())
        try TwoThreads.run(model, plan) { agent, processor in body(agent, places, &processor) }
        return places.results.times
    }

    private static let entries = Array(repeating: UInt64(0), count: 63 * 2)

    /// The second thread takes the word's line away; then the first does `work`, with the entries' lines its own. Returns how long that takes.
    private static func time(_ work: @escaping (Places, inout SimulatedProcessor) -> Void) throws -> UInt64 {
        try run { agent, places, processor in
            if agent == 1 {
                _ = processor.fetchAdd64(places.word, 1, .full, at: .work)
                processor.store32(places.flag, 1, .release, at: .work, dependingOn: .none)
            } else {
                processor.storeEntries(entries.span, from: places.entries, at: .writeSlots, dependingOn: .none)
                _ = processor.wait32(places.flag, at: .work) { $0 == 1 }
                processor.spend(nanoseconds: 10_000, at: .work)
                // Nothing before is still on its way.
                processor.finish()
                let began = processor.clock()
                work(places, &processor)
                places.results.times.append(processor.clock() - began)
            }
        }[0]
    }

    private static func update(_ places: Places, _ processor: inout SimulatedProcessor) {
        _ = processor.fetchAdd64(places.word, 1, .full, at: .work)
    }

    private static func store(_ places: Places, _ processor: inout SimulatedProcessor) {
        processor.storeEntries(entries.span, from: places.entries, at: .writeSlots, dependingOn: .none)
    }

    @Test func anUpdateAsksForItsLineWhileStoresGoOn() throws {
        let (update, stores) = (try Self.time(Self.update), try Self.time(Self.store))
        #expect(update >= 100 && stores >= 126)
        let both = try Self.time { places, processor in
            Self.store(places, &processor)
            Self.update(places, &processor)
        }
        // The stores last longer than the line's way: all of that is hidden, and no more.
        #expect(both + 100 <= update + stores + 2, "\(both), \(update) and \(stores) alone")
        #expect(both >= stores + 5)
    }

    @Test func storesEnterTheBufferWhileAnUpdateWaits() throws {
        let (update, stores) = (try Self.time(Self.update), try Self.time(Self.store))
        let both = try Self.time { places, processor in
            Self.update(places, &processor)
            Self.store(places, &processor)
        }
        // At most what the update waits for, and what the buffer holds.
        #expect(both + 98 <= update + stores, "\(both), \(update) and \(stores) alone")
        #expect(both + 104 >= update + stores, "\(both), \(update) and \(stores) alone")
    }

    /// The lines of entries that are in the buffer while an update waits are asked for then.
    @Test(arguments: [false, true])
    func entriesAskForTheirLinesWhileAnUpdateWaits(isApart: Bool) throws {
        let time = try Self.run { agent, places, processor in
            if agent == 1 {
                Self.update(places, &processor)
                Self.store(places, &processor)
                processor.store32(places.flag, 1, .release, at: .work, dependingOn: .none)
            } else {
                _ = processor.wait32(places.flag, at: .work) { $0 == 1 }
                processor.spend(nanoseconds: 10_000, at: .work)
                let began = processor.clock()
                Self.update(places, &processor)
                if isApart { processor.spend(nanoseconds: 1, at: .work) }
                Self.store(places, &processor)
                processor.finish()
                places.results.times.append(processor.clock() - began)
            }
        }[0]
        // The update takes 105, what is not in the buffer by then 26, all entries 126, and instructions a little. The lines take 100.
        #expect(isApart ? time >= 105 + 126 : (131...140).contains(time), "\(time)")
    }

    @Test func aStoreAsksForItsLineWhileALoadWaits() throws {
        func time(isApart: Bool) throws -> UInt64 {
            try Self.run { agent, places, processor in
                let other = places.entries.low
                if agent == 1 {
                    _ = processor.fetchAdd64(places.word, 1, .full, at: .work)
                    _ = processor.fetchAdd32(other, 1, .full, at: .work)
                    processor.store32(places.flag, 1, .release, at: .work, dependingOn: .none)
                } else {
                    _ = processor.wait32(places.flag, at: .work) { $0 == 1 }
                    let began = processor.clock()
                    _ = processor.load64(places.word, .relaxed, at: .work)
                    if isApart { processor.spend(nanoseconds: 1, at: .work) }
                    processor.store32(other, 7, .relaxed, at: .work, dependingOn: .none)
                    processor.finish()
                    places.results.times.append(processor.clock() - began)
                }
            }[0]
        }
        let (along, apart) = (try time(isApart: false), try time(isApart: true))
        #expect(apart >= 200 && along + 95 <= apart, "\(along) along with the load, \(apart) after it")
    }

    /// A line that two threads want all the time goes to and fro no faster than was measured.
    @Test(arguments: [0, 70_000, 250_000] as [UInt64])
    func aContendedLineTakesItsTime(busy: UInt64) throws {
        let turns: UInt64 = 50
        let times = try Self.run({ $0.memory.busyInCluster = busy }) { agent, places, processor in
            for turn in 0..<turns {
                let mine = turn * 2 + UInt64(agent)
                while processor.compareExchange64(places.word, expected: mine, desired: mine + 1, .relaxed, at: .work).value != mine {}
            }
            if agent == 1 { places.results.times.append(processor.clock()) }
        }
        let perTurn = times[0] / (turns * 2)
        // Neither the first grant nor the last turn has waited.
        #expect(times[0] >= (turns * 2 - 2) * busy / 1000)
        // Half of the way at the least: the next request is there when the line is.
        #expect(perTurn >= 50 && perTurn <= max(busy / 1000, 100) * 2, "\(perTurn)")
    }
}
