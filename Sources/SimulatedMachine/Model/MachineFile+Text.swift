// Writing
extension MachineFile {
    /// The machine as a file, with a comment on each field; reading it gives an equal value.
    package func yaml() -> String {
        var lines = [
            "# A machine for cmdqsim; docs/machine-files.md explains the format.",
            "schema: \(Self.schema)",
            "name: \(YAMLText.quoted(model.name))",
            "description: \(YAMLText.quoted(description))",
        ]
        for section in MachineField.Section.allCases {
            lines += ["", "\(section.rawValue):"]
            for field in MachineField.all where field.section == section {
                lines.append("  # \(field.meaning)")
                lines.append("  \(field.key): \(entry(of: field))")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func entry(of field: MachineField) -> String {
        let provenance = provenance[field.path] ?? Provenance(.estimated, source: "")
        var parts = ["value: \(field.text(in: model))"]
        if provenance.kind != .sourced { parts.append("\(provenance.kind.rawValue): true") }
        if !provenance.source.isEmpty { parts.append("source: \(YAMLText.quoted(provenance.source))") }
        return "{\(parts.joined(separator: ", "))}"
    }
}

enum YAMLText {
    /// A double-quoted scalar on one line. Yams' emitter breaks and quotes as it sees fit; a canonical file must not.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            default:
                if mustBeEscaped(scalar) {
                    let digits = String(scalar.value, radix: 16)
                    let length = scalar.value > 0xffff ? 8 : 4
                    result += (length == 8 ? "\\U" : "\\u") + String(repeating: "0", count: length - digits.count) + digits
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }

    private static func mustBeEscaped(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
        default: false
        }
    }
}
