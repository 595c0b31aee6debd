/// The fields of a command where they lie in its words. Each accessor reads its bits whatever
/// the opcode is; which command has which field is `Opcode.layout`.
/// Source: Arm IHI 0070, sections 4.2 to 4.7.
extension Command {
    @inlinable package func bits0(_ shift: UInt64, _ width: UInt64) -> UInt64 {
        (word0 &>> shift) & ((1 &<< width) &- 1)
    }

    @inlinable package func bits1(_ shift: UInt64, _ width: UInt64) -> UInt64 {
        (word1 &>> shift) & ((1 &<< width) &- 1)
    }

    // Stream commands.

    /// The stream ID is of the Secure programming interface.
    @inlinable package var ssec: Bool { bits0(10, 1) != 0 }
    /// The substream ID is valid.
    @inlinable package var ssv: Bool { bits0(11, 1) != 0 }
    @inlinable package var streamID: UInt32 { UInt32(truncatingIfNeeded: word0 &>> 32) }
    /// 20 bits.
    @inlinable package var substreamID: UInt32 { UInt32(truncatingIfNeeded: bits0(12, 20)) }
    /// CFGI_ALL and CFGI_STE_RANGE: 2^(RANGE+1) STEs; 31 means all.
    @inlinable package var configurationRange: UInt8 { UInt8(truncatingIfNeeded: bits1(0, 5)) }

    // Configuration and TLB invalidations.

    @inlinable package var leaf: Bool { bits1(0, 1) != 0 }
    /// 5 bits; the range is (NUM+1) * 2^SCALE granules.
    @inlinable package var num: UInt8 { UInt8(truncatingIfNeeded: bits0(12, 5)) }
    /// 5 bits (SMMU_IDR5.DS would widen it to 6).
    @inlinable package var scale: UInt8 { UInt8(truncatingIfNeeded: bits0(20, 5)) }
    @inlinable package var vmid: UInt16 { UInt16(truncatingIfNeeded: word0 &>> 32) }
    @inlinable package var asid: UInt16 { UInt16(truncatingIfNeeded: word0 &>> 48) }
    /// The level that holds the leaf entries, 0 for any.
    @inlinable package var ttl: UInt8 { UInt8(truncatingIfNeeded: bits1(8, 2)) }
    /// 0 for no range and no TTL, otherwise a granule (`TranslationGranule.tg`).
    @inlinable package var tg: UInt8 { UInt8(truncatingIfNeeded: bits1(10, 2)) }
    /// Bits 63:12 of word 1, in place: a virtual address in bytes, 4 KiB grain.
    @inlinable package var address: UInt64 { word1 & 0xffff_ffff_ffff_f000 }
    /// Bits 51:12 of word 1, in place: an intermediate physical address in bytes, 4 KiB grain.
    @inlinable package var ipa: UInt64 { word1 & 0x000f_ffff_ffff_f000 }

    // ATC_INV.

    @inlinable package var global: Bool { bits0(9, 1) != 0 }
    /// 2^SIZE pages of 4 KiB, 0 to 52; 52 means all.
    @inlinable package var atcSize: UInt8 { UInt8(truncatingIfNeeded: bits1(0, 6)) }

    // CMD_SYNC.

    /// The raw CS field: 0 none, 1 IRQ, 2 SEV, 3 reserved.
    @inlinable package var cs: UInt8 { UInt8(truncatingIfNeeded: bits0(12, 2)) }
    /// `nil` for the reserved encoding 3.
    @inlinable package var completionSignal: CompletionSignal? { CompletionSignal(rawValue: cs) }
    @inlinable package var msiData: UInt32 { UInt32(truncatingIfNeeded: word0 &>> 32) }
    /// Bits 51:2 of word 1, in place: a device address in bytes; 0 for no MSI.
    @inlinable package var msiAddress: UInt64 { word1 & 0x000f_ffff_ffff_fffc }

    @inlinable package var isSync: Bool { opcodeByte == 0x46 }
}

/// How a CMD_SYNC says that it is complete (its CS field; 3 is reserved).
@usableFromInline
package enum CompletionSignal: UInt8, CaseIterable, Hashable, Sendable, Codable {
    case none = 0
    /// A 32-bit write of MSIDATA to MSIADDR.
    case irq = 1
    /// A wake-up event for waiting processors.
    case sev = 2

    package var name: String {
        switch self {
        case .none: "NONE"
        case .irq: "IRQ"
        case .sev: "SEV"
        }
    }
}

extension Command {
    /// A CMD_SYNC as the Linux driver builds it: MSIs inner shareable and write-back, MSIDATA 0.
    ///
    /// `msiAddress` is a device address in bytes, of which bits 51:2 count; it belongs to `.irq` and
    /// is left out with the other signals.
    @inlinable package static func sync(_ signal: CompletionSignal, msiAddress: UInt64 = 0) -> Command {
        Command(
            word0: 0x0fc0_0046 | UInt64(signal.rawValue) &<< 12,
            word1: signal == .irq ? msiAddress & 0x000f_ffff_ffff_fffc : 0
        )
    }
}
