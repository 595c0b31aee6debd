@testable import SimulatedMachine
import Testing

/// A good machine file and ways to spoil it.
enum MachineText {
    static let good = MachinePreset.kunpeng920.yaml

    /// The file with the line that begins with `key` replaced; fails the test where there is not exactly one.
    static func replacing(_ key: String, by line: String?, in text: String = good) throws -> (text: String, line: Int) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let found = lines.indices.filter { lines[$0].drop { $0 == " " }.hasPrefix(key + ":") }
        try #require(found.count == 1, "\(key) stands in \(found.count) lines")
        let indent = lines[found[0]].prefix { $0 == " " }
        if let line { lines[found[0]] = indent + line } else { lines.remove(at: found[0]) }
        return (lines.joined(separator: "\n"), found[0] + 1)
    }

    /// The line where a section begins.
    static func line(of start: String, in text: String = good) -> Int? {
        text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.hasPrefix(start) }.map { $0 + 1 }
    }

    static func error(_ text: String) -> MachineFileError? {
        do throws(MachineFileError) {
            _ = try MachineFile(yaml: text, file: "m.yaml")
            return nil
        } catch {
            return error
        }
    }
}
