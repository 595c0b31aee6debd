import Foundation

/// What the rules look for in the text of a source file.
enum SourceText {
    /// The lines without their `//` comments, with their numbers from 1.
    static func code(_ text: String) -> [(number: Int, line: Substring)] {
        text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { index, line in
            (index + 1, line.firstRange(of: "//").map { line[..<$0.lowerBound] } ?? line)
        }
    }

    static func lineCount(_ text: String) -> Int {
        text.split(separator: "\n", omittingEmptySubsequences: false).count - (text.isEmpty || text.hasSuffix("\n") ? 1 : 0)
    }

    /// The modules that the file imports, whatever stands before `import` or names a part of the module.
    static func imports(_ text: String) -> [String] {
        code(text).compactMap { _, line in
            let words = line.split(separator: " ")
            guard let position = words.firstIndex(of: "import"), position + 1 < words.count,
                words[..<position].allSatisfy({ $0.hasPrefix("@") || accessLevels.contains($0) })
            else { return nil }
            var rest = words[(position + 1)...]
            if let kind = rest.first, declarationKinds.contains(kind), rest.count > 1 { rest = rest.dropFirst() }
            return rest.first.map { String($0.prefix { $0 != "." && $0 != ";" }) }
        }
    }

    /// Identifiers that speak of unsafe memory, with their lines.
    static func unsafeIdentifiers(_ text: String) -> [(line: Int, name: String)] {
        code(text).flatMap { number, line in
            line.split { !($0.isLetter || $0.isNumber || $0 == "_") }
                .filter { $0.contains("Unsafe") || $0.hasPrefix("unsafe") || $0 == "Unmanaged" || $0 == "OpaquePointer" }
                .map { (number, String($0)) }
        }
    }

    private static let accessLevels: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
    private static let declarationKinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
}
