@testable import Experiment
import SMMUv3
import TestSupport
import Testing

@Suite struct ListRecordTests {
    @Test func keepsEveryField() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<10_000 {
            let producer = Int.random(in: 0..<1024, using: &generator)
            let number = UInt32.random(in: 0...UInt32.max, using: &generator)
            let count = Int.random(in: 0...ListRecord.maximumCount, using: &generator)
            let sync = Bool.random(using: &generator)
            let checksum = UInt32.random(in: 0...UInt32.max, using: &generator)
            let record = ListRecord(producer: producer, number: number, count: count, sync: sync, checksum: checksum)
            #expect(record.exists, "seed \(seed)")
            #expect(record.producer == producer && record.number == number & ListRecord.numberMask, "seed \(seed)")
            #expect(record.count == UInt32(count) && record.sync == sync && record.checksum == checksum, "seed \(seed)")
        }
        #expect(!ListRecord(word: 0).exists)
    }

    @Test func checksumDependsOnOrderAndOnEveryBit() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let commands = (0..<Int.random(in: 2...64, using: &generator)).map { _ in
                Command(word0: generator.next(), word1: generator.next())
            }
            let checksum = ListChecksum.of(commands)
            var swapped = commands
            swapped.swapAt(0, commands.count - 1)
            #expect(ListChecksum.of(swapped) != checksum, "seed \(seed)")
            var changed = commands
            let index = Int.random(in: 0..<commands.count, using: &generator)
            if Bool.random(using: &generator) {
                changed[index].word0 ^= 1 << UInt64.random(in: 0..<64, using: &generator)
            } else {
                changed[index].word1 ^= 1 << UInt64.random(in: 0..<64, using: &generator)
            }
            #expect(ListChecksum.of(changed) != checksum, "seed \(seed)")
            #expect(ListChecksum.of(commands.dropLast()) != checksum, "seed \(seed)")
        }
    }
}
