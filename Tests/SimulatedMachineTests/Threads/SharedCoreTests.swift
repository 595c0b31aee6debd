import Machine
@testable import SimulatedMachine
import Testing

/// Threads that share cores in virtual time; the machine's constants are made up.
@Suite struct SharedCoreTests {
    /// Nanoseconds of virtual time at which each thread ended; nil where all wait for each other.
    private static func ends(
        _ model: MachineModel, threads: Int, looksUntilYield: UInt64 = 100, body: @escaping (Int, Places, inout SimulatedProcessor) -> Void
    ) throws -> [UInt64]? {
        var plan = MemoryPlan()
        let places = Places(word: plan.reserveLine().low, own: (0..<threads).map { _ in plan.reserveLine().low })
        let memory = MachineMemory(plan: plan)
        let machine = try #require(SimulatedMachine(
            model: model, memory: memory, cores: Array(0..<threads), devices: 0, regions: [], seed: 1, looksUntilYield: looksUntilYield))
        let ends = Ends(threads)
        let ending = machine.run(turn: {}) { agent, processor in
            body(agent, places, &processor)
            ends.times[agent] = processor.clock()
        }
        return ending == .completed ? ends.times : nil
    }

    private struct Places {
        var word: Word32
        var own: [Word32]
    }

    private final class Ends {
        var times: [UInt64]
        init(_ count: Int) { times = Array(repeating: 0, count: count) }
    }

    private static func model(cores: Int) -> MachineModel {
        var model = MachineModel(name: "threads")
        model.topology.coresPerCluster = cores
        model.device.isThread = true
        model.processor.ordersStores = true
        model.processor.relax = 25_000
        model.processor.yield = 500_000
        model.processor.contextSwitch = 2_000_000
        model.processor.timeSlice = 50_000_000
        return model
    }

    /// Each thread's work, in pieces with a store of its own after each.
    private static func work(_ pieces: Int) -> (Int, Places, inout SimulatedProcessor) -> Void {
        { agent, places, processor in
            for piece in 0..<pieces {
                processor.spend(nanoseconds: 1000, at: .work)
                processor.store32(places.own[agent], UInt32(piece), .relaxed, at: .work, dependingOn: .none)
            }
        }
    }

    @Test(arguments: [1, 2, 3, 7], [1, 2, 3])
    func workIsConserved(threads: Int, cores: Int) throws {
        let alone = try #require(try Self.ends(Self.model(cores: 1), threads: 1, body: Self.work(500)))[0]
        let ends = try #require(try Self.ends(Self.model(cores: cores), threads: threads, body: Self.work(500)))
        for core in 0..<min(cores, threads) {
            let sharing = stride(from: core, to: threads, by: cores).map { ends[$0] }
            let last = try #require(sharing.max())
            let total = UInt64(sharing.count) * alone
            #expect(last >= total, "core \(core)")
            // A switch for each slice, and one for each thread that ends.
            let switches = total / 50_000 + UInt64(sharing.count)
            #expect(last <= total + switches * 2000 + 100, "core \(core)")
            if sharing.count == 1 { #expect(last == alone) } else { #expect(last > total) }
        }
    }

    @Test func runsAreTheSame() throws {
        let first = try Self.ends(Self.model(cores: 2), threads: 5, body: Self.work(300))
        #expect(first != nil)
        #expect(try Self.ends(Self.model(cores: 2), threads: 5, body: Self.work(300)) == first)
    }

    /// A thread that sleeps leaves its core to others, and waits for it when it wakes.
    @Test func aSleepingThreadsCoreIsOthers() throws {
        let ends = try #require(try Self.ends(Self.model(cores: 1), threads: 2) { agent, places, processor in
            if agent == 0 {
                processor.sleep(nanoseconds: 300_000, at: .work)
            } else {
                Self.work(500)(agent, places, &processor)
            }
        })
        // The other works for 500 µs and a little, through the sleep; the sleeper wakes at 300 µs and has the core at the end of a slice.
        let alone = try #require(try Self.ends(Self.model(cores: 1), threads: 1, body: Self.work(500)))[0]
        #expect(ends[0] >= 300_000 && ends[0] < 360_000)
        #expect(ends[1] >= alone && ends[1] < alone + 10_000)
    }

    /// Who is waited for runs because who waits gives the core away.
    @Test func aWaitingThreadGivesItsCoreAway() throws {
        func end(looks: UInt64) throws -> UInt64 {
            try #require(try Self.ends(Self.model(cores: 1), threads: 2, looksUntilYield: looks) { agent, places, processor in
                if agent == 0 {
                    _ = processor.wait32(places.word, at: .awaitSync) { $0 == 1 }
                } else {
                    processor.store32(places.word, 1, .release, at: .work, dependingOn: .none)
                }
            })[0]
        }
        // 100 looks of 26.5 ns, then two switches of 2000 ns.
        let (hundred, ten) = (try end(looks: 100), try end(looks: 10))
        #expect((6650...6900).contains(hundred), "\(hundred)")
        #expect(hundred - ten > 2300 && hundred - ten < 2500, "\(ten)")
        // Without giving away it goes on when its slice ends.
        let never = try end(looks: 0)
        #expect(never >= 54_000 && never < 54_500, "\(never)")
    }

    /// With a core for each, nobody is switched, and the wait ends soon after the store.
    @Test func threadsWithCoresOfTheirOwn() throws {
        let ends = try #require(try Self.ends(Self.model(cores: 2), threads: 2) { agent, places, processor in
            if agent == 0 {
                _ = processor.wait32(places.word, at: .awaitSync) { $0 == 1 }
            } else {
                processor.spend(nanoseconds: 1000, at: .work)
                processor.store32(places.word, 1, .release, at: .work, dependingOn: .none)
            }
        })
        #expect(ends[0] > 1000 && ends[0] < 1200, "\(ends)")
    }

    @Test func waitingForNobodyIsNotTakenForWork() throws {
        let ends = try Self.ends(Self.model(cores: 1), threads: 1) { _, places, processor in
            #expect(processor.wait32(places.word, at: .awaitSync, timeout: 20_000) { $0 == 1 } == nil)
        }
        let end = try #require(ends)[0]
        // Looks go on in between: the last one is at most a yield late.
        #expect(end >= 20_000 && end < 21_000, "\(end)")
    }

    /// Stores of one thread are seen in their order, and a thread's own ones at once.
    @Test func storesKeepTheirOrder() throws {
        var plan = MemoryPlan()
        let lines = (0..<8).map { _ in plan.reserveLine().low }
        let memory = MachineMemory(plan: plan)
        let machine = try #require(SimulatedMachine(
            model: Self.model(cores: 2), memory: memory, cores: [0, 1], devices: 0, regions: [], seed: 3, looksUntilYield: 100))
        let ending = machine.run(turn: {}) { agent, processor in
            for round in UInt32(1)...200 {
                if agent == 0 {
                    // The order changes, so that lines of the reader's come at different places.
                    for step in 0..<7 {
                        let line = lines[(step * 3 + Int(round)) % 7]
                        processor.store32(line, round, .relaxed, at: .work, dependingOn: .none)
                        #expect(processor.load32(line, .relaxed, at: .work, dependingOn: .none).value == round)
                    }
                    processor.store32(lines[7], round, .relaxed, at: .work, dependingOn: .none)
                    _ = processor.wait32(lines[7], at: .work) { $0 == 0 }
                } else {
                    _ = processor.wait32(lines[7], at: .work) { $0 == round }
                    for line in lines[0..<7] { #expect(processor.load32(line, .relaxed, at: .work, dependingOn: .none).value == round) }
                    processor.store32(lines[7], 0, .relaxed, at: .work, dependingOn: .none)
                }
            }
        }
        #expect(ending == .completed)
    }

    /// Only the first allocation since a thread has its core again takes longer.
    @Test(arguments: [0, 300] as [UInt64])
    func anInsertionTakesLongerOnACoreJustGiven(resumption: UInt64) throws {
        var model = Self.model(cores: 1)
        model.processor.resumption = resumption * 1000
        final class Times { var all: [UInt64] = [] }
        let times = Times()
        _ = try #require(try Self.ends(model, threads: 2) { agent, places, processor in
            guard agent == 0 else { return processor.store32(places.word, 1, .release, at: .work, dependingOn: .none) }
            // The line is its own.
            _ = processor.fetchAdd32(places.own[0], 1, .relaxed, at: .work)
            // Gives the core away after so many looks.
            _ = processor.wait32(places.word, at: .work) { $0 == 1 }
            processor.finish()
            for site in [Site.lockShared, .allocate, .allocate] {
                let began = processor.time
                _ = processor.fetchAdd32(places.own[0], 1, .relaxed, at: site)
                times.all.append(processor.time - began)
            }
        })
        try #require(times.all.count == 3)
        #expect(times.all[0] == times.all[2] && times.all[1] == times.all[2] + resumption * 1000, "\(times.all)")
    }
}
