extension Command {
    /// The command's name; opcode 0x04 is CFGI_ALL only with RANGE = 31, otherwise CFGI_STE_RANGE.
    package var name: String {
        guard let opcode else { return "UNKNOWN" }
        return opcode == .cfgiAll && configurationRange != 31 ? "CFGI_STE_RANGE" : opcode.name
    }

    /// The command in one line: its name and fields, then `!` and a reason for everything that makes it
    /// illegal under `rules`, `?` and a reason for what is only suspicious.
    ///
    /// One-bit fields stand without a value and only when set. Fields that say nothing are left out: NUM,
    /// SCALE, TTL and TG of 0, a substream ID of 0 without SSV, an MSI that is not asked for.
    /// `pages` counts granules of TG. Stream IDs and addresses are hexadecimal, sizes and ranges decimal,
    /// other numbers hexadecimal from 10 on.
    package func describe(under rules: CommandRules = CommandRules(rangeInvalidation: true)) -> String {
        let decoded = DecodedCommand(self)
        var parts = [name]
        if opcode == nil {
            parts.append("opcode=\(hexadecimal(opcodeByte))")
            parts.append("word0=\(hexadecimal(word0))")
            parts.append("word1=\(hexadecimal(word1))")
        } else {
            parts += decoded.fields.compactMap { text(of: $0) }
            if decoded[.tg] ?? 0 != 0 { parts.append("pages=\(rangeGranules)") }
            if decoded.residue.word0 != 0 { parts.append("reserved0=\(hexadecimal(decoded.residue.word0))") }
            if decoded.residue.word1 != 0 { parts.append("reserved1=\(hexadecimal(decoded.residue.word1))") }
        }
        for problem in problems(under: rules) {
            if case .reservedBits = problem { continue }  // shown above
            parts.append((problem.severity == .illegal ? "!" : "?") + problem.description)
        }
        return parts.joined(separator: " ")
    }

    /// (NUM+1) * 2^SCALE: what a command with TG other than 0 covers, in granules.
    @inlinable package var rangeGranules: UInt64 { (UInt64(num) + 1) &<< UInt64(scale) }

    private func text(of field: DecodedCommand.FieldValue) -> String? {
        let value = field.value
        switch field.field {
        case .ssec, .ssv, .leaf, .global:
            return value == 0 ? nil : field.field.rawValue
        case .num, .scale:
            // Both or neither, so that a range can be read off.
            return num == 0 && scale == 0 ? nil : "\(field.field.rawValue)=\(value)"
        case .ttl:
            return value == 0 ? nil : "ttl=\(value)"
        case .ssid where value == 0:
            return opcode == .cfgiCD || ssv ? "ssid=0" : nil
        case .tg:
            return TranslationGranule(tg: tg).map { "tg=\($0.name)" }
        case .cs:
            return "cs=\(completionSignal?.name ?? "3")"
        case .msh:
            return "msh=" + ["NSH", "1", "OSH", "ISH"][Int(value & 3)]
        case .msidata, .msiaddr:
            if value == 0, completionSignal != .irq { return nil }
        case .resp:
            return "resp=" + responseName(value)
        case .sid, .va, .ipa, .addr, .msiattr:
            return "\(field.field.rawValue)=\(hexadecimal(value))"
        case .size:
            return opcode == .atcInvalidate && value == 52 ? "size=all" : "size=\(value)"
        case .range, .stride:
            return "\(field.field.rawValue)=\(value)"
        default: break
        }
        return "\(field.field.rawValue)=\(value < 10 ? String(value) : hexadecimal(value))"
    }

    private func responseName(_ value: UInt64) -> String {
        let names = opcode == .priResponse ? ["DENY", "FAIL", "SUCCESS"] : ["TERMINATE", "RETRY", "ABORT"]
        return value < 3 ? names[Int(value)] : "3"
    }
}
