/// The commands that this package knows, by their opcode (bits 7:0 of word 0).
///
/// Source: Arm IHI 0070, section 4.1.3. Opcode 0x04 is one command with two names: with RANGE = 31 it
/// invalidates every STE and is called CFGI_ALL, otherwise CFGI_STE_RANGE (see `Command.name`).
package enum Opcode: UInt8, CaseIterable, Hashable, Sendable, Codable {
    case prefetchConfig = 0x01
    case prefetchAddress = 0x02
    case cfgiSTE = 0x03
    case cfgiAll = 0x04
    case cfgiCD = 0x05
    case cfgiCDAll = 0x06
    case tlbiNHAll = 0x10
    case tlbiNHASID = 0x11
    case tlbiNHVA = 0x12
    case tlbiNHVAA = 0x13
    case tlbiEL3All = 0x18
    case tlbiEL3VA = 0x1a
    case tlbiEL2All = 0x20
    case tlbiEL2ASID = 0x21
    case tlbiEL2VA = 0x22
    case tlbiEL2VAA = 0x23
    case tlbiS12VMAll = 0x28
    case tlbiS2IPA = 0x2a
    case tlbiNSNHAll = 0x30
    case atcInvalidate = 0x40
    case priResponse = 0x41
    case resume = 0x44
    case stallTerminate = 0x45
    case sync = 0x46
}

extension Opcode {
    /// The name that listings and scripts use.
    package var name: String {
        switch self {
        case .prefetchConfig: "PREFETCH_CFG"
        case .prefetchAddress: "PREFETCH_ADDR"
        case .cfgiSTE: "CFGI_STE"
        case .cfgiAll: "CFGI_ALL"
        case .cfgiCD: "CFGI_CD"
        case .cfgiCDAll: "CFGI_CD_ALL"
        case .tlbiNHAll: "TLBI_NH_ALL"
        case .tlbiNHASID: "TLBI_NH_ASID"
        case .tlbiNHVA: "TLBI_NH_VA"
        case .tlbiNHVAA: "TLBI_NH_VAA"
        case .tlbiEL3All: "TLBI_EL3_ALL"
        case .tlbiEL3VA: "TLBI_EL3_VA"
        case .tlbiEL2All: "TLBI_EL2_ALL"
        case .tlbiEL2ASID: "TLBI_EL2_ASID"
        case .tlbiEL2VA: "TLBI_EL2_VA"
        case .tlbiEL2VAA: "TLBI_EL2_VAA"
        case .tlbiS12VMAll: "TLBI_S12_VMALL"
        case .tlbiS2IPA: "TLBI_S2_IPA"
        case .tlbiNSNHAll: "TLBI_NSNH_ALL"
        case .atcInvalidate: "ATC_INV"
        case .priResponse: "PRI_RESP"
        case .resume: "RESUME"
        case .stallTerminate: "STALL_TERM"
        case .sync: "CMD_SYNC"
        }
    }

    /// The opcode that `name` means: as `name` spells it, or as an emulator's trace does
    /// (`SMMU_CMD_PREFETCH_CONFIG`, `SMMU_CMD_SYNC`, `CFGI_STE_RANGE`).
    package init?(name: some StringProtocol) {
        let prefix = "SMMU_CMD_"
        let spelling = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : String(name)
        guard let opcode = Self.bySpelling[spelling] else { return nil }
        self = opcode
    }

    private static let bySpelling: [String: Opcode] = {
        var table = Dictionary(uniqueKeysWithValues: allCases.map { ($0.name, $0) })
        table["PREFETCH_CONFIG"] = .prefetchConfig
        table["CFGI_STE_RANGE"] = .cfgiAll
        table["SYNC"] = .sync
        return table
    }()
}

extension Command {
    /// `nil` where bits 7:0 name no command that this package knows.
    package var opcode: Opcode? { Opcode(rawValue: opcodeByte) }
}
