/// Registers of the SMMU that concern its command queue: byte offsets from the base of register page 0.
/// Source: Arm IHI 0070, chapter 6.
@usableFromInline
package enum Register: UInt32, CaseIterable, Hashable, Sendable {
    case idr0 = 0x00
    case idr1 = 0x04
    case idr3 = 0x0c
    case cr0 = 0x20
    case gerror = 0x60
    case gerrorn = 0x64
    /// 64 bits.
    case cmdqBase = 0x90
    case cmdqProd = 0x98
    case cmdqCons = 0x9c
    case idr6 = 0x190

    package var offset: UInt32 { rawValue }

    package var name: String {
        switch self {
        case .idr0: "SMMU_IDR0"
        case .idr1: "SMMU_IDR1"
        case .idr3: "SMMU_IDR3"
        case .cr0: "SMMU_CR0"
        case .gerror: "SMMU_GERROR"
        case .gerrorn: "SMMU_GERRORN"
        case .cmdqBase: "SMMU_CMDQ_BASE"
        case .cmdqProd: "SMMU_CMDQ_PROD"
        case .cmdqCons: "SMMU_CMDQ_CONS"
        case .idr6: "SMMU_IDR6"
        }
    }
}

/// A field of a register.
@usableFromInline
package struct RegisterField: Hashable, Sendable {
    @usableFromInline package let register: Register
    /// The lowest bit.
    @usableFromInline package let shift: UInt64
    /// In bits.
    @usableFromInline package let width: UInt64

    init(_ register: Register, _ bits: ClosedRange<UInt64>) {
        self.register = register
        self.shift = bits.lowerBound
        self.width = bits.upperBound - bits.lowerBound + 1
    }

    package var mask: UInt64 { ((1 << width) - 1) << shift }

    package func value(in register: UInt64) -> UInt64 { (register & mask) >> shift }

    /// `register` with the field replaced; bits of `value` that do not fit are dropped.
    package func setting(_ value: UInt64, in register: UInt64) -> UInt64 {
        register & ~mask | (value << shift) & mask
    }
}

extension RegisterField {
    /// Message-signalled interrupts, and with them completion of CMD_SYNC by a write.
    package static let msi = RegisterField(.idr0, 13...13)
    /// Wake-up events: completion of CMD_SYNC, and a full queue that is full no more.
    package static let sev = RegisterField(.idr0, 14...14)
    /// The largest supported log2 of the command queue's entries, up to 19.
    package static let cmdqs = RegisterField(.idr1, 21...25)
    package static let ecmdq = RegisterField(.idr1, 31...31)
    /// Range invalidation.
    package static let ril = RegisterField(.idr3, 10...10)
    /// log2 of the queues per ECMDQ control page.
    package static let log2NumQ = RegisterField(.idr6, 16...19)
    /// log2 of the ECMDQ control pages.
    package static let log2NumP = RegisterField(.idr6, 24...27)
    package static let cmdqEnable = RegisterField(.cr0, 3...3)
    /// log2 of the queue's entries.
    package static let cmdqLog2Size = RegisterField(.cmdqBase, 0...4)
    /// Read-allocate hint.
    package static let cmdqReadAllocate = RegisterField(.cmdqBase, 62...62)
    /// Index and wrap bit of the producer.
    package static let write = RegisterField(.cmdqProd, 0...19)
    /// Index and wrap bit of the consumer.
    package static let read = RegisterField(.cmdqCons, 0...19)
    /// Why consumption stopped, a `CommandError`.
    package static let error = RegisterField(.cmdqCons, 24...30)
}

/// SMMU_GERROR and SMMU_GERRORN: an error is active while its bits in the two differ.
@usableFromInline
package struct GlobalErrors: OptionSet, Hashable, Sendable {
    @usableFromInline package let rawValue: UInt32

    @inlinable package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let cmdq = GlobalErrors(rawValue: 1 << 0)
    package static let eventQueueAbort = GlobalErrors(rawValue: 1 << 2)
    package static let priQueueAbort = GlobalErrors(rawValue: 1 << 3)
    package static let msiCmdqAbort = GlobalErrors(rawValue: 1 << 4)
    package static let msiEventQueueAbort = GlobalErrors(rawValue: 1 << 5)
    package static let msiPRIQueueAbort = GlobalErrors(rawValue: 1 << 6)
    package static let msiGERRORAbort = GlobalErrors(rawValue: 1 << 7)
    /// Service failure mode.
    package static let serviceFailure = GlobalErrors(rawValue: 1 << 8)
    /// An ECMDQ control page reports an error.
    package static let cmdqPage = GlobalErrors(rawValue: 1 << 9)

    /// What the Linux driver's handler looks at (0x1fd).
    @usableFromInline package static let handledByLinux: GlobalErrors = [
        .cmdq, .eventQueueAbort, .priQueueAbort, .msiCmdqAbort, .msiEventQueueAbort, .msiPRIQueueAbort,
        .msiGERRORAbort, .serviceFailure,
    ]

    @inlinable package static func active(gerror: UInt32, gerrorn: UInt32) -> GlobalErrors {
        GlobalErrors(rawValue: gerror ^ gerrorn)
    }
}
