import Foundation
@testable import SimulatedMachine

/// The tables of docs/machine-files.md that follow from the code.
enum MachineReference {
    static let document = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("docs/machine-files.md")

    static let tables = ["fields", "presets"]

    static func table(_ name: String) throws -> String {
        switch name {
        case "fields": fields
        default: try presets
        }
    }

    /// Every field with its unit, range and meaning.
    private static var fields: String {
        MachineField.Section.allCases.map { section in
            let rows = MachineField.all.filter { $0.section == section }
                .map { "| `\($0.key)` | \($0.unit) | \(range(of: $0)) | \($0.meaning) |" }
            return (["### \(section.rawValue)", "", "| key | value | allowed | meaning |", "|---|---|---|---|"] + rows).joined(separator: "\n")
        }.joined(separator: "\n\n")
    }

    private static func range(of field: MachineField) -> String {
        switch field.kind {
        case .time(let range, _): "\(TimeText.render(range.lowerBound)) to \(TimeText.render(range.upperBound))"
        case .count(let range, _): "\(range.lowerBound) to \(range.upperBound)"
        case .choice(let no, let yes, _): "`\(yes)`, `\(no)`"
        }
    }

    /// The values of the presets, marked where they are fitted or estimated.
    private static var presets: String {
        get throws {
            let machines = try MachinePreset.allCases.compactMap { try MachineFile.preset(named: $0.rawValue) }
            let header = [
                "| field | \(machines.map(\.model.name).joined(separator: " | ")) |", "|---\(String(repeating: "|---", count: machines.count))|",
            ]
            let rows = MachineField.all.map { field in
                let cells = machines.map { machine in
                    let mark = switch machine.provenance[field.path]?.kind {
                    case .fitted: " (f)"
                    case .estimated: " (e)"
                    default: ""
                    }
                    return field.text(in: machine.model) + mark
                }
                return "| `\(field.path)` | \(cells.joined(separator: " | ")) |"
            }
            return (header + rows).joined(separator: "\n")
        }
    }

    /// What stands between the comments that begin and end a table.
    static func range(of table: String, in text: String) -> Range<String.Index>? {
        guard let begin = text.range(of: "<!-- begin \(table) -->\n\n"),
            let end = text.range(of: "\n\n<!-- end \(table) -->", range: begin.upperBound..<text.endIndex)
        else { return nil }
        return begin.upperBound..<end.lowerBound
    }
}
