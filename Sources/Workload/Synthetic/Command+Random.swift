import SMMUv3

extension Command {
    /// A command of that opcode with random values in its fields, legal on every SMMU of the Non-secure state.
    ///
    /// The range fields NUM, SCALE, TTL and TG are 0, which is legal with and without range invalidation.
    /// Not for CMD_SYNC. Source of the fields: Arm IHI 0070, sections 4.2 to 4.7.
    static func random(_ opcode: Opcode, using random: inout SplitMix64) -> Command {
        var command = Command(word0: UInt64(opcode.rawValue), word1: 0)
        switch opcode {
        case .prefetchConfig, .stallTerminate, .cfgiCDAll:
            command.word0 |= streamID(&random)
        case .prefetchAddress:
            command.word0 |= streamID(&random) | substreamID(&random)
            // SIZE 0 and STRIDE 0: one granule.
            command.word1 = pageAddress(&random)
        case .cfgiSTE:
            command.word0 |= streamID(&random)
            command.word1 = bits(1, &random)
        case .cfgiAll:
            command.word1 = 31
        case .cfgiCD:
            command.word0 |= streamID(&random) | bits(20, &random) << 12
            command.word1 = bits(1, &random)
        case .tlbiNHAll, .tlbiS12VMAll:
            command.word0 |= vmid(&random)
        case .tlbiNHASID:
            command.word0 |= vmid(&random) | asid(&random)
        case .tlbiNHVA:
            command.word0 |= vmid(&random) | asid(&random)
            command.word1 = pageAddress(&random) | bits(1, &random)
        case .tlbiNHVAA:
            command.word0 |= vmid(&random)
            command.word1 = pageAddress(&random) | bits(1, &random)
        case .tlbiEL2ASID:
            command.word0 |= asid(&random)
        case .tlbiEL2VA:
            command.word0 |= asid(&random)
            command.word1 = pageAddress(&random) | bits(1, &random)
        case .tlbiEL2VAA, .tlbiEL3VA:
            command.word1 = pageAddress(&random) | bits(1, &random)
        case .tlbiS2IPA:
            command.word0 |= vmid(&random)
            command.word1 = pageAddress(&random) | bits(1, &random)
        case .tlbiEL3All, .tlbiEL2All, .tlbiNSNHAll, .sync:
            break
        case .atcInvalidate:
            command.word0 |= streamID(&random) | substreamID(&random)
            // 2^SIZE pages, up to 2 MiB, aligned to themselves.
            let size = UInt64.random(in: 0...9, using: &random)
            command.word1 = pageAddress(&random) & ~((UInt64(4096) << size) - 1) | size
        case .priResponse:
            command.word0 |= streamID(&random) | substreamID(&random)
            command.word1 = bits(9, &random) | UInt64.random(in: 0...2, using: &random) << 12
        case .resume:
            command.word0 |= streamID(&random) | UInt64.random(in: 0...2, using: &random) << 12
            command.word1 = bits(16, &random)
        }
        return command
    }

    private static func bits(_ width: UInt64, _ random: inout SplitMix64) -> UInt64 {
        random.next() & ((1 << width) - 1)
    }

    private static func streamID(_ random: inout SplitMix64) -> UInt64 { bits(16, &random) << 32 }

    private static func vmid(_ random: inout SplitMix64) -> UInt64 { bits(16, &random) << 32 }

    private static func asid(_ random: inout SplitMix64) -> UInt64 { bits(16, &random) << 48 }

    /// A page below 2^48.
    private static func pageAddress(_ random: inout SplitMix64) -> UInt64 { bits(36, &random) << 12 }

    /// SSV and SSID: half of the commands have a substream.
    private static func substreamID(_ random: inout SplitMix64) -> UInt64 {
        bits(1, &random) == 0 ? 0 : 1 << 11 | bits(20, &random) << 12
    }
}
