/// Where a key stands a second time, and what it belongs to: Yams names only the key and the place of its first.
struct DuplicateKey: Equatable {
    /// Of the second, where it has a line of its own; else of the first.
    var line: Int
    /// With the keys around it.
    var path: String

    /// - Parameters:
    ///   - line: of the first, from 1
    ///   - column: of the first, from 1
    init(_ key: String, line: Int, column: Int, in lines: [Substring]) {
        let name = quotedUnlessPlain(key)
        guard lines.indices.contains(line - 1) else {
            self.line = line
            path = name
            return
        }
        self.line = Self.second(key, after: line, indent: column - 1, in: lines) ?? line
        var parents: [String] = []
        var indent = column - 1
        for text in lines[..<line].reversed() where indent > 0 {
            guard let content = Self.content(text), content.indent < indent else { continue }
            indent = content.indent
            if let parent = content.key { parents.insert(parent, at: 0) }
        }
        path = (parents + [name]).joined(separator: ".")
    }

    private static func second(_ key: String, after line: Int, indent: Int, in lines: [Substring]) -> Int? {
        for (offset, text) in lines[line...].enumerated() {
            guard let content = content(text) else { continue }
            if content.indent < indent { return nil }
            if content.indent == indent, content.key == key { return line + offset + 1 }
        }
        return nil
    }

    /// The indent of a line and the key that it begins with; nil where it is blank or a comment.
    private static func content(_ line: Substring) -> (indent: Int, key: String?)? {
        let rest = line.drop { $0 == " " }
        guard let first = rest.first, first != "#" else { return nil }
        let key = rest.firstIndex(of: ":").map { rest[..<$0].filter { $0 != "\"" && $0 != "'" } }
        return (line.count - rest.count, key.map { $0.trimmingSuffix(" ") })
    }
}

extension String {
    fileprivate func trimmingSuffix(_ character: Character) -> String {
        var result = self
        while result.last == character { result.removeLast() }
        return result
    }
}
