import TestSupport
import Testing

import SMMUv3

@Suite struct UnmapInvalidationTests {
    /// What a command invalidates, from its words alone.
    private func span(of command: Command, log2Block: UInt64) throws -> (start: UInt64, bytes: UInt64) {
        let start = command.opcode == .tlbiS2IPA ? command.ipa : command.address
        guard let granule = TranslationGranule(tg: command.tg) else { return (start, 1 << log2Block) }
        return (start, command.rangeGranules << granule.log2Bytes)
    }

    private struct Case {
        var space: UnmapInvalidation.Space
        var granule: TranslationGranule
        var level: UInt8
        var address: UInt64
        var pages: UInt64
        var leaf: Bool

        init(_ random: inout SeededGenerator, maximumBlocks: UInt64) {
            let (asid, vmid) = (UInt16(truncatingIfNeeded: random.next()), UInt16(truncatingIfNeeded: random.next()))
            space = [.stage1(asid: asid, vmid: vmid), .stage1EL2(asid: asid), .stage2(vmid: vmid)][Int(random.next() % 3)]
            granule = TranslationGranule.allCases[Int(random.next() % 3)]
            level = UInt8(2 + random.next() % 2)
            leaf = random.next() % 2 == 0
            let log2Block = granule.log2Block(level: level)
            let blocks = random.next() % maximumBlocks + 1
            pages = min(blocks << (log2Block - granule.log2Bytes), 1 << 34)
            address = (random.next() & ((1 << 47) - 1)) & ~((1 << log2Block) - 1)
        }

        func commands(range: Bool, threshold: UInt64? = nil) throws -> UnmapInvalidation {
            try UnmapInvalidation(
                space, address: address, pages: pages, granule: granule, level: level, leaf: leaf,
                rangeInvalidation: range, wholeSpaceThreshold: threshold)
        }
    }

    /// Each page once, from the first to the last without a gap. A non-leaf range whose number of pages
    /// is 1 modulo 32 takes one page more, as the driver's fix does.
    private func check(_ unmap: UnmapInvalidation, _ use: Case) throws {
        let log2Block = use.granule.log2Block(level: use.level)
        var next = use.address
        let rules = CommandRules(rangeInvalidation: unmap.rangeInvalidation)
        var count = 0
        for command in unmap {
            count += 1
            #expect(command.problems(under: rules) == [], "\(command.describe())")
            #expect(command.leaf == use.leaf)
            switch use.space {
            case .stage1(let asid, let vmid):
                #expect(command.opcode == .tlbiNHVA)
                #expect(command.asid == asid)
                #expect(command.vmid == vmid)
            case .stage1EL2(let asid):
                #expect(command.opcode == .tlbiEL2VA)
                #expect(command.asid == asid)
            case .stage2(let vmid):
                #expect(command.opcode == .tlbiS2IPA)
                #expect(command.vmid == vmid)
            }
            if unmap.rangeInvalidation {
                #expect(command.tg == use.granule.tg)
                #expect(command.ttl == (use.leaf ? use.level : 0))
            } else {
                #expect(command.tg == 0 && command.ttl == 0 && command.num == 0 && command.scale == 0)
            }
            let (start, bytes) = try span(of: command, log2Block: log2Block)
            #expect(start == next)
            next = start + bytes
        }
        let extra: UInt64 = unmap.rangeInvalidation && !use.leaf && use.pages % 32 == 1 ? 1 : 0
        #expect(next == use.address + (use.pages + extra) << use.granule.log2Bytes)
        if unmap.rangeInvalidation {
            #expect(count <= UnmapInvalidation.maximumRangeCommands)
        } else {
            #expect(UInt64(count) == unmap.blocks)
        }
    }

    @Test(arguments: seeds) func coversExactlyWithRanges(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            let use = Case(&random, maximumBlocks: 1 << (random.next() % 35))
            try check(use.commands(range: true), use)
        }
    }

    @Test(arguments: seeds) func coversExactlyWithoutRanges(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<60 {
            let use = Case(&random, maximumBlocks: 300)
            try check(use.commands(range: false), use)
        }
    }

    /// Every small number of pages: the odd rests, and 33 pages, the case of the driver's fix.
    @Test(arguments: [true, false]) func smallRanges(leaf: Bool) throws {
        var random = SeededGenerator(seed: 1)
        for pages in UInt64(1)...1100 {
            var use = Case(&random, maximumBlocks: 1)
            (use.granule, use.level, use.pages, use.leaf) = (.size4K, 3, pages, leaf)
            try check(use.commands(range: true), use)
        }
    }

    private func count(_ pages: UInt64, range: Bool = true, leaf: Bool = true, threshold: UInt64? = nil) throws -> Int {
        var count = 0
        for _ in try UnmapInvalidation(
            .stage1(asid: 1, vmid: 0), address: 0, pages: pages, leaf: leaf, rangeInvalidation: range,
            wholeSpaceThreshold: threshold)
        { count += 1 }
        return count
    }

    @Test func counts() throws {
        #expect(try count(0) == 0)
        #expect(try count(0, range: false) == 0)
        #expect(try count(1) == 1)
        #expect(try count(256) == 1)
        #expect(try count(511) == 2)
        #expect(try count(512) == 1)
        #expect(try count(33, leaf: true) == 2)
        #expect(try count(33, leaf: false) == 1)  // becomes 34 = 17 * 2
        #expect(try count(511, range: false) == 511)
        #expect(try count(UnmapInvalidation.maximumPages) == 1)
        #expect(try count(UnmapInvalidation.maximumPages - 1) == UnmapInvalidation.maximumRangeCommands)
    }

    @Test func firstNonLeafCommandOf33PagesIsNotReserved() throws {
        let commands = Array(try UnmapInvalidation(
            .stage1(asid: 1, vmid: 0), address: 0x1000, pages: 33, leaf: false, rangeInvalidation: true))
        #expect(commands == [Command(word0: 0x0001_0000_0011_0012, word1: 0x1400)])
    }

    @Test(arguments: [
        (TranslationGranule.size4K, 512), (.size16K, 2048), (.size64K, 8192),
    ] as [(TranslationGranule, UInt64)])
    func threshold(granule: TranslationGranule, expected: UInt64) throws {
        #expect(UnmapInvalidation.linuxThreshold(granule) == expected)
        let spaces: [(UnmapInvalidation.Space, Command)] = [
            (.stage1(asid: 7, vmid: 2), Command(word0: 0x0007_0002_0000_0011, word1: 0)),
            (.stage1EL2(asid: 7), Command(word0: 0x0007_0000_0000_0021, word1: 0)),
            (.stage2(vmid: 2), Command(word0: 0x0000_0002_0000_0028, word1: 0)),
        ]
        for (space, whole) in spaces {
            func commands(_ pages: UInt64, range: Bool) throws -> [Command] {
                Array(try UnmapInvalidation(
                    space, address: 0, pages: pages, granule: granule, rangeInvalidation: range,
                    wholeSpaceThreshold: expected))
            }
            #expect(try commands(expected, range: false) == [whole])
            #expect(try commands(1 << 30, range: false) == [whole])
            #expect(try commands(expected - 1, range: false).count == Int(expected - 1))
            #expect(try commands(expected, range: true).first?.opcode != whole.opcode)
        }
    }

    /// Blocks: without ranges one command per block, with ranges the level as TTL.
    @Test func blocks() throws {
        func commands(range: Bool) throws -> [Command] {
            Array(try UnmapInvalidation(
                .stage1(asid: 0, vmid: 0), address: 0x20_0000, pages: 1024, level: 2, rangeInvalidation: range))
        }
        #expect(try commands(range: false) == [Command(word0: 0x12, word1: 0x20_0001), Command(word0: 0x12, word1: 0x40_0001)])
        #expect(try commands(range: true) == [Command(word0: 0x12 | 10 << 20, word1: 0x20_0601)])
    }

    @Test func refusals() {
        func make(
            _ space: UnmapInvalidation.Space = .stage1(asid: 0, vmid: 0), address: UInt64 = 0, pages: UInt64 = 1,
            level: UInt8 = 3
        ) throws(UnmapInvalidation.InputError) {
            _ = try UnmapInvalidation(space, address: address, pages: pages, level: level, rangeInvalidation: true)
        }
        #expect(throws: UnmapInvalidation.InputError.misalignedAddress(0x800, block: 0x1000)) { try make(address: 0x800) }
        #expect(throws: UnmapInvalidation.InputError.misalignedAddress(0x1000, block: 0x20_0000)) {
            try make(address: 0x1000, pages: 512, level: 2)
        }
        #expect(throws: UnmapInvalidation.InputError.partialBlock(pages: 1, pagesPerBlock: 512)) { try make(level: 2) }
        for level: UInt8 in [0, 4, 255] {
            #expect(throws: UnmapInvalidation.InputError.notABlock(level: level)) { try make(level: level) }
        }
        #expect(throws: UnmapInvalidation.InputError.tooManyPages(.max)) { try make(pages: .max) }
        #expect(throws: UnmapInvalidation.InputError.beyondAddressSpace(address: ~0xfff, pages: 2, bits: 64)) {
            try make(address: ~0xfff, pages: 2)
        }
        #expect(throws: Never.self) { try make(address: ~0xfff) }
        #expect(throws: UnmapInvalidation.InputError.beyondAddressSpace(address: 1 << 52, pages: 1, bits: 52)) {
            try make(.stage2(vmid: 0), address: 1 << 52)
        }
    }
}
