@testable import Experiment
import SMMUv3
import TestSupport
import Testing

@Suite struct SlotSumTests {
    let geometry = QueueGeometry(log2Entries: 6)

    /// Lists summed by parts come to the same as their commands one by one, wherever the list lies.
    @Test func aListsPartsAreItsCommands() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let commands = randomCommands(Int.random(in: 0...64, using: &generator), &generator)
            let start = UInt32.random(in: 0...(geometry.pointerMask - UInt32(commands.count)), using: &generator)
            var byParts = SlotSum()
            byParts.add(ListSum(of: commands), from: start)
            var byCommands = SlotSum()
            for (index, command) in commands.enumerated() { byCommands.add(command, at: start + UInt32(index)) }
            #expect(byParts == byCommands, "seed \(seed)")
            var bySpan = SlotSum()
            bySpan.add(commands.span, from: start, geometry)
            #expect(bySpan == byCommands, "seed \(seed)")
        }
    }

    @Test func spansGoOnAtZeroBehindTheHighestPointer() {
        var generator = SeededGenerator(seed: 7)
        let commands = randomCommands(10, &generator)
        var span = SlotSum()
        span.add(commands.span, from: geometry.pointerMask - 3, geometry)
        var single = SlotSum()
        for (index, command) in commands.enumerated() {
            single.add(command, at: (geometry.pointerMask - 3 + UInt32(index)) & geometry.pointerMask)
        }
        #expect(span == single)
    }

    /// Everything that can be wrong with what is executed makes the sums differ.
    @Test func differsForAnyFault() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        for round in 0..<500 {
            let commands = tlbis(24, &generator)
            var inserted = SlotSum()
            inserted.add(commands.span, from: 3, geometry)
            var executed = SlotSum()
            let victim = Int.random(in: 1..<24, using: &generator)
            for (index, command) in commands.enumerated() {
                let slot = 3 + UInt32(index)
                switch round % 5 {
                case 0 where index == victim: continue
                case 1 where index == victim:
                    executed.add(command, at: slot)
                    executed.add(command, at: slot)
                case 2 where index == victim: executed.add(commands[index - 1], at: slot)
                case 3 where index == victim: executed.add(command, at: slot + 40)
                case 4 where index == victim: executed.add(commands[index - 1], at: slot)
                case 4 where index == victim - 1: executed.add(commands[index + 1], at: slot)
                default: executed.add(command, at: slot)
                }
            }
            #expect(executed != inserted, "seed \(seed), round \(round), victim \(victim)")
        }
    }

    private func randomCommands(_ count: Int, _ generator: inout SeededGenerator) -> [Command] {
        (0..<count).map { _ in Command(word0: generator.next(), word1: generator.next()) }
    }

    /// As alike as an unmap's: same ASID, neighbouring pages.
    private func tlbis(_ count: Int, _ generator: inout SeededGenerator) -> [Command] {
        let base = generator.next() & 0x0000_ffff_ffff_f000
        return (0..<count).map { Command(word0: 0x0001_0000_0000_0012, word1: base &+ UInt64($0) << 12 | 1) }
    }
}
