import Machine
@testable import SimulatedMachine
import TestSupport
import Testing

@Suite struct DeviceTests {
    let model = MachineModel.small

    @Test("A register write arrives later, a read sees what arrived before it does")
    func registers() {
        var model = model
        model.device.die = 2
        model.device.registerWrite = 12_000
        model.device.registerRead = 31_000
        let bench = Bench(model, cores: [0], devices: 1)
        let way = model.memory.homeAcross / 2
        let ending = bench.run { agent, processor in
            if agent == 1 {
                var idle = Poll(timeout: .max)
                while processor.ownRegister(bench.register, at: .fetchProd) == 0 { _ = processor.poll(&idle, at: .fetchProd) }
                bench.note(processor)
                processor.setOwnRegister(bench.register, 9, at: .advanceCons)
                return
            }
            processor.advance(to: 1_000_000)
            processor.writeRegister(bench.register, 5, .relaxed, at: .doorbell)
            bench.note(processor)
            // Its own write comes first, though it takes longer; the device has answered by then.
            bench.note(processor, UInt64(processor.readRegister(bench.register, .relaxed, at: .readSyncCons).value))
            processor.advance(to: 2_000_000)
            bench.note(processor, UInt64(processor.readRegister(bench.register, .relaxed, at: .readSyncCons).value))
        }
        #expect(ending == .completed)
        let posted = 1_000_000 + model.processor.step + model.processor.storeHit
        let arrived = posted + way + model.device.registerWrite
        #expect(bench.times(of: 1) == [arrived])
        #expect(
            bench.times(of: 0) == [
                posted, arrived + way + model.device.registerRead, 2_000_000 + model.processor.step + 2 * way + model.device.registerRead,
            ])
        #expect(bench.values(of: 0)[1] == 5 || bench.values(of: 0)[1] == 9)
        #expect(bench.values(of: 0)[2] == 9)
    }

    @Test("A processor's register writes arrive in its order, and the device misses the last of none", arguments: Array(UInt64(1)...80))
    func order(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let bench = Bench(.random(&generator), cores: [0, 7, 13], devices: 1, seed: seed)
        let count: UInt32 = 60
        let seeds = (0..<4).map { _ in generator.next() }
        let ending = bench.run { agent, processor in
            var generator = SeededGenerator(seed: seeds[agent])
            if agent == 3 {
                var idle = Poll(timeout: .max)
                var ended: Set<UInt32> = []
                var latest: UInt32 = 0
                while ended.count < 3 {
                    let value = processor.ownRegister(bench.register, at: .fetchProd)
                    if value != latest {
                        latest = value
                        bench.note(processor, UInt64(value))
                        if value & 0xffff == count { ended.insert(value >> 16) }
                        continue
                    }
                    // As the driver's half of the device does: time passes between its look and its wait.
                    for _ in 0..<2 { _ = processor.readRegister(bench.register, .relaxed, at: .readError) }
                    _ = processor.poll(&idle, at: .fetchProd)
                }
                return
            }
            // One after the other, so that nobody overwrites what another has written last before it is seen.
            if agent > 0 { _ = processor.wait32(bench.lines[0].low, at: .awaitOwner) { $0 == UInt32(agent) } }
            for number in 1...count {
                processor.writeRegister(bench.register, UInt32(agent) << 16 | number, .orderedStores, at: .doorbell)
                processor.spend(nanoseconds: UInt64.random(in: 0..<6, using: &generator), at: .work)
            }
            processor.finish()
            processor.spend(nanoseconds: 100_000, at: .work)
            processor.store32(bench.lines[0].low, UInt32(agent + 1), .release, at: .handOver)
        }
        #expect(ending == .completed)
        let seen = bench.values(of: 3)
        #expect(seen == seen.sorted())
        #expect(Set(seen).isSuperset(of: (0..<3).map { $0 << 16 | UInt64(count) }))
    }

    @Test("A device that is told by bookkeeping just before it waits does not wait")
    func bookkeeping() {
        let bench = Bench(model, cores: [0], devices: 1)
        let running = bench.lines[0].low
        bench.memory.set(running, to: 1)
        let ending = bench.run { agent, processor in
            if agent == 0 {
                processor.time = 999_900
                _ = processor.load64(bench.lines[1], .relaxed, at: .allocate)
                _ = processor.fetchAdd32(running, .max, .release, at: .audit)
                return
            }
            // It has run ahead of the processor when it looks.
            processor.time = 2_000_000
            var idle = Poll(timeout: .max)
            while processor.load32(running, .relaxed, at: .audit).value != 0 { _ = processor.poll(&idle, at: .fetchProd) }
            bench.note(processor)
        }
        #expect(ending == .completed)
        #expect(bench.times(of: 1) == [2_000_000])
    }

    @Test("DMA reads come from the owner, which keeps its line, or from the home; a fetched line serves until PROD is looked at")
    func reads() {
        var model = model
        model.device.die = 1
        let bench = Bench(model, cores: [12], devices: 1)
        let update = model.processor.step + model.processor.atomicHit
        let ending = bench.run { agent, processor in
            if agent == 0 {
                processor.store64(bench.lines[0], 77, .relaxed, at: .writeSlots)
                processor.advance(to: 9_000_000)
                bench.note(processor)
                _ = processor.fetchAdd64(bench.lines[0], 1, .relaxed, at: .allocate)
                bench.note(processor)
                return
            }
            processor.advance(to: 2_000_000)
            for word in [bench.lines[0], bench.lines[0].advanced(by: 7), bench.lines[1]] {
                bench.note(processor, processor.dmaRead64(word, at: .fetchEntries))
            }
            processor.advance(to: 10_000_000)
            _ = processor.dmaRead64(bench.lines[0], at: .fetchEntries)
            bench.note(processor)
            _ = processor.ownRegister(bench.register, at: .fetchProd)
            processor.dmaPrefetch(bench.lines[2], at: .fetchEntries)
            bench.note(processor, processor.dmaRead64(bench.lines[0], at: .fetchEntries))
            bench.note(processor, processor.dmaRead64(bench.lines[2], at: .fetchEntries))
        }
        #expect(ending == .completed)
        let ports = 2 * model.device.port
        let owner = 2_000_000 + ports + model.memory.transferAcross
        let again = 10_000_000 + ports + model.memory.transferAcross
        #expect(bench.times(of: 1) == [owner, owner, owner + ports + model.memory.homeInSocket, 10_000_000, again, again])
        #expect(bench.values(of: 1) == [77, 0, 0, 0, 78, 0].map { UInt64($0) })
        #expect(bench.times(of: 0)[1] - bench.times(of: 0)[0] == update, "the owner hits after the read")
    }

    @Test("An MSI leaves after its delay, takes the copies away and wakes who waits for its word")
    func messageInterrupt() {
        var model = model
        model.device.die = 1
        let bench = Bench(model, cores: [2], devices: 1)
        let ending = bench.run { agent, processor in
            if agent == 0 {
                bench.note(processor, UInt64(processor.wait32(bench.lines[3].low, at: .awaitSync) { $0 != 0 }.value))
                return
            }
            processor.advance(to: 3_000_000)
            processor.dmaWrite32(bench.lines[3].low, 0xabcd, at: .completeSync)
            bench.note(processor)
        }
        #expect(ending == .completed)
        // To the home, from there to the copy and back; then the waiter reads anew.
        let start = 3_000_000 + model.device.messageInterrupt + model.device.port + model.memory.homeInSocket / 2
        let invalidated = start + model.memory.homeInDie / 2
        let done = start + model.memory.homeInDie
        let read = max(invalidated + model.processor.wake, done) + model.memory.homeInDie + model.processor.loadHit
        #expect(bench.times(of: 0) == [read])
        #expect(bench.values(of: 0) == [0xabcd])
        #expect(bench.times(of: 1) == [3_000_000], "the device goes on")
    }

    /// As many agents as there are bits in a word of sharers, and one more.
    @Test("An agent of the device that reads as a driver shares that line and no other")
    func driversHalf() {
        let model = MachineModel.small
        let bench = Bench(model, cores: Array(repeating: 0, count: 64), devices: 1)
        let ending = bench.run { agent, processor in
            if agent == 64 { _ = processor.load64(bench.lines[0], .relaxed, at: .readBadSlot) }
            if agent == 5 { _ = processor.load64(bench.lines[1], .relaxed, at: .allocate) }
        }
        #expect(ending == .completed)
        #expect(bench.machine.core[0].isShared(0, by: 64))
        #expect((0...64).filter { bench.machine.core[0].isShared(1, by: $0) } == [5])
    }
}
