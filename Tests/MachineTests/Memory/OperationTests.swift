import Machine
import Testing

private let updates: [UpdateOrdering] = [.relaxed, .acquire, .release, .full]

@Suite("Every operation of both widths, on a word and on its neighbours")
struct OperationTests {
    let fixture = NativeFixture()
    /// The word under test lies between two that must not change.
    var word: Word64 { fixture.words.advanced(by: 1) }
    let guardValue: UInt64 = 0x5a5a_5a5a_a5a5_a5a5

    init() {
        fixture.memory.set(fixture.words, to: guardValue)
        fixture.memory.set(fixture.words.advanced(by: 2), to: guardValue)
    }

    func expectNeighboursUntouched() {
        #expect(fixture.memory.inspect(fixture.words) == guardValue)
        #expect(fixture.memory.inspect(fixture.words.advanced(by: 2)) == guardValue)
    }

    @Test("loads and stores, 64 bits")
    func loadStore64() {
        var processor = fixture.processor()
        for (value, ordering) in [(0x8000_0000_0000_0001, .relaxed), (0xfedc_ba98_7654_3210, .release)] as [(UInt64, StoreOrdering)] {
            processor.store64(word, value, ordering, at: .audit)
            for ordering in [LoadOrdering.relaxed, .acquire] {
                #expect(processor.load64(word, ordering, at: .audit).value == value)
            }
        }
        expectNeighboursUntouched()
    }

    @Test("loads and stores, each half")
    func loadStore32() {
        var processor = fixture.processor()
        for (value, ordering) in [(0x8000_0001, .relaxed), (0xdead_beef, .release)] as [(UInt32, StoreOrdering)] {
            fixture.memory.set(word, to: 0x1111_1111_2222_2222)
            processor.store32(word.high, value, ordering, at: .audit)
            #expect(fixture.memory.inspect(word) == UInt64(value) << 32 | 0x2222_2222)
            processor.store32(word.low, ~value, ordering, at: .audit)
            #expect(fixture.memory.inspect(word) == UInt64(value) << 32 | UInt64(~value))
            for ordering in [LoadOrdering.relaxed, .acquire] {
                #expect(processor.load32(word.high, ordering, at: .audit).value == value)
                #expect(processor.load32(word.low, ordering, at: .audit).value == ~value)
            }
        }
        expectNeighboursUntouched()
    }

    @Test("compare-and-exchange writes only on a match and returns what it found", arguments: updates)
    func compareExchange(ordering: UpdateOrdering) {
        var processor = fixture.processor()
        let old: UInt64 = 0xffff_ffff_0000_0001
        fixture.memory.set(word, to: old)
        #expect(processor.compareExchange64(word, expected: old ^ 1 << 63, desired: 9, ordering, at: .audit).value == old)
        #expect(fixture.memory.inspect(word) == old, "the high half alone differs")
        #expect(processor.compareExchange64(word, expected: old, desired: 9 << 40, ordering, at: .audit).value == old)
        #expect(fixture.memory.inspect(word) == 9 << 40)

        fixture.memory.set(word, to: old)
        #expect(processor.compareExchange32(word.high, expected: 1, desired: 7, ordering, at: .audit).value == 0xffff_ffff)
        #expect(fixture.memory.inspect(word) == old)
        #expect(processor.compareExchange32(word.high, expected: 0xffff_ffff, desired: 7, ordering, at: .audit).value == 0xffff_ffff)
        #expect(fixture.memory.inspect(word) == 0x7_0000_0001)
        expectNeighboursUntouched()
    }

    @Test("fetch-and-add wraps around and returns the old value", arguments: updates)
    func fetchAdd(ordering: UpdateOrdering) {
        var processor = fixture.processor()
        fixture.memory.set(word, to: .max)
        #expect(processor.fetchAdd64(word, 3, ordering, at: .audit).value == .max)
        #expect(fixture.memory.inspect(word) == 2)

        fixture.memory.set(word, to: 0x0000_0005_ffff_fffe)
        #expect(processor.fetchAdd32(word.low, 4, ordering, at: .audit).value == 0xffff_fffe)
        #expect(fixture.memory.inspect(word) == 0x0000_0005_0000_0002, "no carry into the high half")
        #expect(processor.fetchAdd32(word.high, 0xffff_ffff, ordering, at: .audit).value == 5)
        #expect(fixture.memory.inspect(word) == 0x0000_0004_0000_0002)
        expectNeighboursUntouched()
    }

    @Test("adding 2^31 clears a bit 31 that is set", arguments: updates)
    func clearsBit31(ordering: UpdateOrdering) {
        var processor = fixture.processor()
        fixture.memory.set(word, to: 0xffff_fff0_8000_1234)
        #expect(processor.fetchAdd32(word.low, 1 << 31, ordering, at: .audit).value == 0x8000_1234)
        #expect(fixture.memory.inspect(word) == 0xffff_fff0_0000_1234)
    }

    @Test("fetch-and-and keeps the common bits and returns the old value", arguments: updates)
    func fetchAnd(ordering: UpdateOrdering) {
        var processor = fixture.processor()
        fixture.memory.set(word, to: 0xffff_0003_8012_3456)
        #expect(processor.fetchAnd64(word, 0xf000_0000_0001_ffff, ordering, at: .audit).value == 0xffff_0003_8012_3456)
        #expect(fixture.memory.inspect(word) == 0xf000_0000_0000_3456)
        #expect(processor.fetchAnd64(word, 0, ordering, at: .audit).value == 0xf000_0000_0000_3456)
        #expect(fixture.memory.inspect(word) == 0)
        expectNeighboursUntouched()
    }

    @Test("exclusive or", arguments: updates)
    func xor(ordering: UpdateOrdering) {
        var processor = fixture.processor()
        fixture.memory.set(word, to: 0xff00_ff00_ff00_ff00)
        processor.xor64(word, 0x8000_0000_0000_ffff, ordering, at: .audit)
        #expect(fixture.memory.inspect(word) == 0x7f00_ff00_ff00_00ff)
        expectNeighboursUntouched()
    }

    @Test("fences change nothing", arguments: [Fence.dmaWrite, .full])
    func fences(fence: Fence) {
        var processor = fixture.processor()
        processor.store64(word, 3, .relaxed, at: .audit)
        processor.fence(fence, at: .audit)
        #expect(processor.load64(word, .relaxed, at: .audit).value == 3)
        expectNeighboursUntouched()
    }

    @Test("registers, as a processor and as their device see them")
    func registers() {
        var processor = fixture.processor()
        let register = Register32(word: word.high)
        for ordering in [RegisterWriteOrdering.relaxed, .orderedStores] {
            processor.writeRegister(register, 0x8000_0007, ordering, at: .audit)
            #expect(processor.ownRegister(register, at: .audit) == 0x8000_0007)
            processor.setOwnRegister(register, 3, at: .audit)
            for ordering in [RegisterReadOrdering.relaxed, .orderedReads] {
                #expect(processor.readRegister(register, ordering, at: .audit).value == 3)
            }
        }
        #expect(fixture.memory.inspect(register) == 3)
        #expect(fixture.memory.inspect(word.low) == 0)
    }

    @Test("the device's DMA")
    func dma() {
        var processor = fixture.processor()
        processor.dmaWrite64(word, 0x1234_5678_9abc_def0, at: .audit)
        processor.dmaWrite32(word.low, 0, at: .audit)
        #expect(processor.dmaRead64(word, at: .audit) == 0x1234_5678_0000_0000)
        expectNeighboursUntouched()
    }
}

@Suite("Storing entries")
struct StoreEntriesTests {
    struct Pair: BitwiseCopyable { var first: UInt64, second: UInt64 }

    @Test("every small count, from every start, writes its words and no other")
    func pairs() {
        for count in 0...19 {
            for start in 0..<8 {
                let fixture = NativeFixture(lines: 8)
                var processor = fixture.processor()
                let entries = (0..<count).map { Pair(first: UInt64($0) << 32 | 1, second: ~UInt64($0)) }
                processor.storeEntries(entries.span, from: fixture.words.advanced(by: start), at: .audit, dependingOn: .none)
                let expected: [UInt64] = (0..<64).map { position in
                    let (entry, half) = (position - start).quotientAndRemainder(dividingBy: 2)
                    guard position >= start, entry < count else { return 0 }
                    return half == 0 ? entries[entry].first : entries[entry].second
                }
                #expect((0..<64).map { fixture.memory.inspect(fixture.words.advanced(by: $0)) } == expected, "count \(count), start \(start)")
            }
        }
    }

    @Test("entries of one word, so that every number of words occurs")
    func singles() {
        for count in 0...33 {
            let fixture = NativeFixture(lines: 8)
            var processor = fixture.processor()
            let entries = (0..<UInt64(count)).map { $0 &* 0x9e37_79b9_7f4a_7c15 | 1 }
            processor.storeEntries(entries.span, from: fixture.words.advanced(by: 3), at: .audit, dependingOn: .none)
            let expected = [0, 0, 0] + entries + Array(repeating: 0, count: 61 - count)
            #expect((0..<64).map { fixture.memory.inspect(fixture.words.advanced(by: $0)) } == expected, "count \(count)")
        }
    }
}
