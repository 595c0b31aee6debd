import TestSupport
import Testing

import SMMUv3

@Suite struct RegisterTests {
    static let fields: [RegisterField] = [
        .msi, .sev, .cmdqs, .ecmdq, .ril, .log2NumQ, .log2NumP, .cmdqEnable, .cmdqLog2Size, .cmdqReadAllocate, .write,
        .read, .error,
    ]

    /// Offsets and values from an emulator's log of the driver's set-up.
    @Test func valuesThatTheDriverWrites() {
        #expect(Register(rawValue: 0x90) == .cmdqBase)
        #expect(RegisterField.cmdqLog2Size.value(in: 0x4000_0000_b9b0_0010) == 16)
        #expect(RegisterField.cmdqReadAllocate.value(in: 0x4000_0000_b9b0_0010) == 1)
        #expect(Register(rawValue: 0x20) == .cr0)
        #expect(RegisterField.cmdqEnable.value(in: 0x8) == 1)
        #expect(Register(rawValue: 0x98) == .cmdqProd)
        #expect(Register(rawValue: 0x9c) == .cmdqCons)
    }

    @Test(arguments: zip(fields, [
        0x2000, 0x4000, 0x03e0_0000, 0x8000_0000, 0x400, 0x000f_0000, 0x0f00_0000, 0x8, 0x1f, 0x4000_0000_0000_0000,
        0xf_ffff, 0xf_ffff, 0x7f00_0000,
    ] as [UInt64]))
    func masks(field: RegisterField, mask: UInt64) { #expect(field.mask == mask) }

    @Test(arguments: seeds) func fieldsKeepWhatIsNotTheirs(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for field in Self.fields {
            for _ in 0..<20 {
                let (word, value) = (random.next(), random.word())
                let changed = field.setting(value, in: word)
                #expect(field.value(in: changed) == value & (field.mask >> field.shift))
                #expect(changed & ~field.mask == word & ~field.mask)
            }
        }
    }

    @Test func fieldsOfOneRegisterDoNotOverlap() {
        var used: [Register: UInt64] = [:]
        for field in Self.fields {
            #expect(used[field.register, default: 0] & field.mask == 0)
            used[field.register, default: 0] |= field.mask
        }
    }

    @Test func globalErrors() {
        #expect(GlobalErrors.handledByLinux.rawValue == 0x1fd)
        #expect(GlobalErrors.active(gerror: 0b101, gerrorn: 0b100) == .cmdq)
        #expect(GlobalErrors.active(gerror: 0b101, gerrorn: 0b101) == [])
        #expect(GlobalErrors.cmdqPage.rawValue == 0x200)
    }

    @Test func commandErrors() {
        #expect(CommandError.allCases.map(\.rawValue) == [0, 1, 2, 3])
        #expect(CommandError.allCases.map(\.name) == ["CERROR_NONE", "CERROR_ILL", "CERROR_ABT", "CERROR_ATC_INV_SYNC"])
        for error in CommandError.allCases {
            let cons = error.placed(in: 0xff0f_ffff)
            #expect(CommandError(cons: cons) == error)
            #expect(cons & 0x80ff_ffff == 0x800f_ffff)
            #expect(RegisterField.error.value(in: UInt64(cons)) == UInt64(error.rawValue))
        }
        #expect(CommandError(cons: 0x0400_0000) == nil)
        #expect(CommandError(cons: 0x8000_0007) == CommandError.none)
    }
}
