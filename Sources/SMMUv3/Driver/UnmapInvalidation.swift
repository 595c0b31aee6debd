/// The commands by which Linux invalidates the TLB entries of an unmapped range of addresses, as a
/// sequence that makes them one by one.
///
/// With range invalidation there are at most `maximumRangeCommands`. Without, there is one command per
/// block, or one for the whole ASID or VMID from `wholeSpaceThreshold` blocks on; with the threshold
/// switched off their number is bounded only by `blocks`.
///
/// Source: kernel functions of the 6.12 driver as the reference describes them; the fix for non-leaf
/// ranges is "Avoid constructing invalid range commands" (R. Murphy, 2023), the threshold d5afb4b47e13.
package struct UnmapInvalidation: Sequence, Hashable, Sendable {
    /// Whose translations are invalidated.
    package enum Space: Hashable, Sendable {
        /// TLBI_NH_VA or TLBI_NH_ASID.
        case stage1(asid: UInt16, vmid: UInt16)
        /// TLBI_EL2_VA or TLBI_EL2_ASID, for an SMMU that runs with E2H.
        case stage1EL2(asid: UInt16)
        /// TLBI_S2_IPA or TLBI_S12_VMALL.
        case stage2(vmid: UInt16)
    }

    package enum InputError: Error, Hashable, CustomStringConvertible {
        case misalignedAddress(UInt64, block: UInt64)
        case notABlock(level: UInt8)
        case partialBlock(pages: UInt64, pagesPerBlock: UInt64)
        case tooManyPages(UInt64)
        /// The last page would lie above the address space: 64 bits, or 52 of an intermediate address.
        case beyondAddressSpace(address: UInt64, pages: UInt64, bits: UInt64)

        package var description: String {
            switch self {
            case .misalignedAddress(let address, let block):
                "address \(hexadecimal(address)) is not a multiple of the block size \(hexadecimal(block))"
            case .notABlock(let level):
                "level \(level) has no blocks; levels are 1 to 3"
            case .partialBlock(let pages, let pagesPerBlock):
                "\(pages) pages are not a whole number of blocks of \(pagesPerBlock)"
            case .tooManyPages(let pages):
                "\(pages) pages are more than 2^36"
            case .beyondAddressSpace(let address, let pages, let bits):
                "\(pages) pages from \(hexadecimal(address)) end above the \(bits)-bit address space"
            }
        }
    }

    /// What one command can name at most, with NUM = SCALE = 31: with 4 KiB pages 48 bits of address.
    package static let maximumPages: UInt64 = 1 << 36

    /// Commands with range invalidation, whatever the number of pages: each takes 5 of its 36 bits.
    package static let maximumRangeCommands = 8

    package let space: Space
    /// In bytes.
    package let address: UInt64
    package let pages: UInt64
    package let granule: TranslationGranule
    /// The level whose entries mapped the range: 3 for pages, 2 and 1 for blocks.
    package let level: UInt8
    /// Only the last level of the tables changed.
    package let leaf: Bool
    package let rangeInvalidation: Bool
    /// Blocks from which on one command for the whole space replaces the single ones (without range
    /// invalidation); `nil` for never, as Linux had it for its own domains up to 6.18.
    package let wholeSpaceThreshold: UInt64?

    /// The threshold of Linux where it has one: as many entries as a table holds (512 for 4K).
    package static func linuxThreshold(_ granule: TranslationGranule) -> UInt64 { 1 << granule.bitsPerLevel }

    /// - Parameters:
    ///   - address: in bytes, a multiple of the size of a block of `level`.
    ///   - pages: of the size of `granule`, a whole number of blocks, up to `maximumPages`; 0 makes no command.
    package init(
        _ space: Space, address: UInt64, pages: UInt64, granule: TranslationGranule = .size4K, level: UInt8 = 3,
        leaf: Bool = true, rangeInvalidation: Bool, wholeSpaceThreshold: UInt64? = nil
    ) throws(InputError) {
        guard (1...3).contains(level) else { throw .notABlock(level: level) }
        let block: UInt64 = 1 << granule.log2Block(level: level)
        guard address & (block - 1) == 0 else { throw .misalignedAddress(address, block: block) }
        let pagesPerBlock = block >> granule.log2Bytes
        guard pages & (pagesPerBlock - 1) == 0 else {
            throw .partialBlock(pages: pages, pagesPerBlock: pagesPerBlock)
        }
        guard pages <= Self.maximumPages else { throw .tooManyPages(pages) }
        let bits: UInt64 = if case .stage2 = space { 52 } else { 64 }
        guard pages + (address >> granule.log2Bytes) <= 1 << (bits - granule.log2Bytes) else {
            throw .beyondAddressSpace(address: address, pages: pages, bits: bits)
        }
        self.space = space
        self.address = address
        self.pages = pages
        self.granule = granule
        self.level = level
        self.leaf = leaf
        self.rangeInvalidation = rangeInvalidation
        self.wholeSpaceThreshold = wholeSpaceThreshold
    }

    package var log2Block: UInt64 { granule.log2Block(level: level) }

    /// The range in blocks of `level`.
    package var blocks: UInt64 { pages &>> (log2Block - granule.log2Bytes) }

    package func makeIterator() -> Iterator { Iterator(self) }

    package struct Iterator: IteratorProtocol {
        let invalidation: UnmapInvalidation
        var address: UInt64
        /// In granules.
        var remaining: UInt64

        package init(_ invalidation: UnmapInvalidation) {
            self.invalidation = invalidation
            address = invalidation.address
            remaining = invalidation.pages
            // An odd rest of one page would become NUM = SCALE = 0, which is reserved where TTL is 0 too.
            if invalidation.rangeInvalidation, !invalidation.leaf, remaining & 31 == 1 { remaining += 1 }
        }

        package mutating func next() -> Command? {
            guard remaining != 0 else { return nil }
            return invalidation.rangeInvalidation ? nextRange() : nextBlock()
        }

        mutating func nextRange() -> Command {
            // Linux does not cap SCALE, as it unmaps nothing near 2^31 pages. The field ends there.
            let scale = UInt64(truncatingIfNeeded: Swift.min(remaining.trailingZeroBitCount, 31))
            let odd = (remaining &>> scale) & 31
            // 0 only for `maximumPages`.
            let num = odd == 0 ? 32 : odd
            var command = addressed(address)
            command.word0 |= (num - 1) &<< 12 | scale &<< 20
            command.word1 |= UInt64(invalidation.granule.tg) &<< 10
            if invalidation.leaf { command.word1 |= UInt64(invalidation.level) &<< 8 }
            let covered = num &<< scale
            remaining -= covered
            address &+= covered &<< invalidation.granule.log2Bytes
            return command
        }

        mutating func nextBlock() -> Command {
            if let threshold = invalidation.wholeSpaceThreshold, invalidation.blocks >= threshold {
                remaining = 0
                return invalidation.wholeSpace
            }
            let command = addressed(address)
            remaining -= 1 &<< (invalidation.log2Block - invalidation.granule.log2Bytes)
            address &+= 1 &<< invalidation.log2Block
            return command
        }

        /// Without a range and TTL.
        func addressed(_ address: UInt64) -> Command {
            var command =
                switch invalidation.space {
                case .stage1(let asid, let vmid):
                    Command(word0: 0x12 | UInt64(vmid) &<< 32 | UInt64(asid) &<< 48, word1: address)
                case .stage1EL2(let asid):
                    Command(word0: 0x22 | UInt64(asid) &<< 48, word1: address)
                case .stage2(let vmid):
                    Command(word0: 0x2a | UInt64(vmid) &<< 32, word1: address & 0x000f_ffff_ffff_f000)
                }
            if invalidation.leaf { command.word1 |= 1 }
            return command
        }
    }

    /// The command that invalidates everything of the space.
    package var wholeSpace: Command {
        switch space {
        case .stage1(let asid, let vmid):
            Command(word0: 0x11 | UInt64(vmid) &<< 32 | UInt64(asid) &<< 48, word1: 0)
        case .stage1EL2(let asid): Command(word0: 0x21 | UInt64(asid) &<< 48, word1: 0)
        case .stage2(let vmid): Command(word0: 0x28 | UInt64(vmid) &<< 32, word1: 0)
        }
    }
}
