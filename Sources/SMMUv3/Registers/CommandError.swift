/// Why an SMMU stopped consuming commands: SMMU_CMDQ_CONS.ERR.
/// Source: Arm IHI 0070, section 7.1.
@usableFromInline
package enum CommandError: UInt8, CaseIterable, Hashable, Sendable, Codable {
    case none = 0
    /// An unknown opcode or a reserved encoding.
    case illegal = 1
    /// The fetch of a command was aborted.
    case abort = 2
    /// A CMD_SYNC could not complete an earlier ATC_INV.
    case atcInvalidateSync = 3

    package var name: String {
        switch self {
        case .none: "CERROR_NONE"
        case .illegal: "CERROR_ILL"
        case .abort: "CERROR_ABT"
        case .atcInvalidateSync: "CERROR_ATC_INV_SYNC"
        }
    }

    /// The code in a value of CMDQ_CONS; `nil` for one that the architecture does not assign.
    @inlinable package init?(cons: UInt32) {
        self.init(rawValue: UInt8(truncatingIfNeeded: (cons &>> 24) & 0x7f))
    }

    /// `cons` with this code in place of the one that it had.
    @inlinable package func placed(in cons: UInt32) -> UInt32 {
        cons & ~0x7f00_0000 | UInt32(rawValue) &<< 24
    }
}
