/// The fields that commands have, by the names that listings use.
package enum CommandField: String, CaseIterable, Hashable, Sendable, Codable {
    case ssec, ssv, sid, ssid
    case leaf, range
    case num, scale, vmid, asid, ttl, tg, va, ipa
    case size, stride, addr
    case global, grpid, resp, stag
    case cs, msh, msiattr, msidata, msiaddr
}

/// Where a field lies in a command.
package struct FieldLayout: Hashable, Sendable {
    package let field: CommandField
    /// 0 or 1.
    package let word: Int
    /// The lowest bit.
    package let shift: UInt64
    /// In bits, 1 to 63.
    package let width: UInt64
    /// An address lies in place: its value is the bits where they are, not moved down.
    package let isAddress: Bool

    init(_ field: CommandField, word: Int, _ bits: ClosedRange<UInt64>, isAddress: Bool = false) {
        self.field = field
        self.word = word
        self.shift = bits.lowerBound
        self.width = bits.upperBound - bits.lowerBound + 1
        self.isAddress = isAddress
    }

    /// The field's bits in its word.
    package var mask: UInt64 { ((1 << width) - 1) << shift }

    /// The bits that a value of this field may have.
    package var valueMask: UInt64 { isAddress ? mask : mask >> shift }

    package func value(in command: Command) -> UInt64 {
        let bits = (word == 0 ? command.word0 : command.word1) & mask
        return isAddress ? bits : bits >> shift
    }

    /// Replaces the field's bits; bits of `value` outside `valueMask` are dropped.
    package func set(_ value: UInt64, in command: inout Command) {
        let bits = (isAddress ? value : value << shift) & mask
        if word == 0 {
            command.word0 = command.word0 & ~mask | bits
        } else {
            command.word1 = command.word1 & ~mask | bits
        }
    }
}

extension Opcode {
    /// The command's fields, in the order in which listings show them.
    package var layout: [FieldLayout] { Self.layouts[Int(rawValue)] }

    package func layout(of field: CommandField) -> FieldLayout? {
        layout.first { $0.field == field }
    }

    /// Source: Arm IHI 0070, sections 4.2 to 4.7. SCALE has 5 bits here (6 with SMMU_IDR5.DS).
    private static let layouts: [[FieldLayout]] = {
        let ssec = FieldLayout(.ssec, word: 0, 10...10)
        let ssv = FieldLayout(.ssv, word: 0, 11...11)
        let sid = FieldLayout(.sid, word: 0, 32...63)
        let ssid = FieldLayout(.ssid, word: 0, 12...31)
        let leaf = FieldLayout(.leaf, word: 1, 0...0)
        let vmid = FieldLayout(.vmid, word: 0, 32...47)
        let asid = FieldLayout(.asid, word: 0, 48...63)
        let range = [
            leaf,
            FieldLayout(.tg, word: 1, 10...11),
            FieldLayout(.ttl, word: 1, 8...9),
            FieldLayout(.num, word: 0, 12...16),
            FieldLayout(.scale, word: 0, 20...24),
        ]
        let va = FieldLayout(.va, word: 1, 12...63, isAddress: true)
        let ipa = FieldLayout(.ipa, word: 1, 12...51, isAddress: true)
        let addr = FieldLayout(.addr, word: 1, 12...63, isAddress: true)

        func fields(of opcode: Opcode) -> [FieldLayout] {
            switch opcode {
            case .prefetchConfig: [ssec, sid, ssv, ssid]
            case .prefetchAddress:
                [ssec, sid, ssv, ssid, addr, FieldLayout(.size, word: 1, 0...4), FieldLayout(.stride, word: 1, 5...9)]
            case .cfgiSTE: [ssec, sid, leaf]
            case .cfgiAll: [ssec, sid, FieldLayout(.range, word: 1, 0...4)]
            case .cfgiCD: [ssec, sid, ssid, leaf]
            case .cfgiCDAll, .stallTerminate: [ssec, sid]
            case .tlbiNHAll, .tlbiS12VMAll: [vmid]
            case .tlbiNHASID: [vmid, asid]
            case .tlbiNHVA: [vmid, asid, va] + range
            case .tlbiNHVAA: [vmid, va] + range
            case .tlbiEL3All, .tlbiEL2All, .tlbiNSNHAll: []
            case .tlbiEL3VA, .tlbiEL2VAA: [va] + range
            case .tlbiEL2ASID: [asid]
            case .tlbiEL2VA: [asid, va] + range
            case .tlbiS2IPA: [vmid, ipa] + range
            case .atcInvalidate:
                [ssec, sid, ssv, ssid, FieldLayout(.global, word: 0, 9...9), addr, FieldLayout(.size, word: 1, 0...5)]
            case .priResponse:
                [ssec, sid, ssv, ssid, FieldLayout(.grpid, word: 1, 0...8), FieldLayout(.resp, word: 1, 12...13)]
            case .resume:
                [ssec, sid, FieldLayout(.stag, word: 1, 0...15), FieldLayout(.resp, word: 0, 12...13)]
            case .sync:
                [
                    FieldLayout(.cs, word: 0, 12...13),
                    FieldLayout(.msh, word: 0, 22...23),
                    FieldLayout(.msiattr, word: 0, 24...27),
                    FieldLayout(.msidata, word: 0, 32...63),
                    FieldLayout(.msiaddr, word: 1, 2...51, isAddress: true),
                ]
            }
        }

        var table = [[FieldLayout]](repeating: [], count: 256)
        for opcode in allCases { table[Int(opcode.rawValue)] = fields(of: opcode) }
        return table
    }()
}
