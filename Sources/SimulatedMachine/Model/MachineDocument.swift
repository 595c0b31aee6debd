import Yams

/// A machine file as YAML: mappings whose keys are known, with lines.
struct MachineDocument {
    struct Entry {
        var node: Node
        /// Of its key.
        var line: Int
    }

    let file: String
    let root: Entry
    private let lineCount: Int

    init(_ text: String, file: String) throws(MachineFileError) {
        self.file = file
        lineCount = max(1, text.unicodeScalars.count { $0 == "\n" } + (text.hasSuffix("\n") || text.isEmpty ? 0 : 1))
        guard Self.aliasCount(text) <= Self.mostAliases else {
            throw MachineFileError(.data, "\(file):1: is no machine file: it has YAML aliases (*); write the values out")
        }
        // Yams hands libyaml the string's own storage, which a string of up to 15 bytes does not have.
        let padded = text + String(repeating: "\n", count: 16)
        let parser: Parser
        let composed: Node?
        do {
            parser = try Parser(yaml: padded, encoding: .utf8)
            composed = try parser.singleRoot()
        } catch {
            throw Self.failure(error, text: text, file: file, lineCount: lineCount)
        }
        guard let composed, composed.scalar?.string.isEmpty != true else {
            throw MachineFileError(.data, "\(file):1: is empty; 'schema: \(MachineFile.schema)' and a machine are needed")
        }
        root = Entry(node: composed, line: 1)
        // Nodes hold their anchors weakly, and the parser holds them.
        defer { withExtendedLifetime(parser) {} }
        try refuseAnchors(composed, "")
    }

    /// One line.
    func failure(_ line: Int, _ text: String) -> MachineFileError {
        MachineFileError(.data, "\(file):\(min(max(line, 1), lineCount)): \(text)")
    }

    /// A mapping by its keys.
    /// - Parameter path: what errors call it; empty: the whole file
    func entries(of entry: Entry, path: String, allowed: [String]) throws(MachineFileError) -> [String: Entry] {
        let prefix = path.isEmpty ? "" : "\(path): "
        let known = "allowed are \(allowed.joined(separator: ", "))"
        guard case .mapping(let mapping) = entry.node else {
            throw failure(entry.line, "\(prefix)is no mapping; \(known)")
        }
        var entries: [String: Entry] = [:]
        for (key, value) in mapping {
            let line = key.mark?.line ?? entry.line
            guard let name = key.scalar?.string else { throw failure(line, "\(prefix)a key is no word; \(known)") }
            guard allowed.contains(name) else {
                throw failure(line, "\(path.isEmpty ? "" : path + ".")\(quotedUnlessPlain(name)): is unknown; \(known)")
            }
            entries[name] = Entry(node: value, line: line)
        }
        return entries
    }

    /// - Parameter path: of the node
    private func refuseAnchors(_ node: Node, _ path: String) throws(MachineFileError) {
        if node.anchor != nil {
            let prefix = path.isEmpty ? "" : "\(path): "
            throw failure(
                node.mark?.line ?? 1, "\(prefix)has a YAML anchor (&), which a machine file may not have; write the value out where it is used")
        }
        switch node {
        case .mapping(let mapping):
            for (key, value) in mapping {
                try refuseAnchors(key, path)
                let name = quotedUnlessPlain(key.scalar?.string ?? "")
                try refuseAnchors(value, path.isEmpty ? name : "\(path).\(name)")
            }
        case .sequence(let sequence):
            for element in sequence { try refuseAnchors(element, path) }
        case .scalar, .alias: break
        }
    }

    /// Aliases of aliases make a small file that takes forever to compare, which Yams does before it returns.
    private static let mostAliases = 16

    /// Not less than how many there are: text may look like one.
    private static func aliasCount(_ text: String) -> Int {
        var count = 0
        var isStart = true
        for byte in text.utf8 {
            if isStart, byte == UInt8(ascii: "*") { count += 1 }
            isStart = byte < 0x80 && !(Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber)
        }
        return count
    }
}

// What Yams refused
extension MachineDocument {
    private static func failure(_ error: any Error, text: String, file: String, lineCount: Int) -> MachineFileError {
        func broken(_ line: Int, _ problem: String) -> MachineFileError {
            MachineFileError(.data, "\(file):\(min(max(line, 1), lineCount)): is no YAML: \(problem); docs/machine-files.md has the format")
        }
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            return broken(mark.line, problem)
        case .reader(let problem, let offset, _, let yaml):
            return broken(1 + yaml.prefix(offset ?? 0).count { $0.isNewline }, problem)
        case .duplicatedKeysInMapping(let keys, let context):
            let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            let duplicate = DuplicateKey(keys.first ?? "", line: context.mark.line, column: context.mark.column, in: lines)
            return MachineFileError(
                .data, "\(file):\(min(duplicate.line, lineCount)): \(duplicate.path): is there twice; once is allowed")
        default: return broken(1, "\(error)")
        }
    }
}
