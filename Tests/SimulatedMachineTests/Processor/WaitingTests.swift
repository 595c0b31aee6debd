import Machine
@testable import SimulatedMachine
import TestSupport
import Testing

@Suite struct WaitingTests {
    let model = MachineModel.small
    private var look: UInt64 { model.processor.step + model.processor.loadHit }

    @Test("A waiter goes on when the store has invalidated its copy and it has read the line again")
    func wakes() {
        let bench = Bench(model, cores: [0, 1, 6])
        let ending = bench.run { agent, processor in
            if agent == 2 {
                // The first store is no reason to go on: the waiter looks and sleeps again.
                for (time, value) in [(2_000_000, 1), (3_000_000, 2)] as [(UInt64, UInt64)] {
                    processor.advance(to: time)
                    processor.store64(bench.lines[0], value, .relaxed, at: .handOver)
                }
                return
            }
            if agent == 1 { return }
            let value = processor.wait64(bench.lines[0], at: .awaitOwner) { $0 >= 2 }.value
            bench.note(processor, value)
        }
        #expect(ending == .completed)
        let stored: UInt64 = 3_000_000 + model.processor.step + model.processor.storeHit
        // To take the waiter's copy away the writer asks the home, which is farther than the waiter.
        let granted = stored + model.memory.homeInSocket
        let awake = stored + model.memory.homeInSocket / 2 + model.processor.wake
        #expect(bench.values(of: 0) == [2])
        #expect(bench.times(of: 0) == [max(awake, granted) + model.memory.transferInSocket + model.processor.loadHit])
        // At first, after the first store, after the second.
        #expect(bench.machine.operations.loads == 3)
    }

    @Test("A condition that holds at once costs one look")
    func holdsAtOnce() {
        let bench = Bench(model, cores: [0])
        _ = bench.run { _, processor in
            _ = processor.wait32(bench.lines[0].high, at: .awaitValid) { $0 == 0 }
            bench.note(processor)
        }
        #expect(bench.times(of: 0) == [look + model.memory.homeInDie])
        #expect(bench.machine.operations.loads == 1)
    }

    @Test("A wait times out at its own time, though an earlier one would have waited longer")
    func timeouts() {
        let bench = Bench(model, cores: [0, 2])
        let ending = bench.run { agent, processor in
            if agent == 1 {
                processor.advance(to: 5_000_000)
                processor.store64(bench.lines[0], 1, .relaxed, at: .handOver)
                return
            }
            #expect(processor.wait64(bench.lines[0], at: .awaitSync, timeout: 1_000_000) { $0 == 1 }?.value == 1)
            bench.note(processor)
            for (word, timeout) in [(0, 2_000), (1, 500), (0, 900)] {
                #expect(processor.wait64(bench.lines[word], at: .awaitSync, timeout: UInt64(timeout)) { $0 == 9 } == nil)
                bench.note(processor)
            }
        }
        #expect(ending == .completed)
        let times = bench.times(of: 0)
        for (number, timeout) in [2_000_000, 500_000, 900_000].enumerated() {
            #expect(times[number + 1] == times[number] + UInt64(timeout) + model.processor.loadHit)
        }
    }

    @Test("Of random waiters and writers all come to their end", arguments: Array(UInt64(1)...80))
    func noneIsLost(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let agents = Int.random(in: 2...12, using: &generator)
        let bench = Bench(.random(&generator), cores: Array((0..<16).shuffled(using: &generator).prefix(agents)), lines: 3, seed: seed)
        let words = bench.lines + bench.lines.map { $0.advanced(by: 3) }
        let rounds: UInt64 = 12
        let seeds = (0..<agents).map { _ in generator.next() }
        // Everybody adds to all words, now and then waits for others, never for more than has been announced.
        let ending = bench.run { agent, processor in
            var generator = SeededGenerator(seed: seeds[agent])
            for round in 1...rounds {
                for word in words.shuffled(using: &generator) {
                    processor.spend(nanoseconds: UInt64.random(in: 0..<300, using: &generator), at: .work)
                    if Bool.random(using: &generator) {
                        _ = processor.fetchAdd64(word, 1, .relaxed, at: .publishSlots)
                    } else {
                        var old = processor.load64(word, .relaxed, at: .allocate).value
                        while true {
                            let found = processor.compareExchange64(word, expected: old, desired: old + 1, .release, at: .allocate).value
                            if found == old { break }
                            old = found
                        }
                    }
                }
                let word = words.randomElement(using: &generator)!
                let goal = round * UInt64(agents)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: _ = processor.wait64(word, at: .awaitValid) { $0 >= goal }
                case 1: _ = processor.wait32(word.low, at: .awaitOwner) { $0 >= goal }
                default: while processor.wait64(word, at: .awaitSync, timeout: 300, until: { $0 >= goal }) == nil {}
                }
                if processor.load64(word, .relaxed, at: .audit).value < goal { bench.note(processor, goal) }
            }
        }
        #expect(ending == .completed)
        #expect(bench.notes.isEmpty)
        for word in words { #expect(bench.memory.inspect(word) == rounds * UInt64(agents)) }
    }

    @Test("An agent's time never runs backward", arguments: Array(UInt64(1)...40))
    func time(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let bench = Bench(.random(&generator), cores: [0, 2, 9], lines: 3, seed: seed)
        let seeds = (0..<3).map { _ in generator.next() }
        var backward = 0
        let ending = bench.run { agent, processor in
            var generator = SeededGenerator(seed: seeds[agent])
            var last: UInt64 = 0
            for _ in 0..<600 {
                let word = bench.lines.randomElement(using: &generator)!
                switch Int.random(in: 0..<6, using: &generator) {
                case 0: processor.store64(word, 1, .relaxed, at: .writeSlots)
                case 1: processor.store64(word, 1, .release, at: .handOver)
                case 2: processor.fence(.full, at: .doorbell)
                case 3: _ = processor.load64(word, .relaxed, at: .allocate)
                case 4: _ = processor.fetchAdd64(word, 1, .full, at: .allocate)
                default: processor.spend(nanoseconds: 9, at: .work)
                }
                if processor.time < last { backward += 1 }
                last = processor.time
            }
        }
        #expect(ending == .completed)
        #expect(backward == 0)
    }

    @Test("A polling loop looks ten times between delays that double")
    func delays() {
        let bench = Bench(model, cores: [0])
        var times: [UInt64] = []
        _ = bench.run { _, processor in
            var poll = Poll(timeout: 20_000)
            var last = processor.time
            while processor.poll(&poll, at: .awaitSync) {
                times.append(processor.time - last)
                last = processor.time
            }
        }
        let spins = Array(repeating: model.processor.relax, count: 9)
        #expect(times == spins + [1_000_000] + spins + [2_000_000] + spins + [4_000_000] + spins + [8_000_000] + spins + [16_000_000])
    }

    @Test("WFE ends with an event, with one that has come before, and with the event stream")
    func events() {
        var model = model
        model.device.die = 1
        let bench = Bench(model, cores: [0], devices: 1)
        let ending = bench.run { agent, processor in
            if agent == 1 {
                for time in [3_000_000, 7_000_000, 7_100_000] as [UInt64] {
                    processor.advance(to: time)
                    processor.sendEvent(at: .completeSync)
                }
                return
            }
            var poll = Poll(timeout: 1_000_000, waitsForEvents: true)
            func wait() {
                #expect(processor.poll(&poll, at: .awaitSync))
                bench.note(processor)
            }
            wait()
            processor.advance(to: 8_000_000)
            // Two events that nobody waited for are one.
            wait()
            wait()
        }
        #expect(ending == .completed)
        let way = model.device.port + model.memory.homeInSocket / 2
        #expect(bench.times(of: 0) == [3_000_000 + way + model.processor.wake, 8_000_000, 108_000_000])
    }

    @Test("Where the device sends no events a polling loop for one delays")
    func noEvents() {
        var model = model
        model.device.sendsEvents = false
        let bench = Bench(model, cores: [0])
        _ = bench.run { _, processor in
            var poll = Poll(timeout: 1_000, waitsForEvents: true)
            #expect(processor.poll(&poll, at: .awaitSync))
            bench.note(processor)
        }
        #expect(bench.times(of: 0) == [model.processor.relax])
    }
}
