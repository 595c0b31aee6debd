import Machine
@testable import SimulatedMachine
import TestSupport
import Testing

private func randomCores(_ generator: inout SeededGenerator, _ count: Int) -> [Int] {
    Array((0..<16).shuffled(using: &generator).prefix(count))
}

/// Many machines, each with the seed that makes it again.
private let manySeeds = Array(UInt64(1)...500)

@Suite struct ProgramTests {
    /// Each processor has every fourth word: they share all lines and no word.
    @Test("A processor's own words are as in plain memory, whatever others do to the same lines", arguments: manySeeds)
    func ownWords(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let bench = Bench(.random(&generator), cores: randomCores(&generator, 4), lines: 6, seed: seed)
        var differences: [String] = []
        let seeds = (0..<4).map { _ in generator.next() }
        let ending = bench.run { agent, processor in
            var generator = SeededGenerator(seed: seeds[agent])
            var model = Array(repeating: UInt64(0), count: 12)
            for step in 0..<400 {
                let index = Int.random(in: 0..<12, using: &generator)
                let word = bench.lines[index / 2].advanced(by: agent + index % 2 * 4)
                let operation = OwnWord.random(&generator)
                let (found, expected) = operation.apply(to: word, &model[index], on: &processor, &generator)
                if found != expected {
                    differences.append("processor \(agent), step \(step), word \(index), \(operation): \(found) in place of \(expected)")
                }
            }
            processor.finish()
            for index in 0..<12 where bench.memory.inspect(bench.lines[index / 2].advanced(by: agent + index % 2 * 4)) != model[index] {
                differences.append("processor \(agent), word \(index) at the end")
            }
        }
        #expect(ending == .completed)
        #expect(differences.isEmpty, "\(differences.prefix(3))")
    }

    @Test("Read-modify-writes of several processors on one word are each done once", arguments: manySeeds)
    func sharedWords(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let processors = Int.random(in: 2...8, using: &generator)
        let bench = Bench(.random(&generator), cores: randomCores(&generator, processors), lines: 4, seed: seed)
        // On one line, so that they disturb each other: a counter, a word for compare-and-swap, one whose halves are added to.
        let counter = bench.lines[0], exchanged = counter.advanced(by: 1), halves = counter.advanced(by: 2), bits = bench.lines[1]
        let rounds = 25
        let ending = bench.run { agent, processor in
            for round in 0..<rounds {
                bench.note(processor, processor.fetchAdd64(counter, 1, [.relaxed, .full][round % 2], at: .allocate).value)
                var old = processor.load64(exchanged, .relaxed, at: .allocate).value
                while true {
                    let found = processor.compareExchange64(exchanged, expected: old, desired: old + 3, .acquire, at: .allocate).value
                    if found == old { break }
                    old = found
                }
                _ = processor.fetchAdd32(agent % 2 == 0 ? halves.low : halves.high, UInt32(agent + 1), .release, at: .lockShared)
                processor.xor64(bits, 1 << UInt64(agent), .relaxed, at: .publishSlots)
                processor.spend(nanoseconds: UInt64(agent * 7), at: .work)
            }
            // What a mask keeps others keep too.
            _ = processor.fetchAnd64(bits.advanced(by: 1), ~(1 << UInt64(agent)), .full, at: .handOver)
        }
        #expect(ending == .completed)
        let tickets = (0..<processors).flatMap { bench.values(of: $0) }
        #expect(tickets.sorted() == (0..<UInt64(processors * rounds)).map { $0 })
        for agent in 0..<processors { #expect(bench.values(of: agent) == bench.values(of: agent).sorted()) }
        #expect(bench.memory.inspect(exchanged) == UInt64(3 * processors * rounds))
        let sums = (0..<2).map { half in (0..<processors).filter { $0 % 2 == half }.reduce(0) { $0 + ($1 + 1) * rounds } }
        #expect(bench.memory.inspect(halves) == UInt64(sums[1]) << 32 | UInt64(sums[0]))
        #expect(bench.memory.inspect(bits) == 1 << UInt64(processors) - 1)
    }

    @Test("A 32-bit lock in one half, a counter in the other, changed as 64 bits", arguments: manySeeds)
    func mixedHalves(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let bench = Bench(.random(&generator), cores: randomCores(&generator, 3), seed: seed)
        let word = bench.lines[2]
        let ending = bench.run { agent, processor in
            for _ in 0..<20 {
                if agent == 0 {
                    _ = processor.fetchAdd32(word.high, 1, .relaxed, at: .handOver)
                } else {
                    var old = processor.load64(word, .relaxed, at: .allocate).value
                    while true {
                        let new = old & ~0xffff_ffff | (old + 1) & 0xffff_ffff
                        let found = processor.compareExchange64(word, expected: old, desired: new, .relaxed, at: .allocate).value
                        if found == old { break }
                        old = found
                    }
                }
            }
        }
        #expect(ending == .completed)
        #expect(bench.memory.inspect(word) == 20 << 32 | 40)
    }

    /// The reader looks at memory itself, at the very time at which it has seen the flag.
    @Test("What comes before a release is there when it is seen", arguments: manySeeds)
    func release(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let bench = Bench(.random(&generator), cores: randomCores(&generator, 3), devices: 1, seed: seed)
        let flag = bench.lines[0]
        let rounds: UInt64 = 30
        let how = Int.random(in: 0..<3, using: &generator)
        let spent = (0..<rounds).map { _ in UInt64.random(in: 0..<400, using: &generator) }
        var failures: [String] = []
        let ending = bench.run { agent, processor in
            switch agent {
            case 0:
                for round in 1...rounds {
                    for word in bench.lines[1...5] { processor.store64(word, round, .relaxed, at: .writeSlots) }
                    processor.writeRegister(bench.register, UInt32(round), .relaxed, at: .doorbell)
                    switch how {
                    case 0: processor.store64(flag, round, .release, at: .handOver)
                    case 1: _ = processor.fetchAdd64(flag, 1, .release, at: .handOver)
                    default: _ = processor.compareExchange64(flag, expected: round - 1, desired: round, .full, at: .handOver)
                    }
                    processor.spend(nanoseconds: spent[Int(round) - 1], at: .work)
                }
                processor.finish()
            case 1, 2:
                var seen: UInt64 = 0
                while seen < rounds {
                    seen = agent == 1 ? processor.wait64(flag, at: .awaitOwner) { $0 > seen }.value
                        : processor.load64(flag, .acquire, at: .closeGather).value
                    for (number, word) in bench.lines[1...5].enumerated() {
                        if processor.load64(word, .relaxed, at: .audit).value < seen { failures.append("word \(number) in round \(seen)") }
                    }
                    if processor.readRegister(bench.register, .relaxed, at: .audit).value < seen { failures.append("register in round \(seen)") }
                    if agent == 1, processor.load64(bench.lines[4], .relaxed, at: .readSpaceCons).value < seen { failures.append("load in round \(seen)") }
                }
            default: break
            }
        }
        #expect(ending == .completed)
        #expect(failures.isEmpty, "\(failures.prefix(3))")
    }

    @Test("After a fence all earlier stores are in memory", arguments: manySeeds)
    func fence(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let bench = Bench(.random(&generator), cores: randomCores(&generator, 2), seed: seed)
        var failures = 0, under = 0
        let ending = bench.run { agent, processor in
            for round in UInt64(1)...30 {
                for word in bench.lines[0..<4] { processor.store64(word.advanced(by: agent), round, round % 3 == 0 ? .release : .relaxed, at: .writeSlots) }
                if bench.memory.inspect(bench.lines[3].advanced(by: agent)) != round { under += 1 }
                processor.fence(round % 2 == 0 ? .full : .dmaWrite, at: .doorbell)
                failures += bench.lines[0..<4].count { bench.memory.inspect($0.advanced(by: agent)) != round }
            }
        }
        #expect(ending == .completed)
        #expect(failures == 0)
        #expect(under > 0, "no store was ever on its way")
    }
}

/// An operation on a word that nobody else touches.
private enum OwnWord: Int, CaseIterable {
    case load, loadLow, loadHigh, store, storeRelease, storeLow, storeHigh, add, addLow, addHigh, and, exclusiveOr, exchange, exchangeHigh, entries, fence, spend

    static func random(_ generator: inout SeededGenerator) -> OwnWord { allCases.randomElement(using: &generator)! }

    /// What the machine answered, and what plain memory would have.
    func apply(
        to word: Word64, _ model: inout UInt64, on processor: inout SimulatedProcessor, _ generator: inout SeededGenerator
    ) -> (found: UInt64, expected: UInt64) {
        let old = model
        let value = generator.next()
        let half = UInt32(truncatingIfNeeded: value)
        let low = old & 0xffff_ffff, high = old >> 32
        let update: UpdateOrdering = [.relaxed, .acquire, .release, .full][Int(value >> 62)]
        switch self {
        case .load: return (processor.load64(word, .acquire, at: .closeGather).value, old)
        case .loadLow: return (UInt64(processor.load32(word.low, .relaxed, at: .closeGather).value), low)
        case .loadHigh: return (UInt64(processor.load32(word.high, .relaxed, at: .closeGather).value), high)
        case .store, .storeRelease:
            processor.store64(word, value, self == .store ? .relaxed : .release, at: .writeSlots)
            model = value
            return (0, 0)
        case .storeLow:
            processor.store32(word.low, half, .relaxed, at: .writeSlots)
            model = high << 32 | UInt64(half)
            return (0, 0)
        case .storeHigh:
            processor.store32(word.high, half, .release, at: .writeSlots)
            model = UInt64(half) << 32 | low
            return (0, 0)
        case .add:
            model = old &+ value
            return (processor.fetchAdd64(word, value, update, at: .allocate).value, old)
        case .addLow:
            model = high << 32 | (low + UInt64(half)) & 0xffff_ffff
            return (UInt64(processor.fetchAdd32(word.low, half, update, at: .allocate).value), low)
        case .addHigh:
            model = (high &+ UInt64(half)) << 32 | low
            return (UInt64(processor.fetchAdd32(word.high, half, update, at: .allocate).value), high)
        case .and:
            model = old & value
            return (processor.fetchAnd64(word, value, update, at: .allocate).value, old)
        case .exclusiveOr:
            model = old ^ value
            processor.xor64(word, value, update, at: .allocate)
            return (0, 0)
        case .exchange:
            let expected = value & 1 == 0 ? old : old &+ 1
            if expected == old { model = value }
            return (processor.compareExchange64(word, expected: expected, desired: value, update, at: .allocate).value, old)
        case .exchangeHigh:
            let expected = UInt32(high) &+ UInt32(value & 1)
            if value & 1 == 0 { model = UInt64(half) << 32 | low }
            return (UInt64(processor.compareExchange32(word.high, expected: expected, desired: half, update, at: .allocate).value), high)
        case .entries:
            // Entries have slots that nothing else of the processor's is on its way to.
            processor.fence(.full, at: .writeSlots)
            processor.storeEntries([value].span, from: word, at: .writeSlots, dependingOn: .none)
            model = value
            return (0, 0)
        case .fence:
            processor.fence(.full, at: .doorbell)
            return (0, 0)
        case .spend:
            processor.spend(nanoseconds: value >> 58, at: .work)
            return (0, 0)
        }
    }
}
