import SMMUv3

/// The events that carry a command's operands, in every spelling that the emulator has had.
enum EventDetail: String, CaseIterable {
    case rangeInvalidation = "range_inval"
    case stage1RangeInvalidation = "s1_range_inval"
    case tlbiNHVA = "cmdq_tlbi_nh_va"
    case tlbiNHVAA = "cmdq_tlbi_nh_vaa"
    case tlbiNHASID = "cmdq_tlbi_nh_asid"
    case tlbiNH = "cmdq_tlbi_nh"
    case tlbiNSNH = "cmdq_tlbi_nsnh"
    case tlbiS12VMID = "cmdq_tlbi_s12_vmid"
    case cfgiSTE = "cmdq_cfgi_ste"
    case cfgiSTERange = "cmdq_cfgi_ste_range"
    case cfgiCD = "cmdq_cfgi_cd"
    /// The emulator does nothing on this command and prints no operands.
    case unhandled = "unhandled_cmd"
    /// The emulator refused this command.
    case consumeError = "cmdq_consume_error"

    private static let byLength: [[(name: [UInt8], detail: EventDetail)]] = {
        var table = [[(name: [UInt8], detail: EventDetail)]](repeating: [], count: 32)
        for detail in allCases { table[detail.rawValue.utf8.count].append((Array(detail.rawValue.utf8), detail)) }
        return table
    }()

    init?(of event: EventLine) {
        let length = event.name.count
        guard length < Self.byLength.count,
            let found = Self.byLength[length].first(where: { event.isNamed($0.name) })
        else { return nil }
        self = found.detail
    }

    var name: String { "smmuv3_\(rawValue)" }
}

extension Opcode {
    /// The events of which one must follow the command's own; empty where it has none.
    var details: [EventDetail] {
        switch self {
        case .tlbiNHVA: [.rangeInvalidation, .stage1RangeInvalidation, .tlbiNHVA]
        case .tlbiNHVAA: [.rangeInvalidation, .stage1RangeInvalidation, .tlbiNHVAA]
        case .tlbiS2IPA: [.rangeInvalidation]
        case .tlbiNHASID: [.tlbiNHASID]
        case .tlbiNHAll: [.tlbiNH]
        case .tlbiNSNHAll: [.tlbiNSNH, .tlbiNH]
        case .tlbiS12VMAll: [.tlbiS12VMID]
        case .cfgiSTE: [.cfgiSTE]
        case .cfgiAll: [.cfgiSTERange]
        case .cfgiCD, .cfgiCDAll: [.cfgiCD]
        default: []
        }
    }

    /// Whether the emulator prints the operands only where it has a device behind the stream ID.
    var printsNothingForUnknownStream: Bool { self == .cfgiSTE || self == .cfgiCD || self == .cfgiCDAll }

    var detailEvents: String { details.map(\.name).joined(separator: " or ") }
}
