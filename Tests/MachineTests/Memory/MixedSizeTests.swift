import Machine
import Testing

@Suite("32- and 64-bit updates of one word from two threads")
struct MixedSizeTests {
    @Test("bit 31 cleared on one half, while another thread compares and swaps the whole word")
    func halvesUnderCompareAndSwap() throws {
        let fixture = NativeFixture()
        let word = fixture.words
        let rounds: UInt32 = 3000
        try NativeThreads.run(count: 2, pinned: false) { agent in
            var processor = fixture.processor()
            for _ in 0..<rounds {
                if agent == 0 {
                    // Sets bit 31 and counts below it and in the high half, as an allocator does.
                    while true {
                        let old = processor.load64(word, .relaxed, at: .audit).value
                        guard old & 1 << 31 == 0 else {
                            _ = processor.wait32(word.low, at: .audit) { $0 & 1 << 31 == 0 }
                            continue
                        }
                        let new = (old &+ (1 << 32 | 1)) | 1 << 31
                        if processor.compareExchange64(word, expected: old, desired: new, .relaxed, at: .audit).value == old { break }
                    }
                } else {
                    _ = processor.wait32(word.low, at: .audit) { $0 & 1 << 31 != 0 }
                    _ = processor.fetchAdd32(word.low, 1 << 31, .relaxed, at: .audit)
                }
            }
        }
        #expect(fixture.memory.inspect(word) == UInt64(rounds) << 32 | UInt64(rounds))
    }

    @Test("what a fetch-and takes out of a word that another thread adds to is all that was added")
    func fetchAndUnderAdds() throws {
        let fixture = NativeFixture()
        let (word, taken) = (fixture.words, fixture.words.advanced(by: 8))
        try NativeThreads.run(count: 2, pinned: false) { agent in
            var processor = fixture.processor()
            for _ in 0..<5000 {
                if agent == 0 {
                    _ = processor.fetchAdd64(word, 1 << 32 | 1, .full, at: .audit)
                } else {
                    let old = processor.fetchAnd64(word, 0xffff_ffff, .relaxed, at: .audit).value
                    _ = processor.fetchAdd64(taken, old >> 32, .relaxed, at: .audit)
                }
            }
        }
        let left = fixture.memory.inspect(word)
        #expect(left & 0xffff_ffff == 5000)
        #expect(left >> 32 + fixture.memory.inspect(taken) == 5000)
    }

    @Test("adds to the two halves and to the whole lose nothing")
    func addsToHalvesAndWhole() throws {
        let fixture = NativeFixture()
        let word = fixture.words
        try NativeThreads.run(count: 3, pinned: false) { agent in
            var processor = fixture.processor()
            for _ in 0..<5000 {
                switch agent {
                case 0: _ = processor.fetchAdd32(word.low, 1, .relaxed, at: .audit)
                case 1: _ = processor.fetchAdd32(word.high, 3, .relaxed, at: .audit)
                default: _ = processor.fetchAdd64(word, 1 << 33 | 5, .relaxed, at: .audit)
                }
            }
        }
        #expect(fixture.memory.inspect(word.low) == 5000 * 6)
        #expect(fixture.memory.inspect(word.high) == 5000 * 5)
    }

    @Test("exclusive ors of single bits by three threads all count")
    func xorsOfOneWord() throws {
        let fixture = NativeFixture()
        let word = fixture.words
        try NativeThreads.run(count: 3, pinned: false) { agent in
            var processor = fixture.processor()
            for round in 0..<3001 {
                processor.xor64(word, 1 << UInt64(agent * 21 + round % 21), .relaxed, at: .audit)
            }
        }
        // 3001 = 142 * 21 + 19: bits 0 to 18 of each thread were toggled 143 times, the other two 142 times.
        let odd: UInt64 = (1 << 19) - 1
        #expect(fixture.memory.inspect(word) == odd | odd << 21 | odd << 42)
    }
}
