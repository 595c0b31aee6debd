/// Why a recorded stream cannot be read. `description` is one line: file, line, what was wrong, what is expected.
package struct TraceError: Error, Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// The file cannot be opened or read, or the tool that decompresses it cannot be run.
        case unreadable
        /// The file is truncated, corrupt or no trace.
        case badData
    }

    package var kind: Kind
    package var file: String
    /// From 1, of the decompressed text; nil where no line is known.
    package var line: Int?
    package var problem: String
    package var expected: String

    package init(_ kind: Kind = .badData, file: String, line: Int? = nil, problem: String, expected: String) {
        self.kind = kind
        self.file = file
        self.line = line
        self.problem = problem
        self.expected = expected
    }
}

extension TraceError: CustomStringConvertible {
    package var description: String {
        let place = line.map { "\(file):\($0)" } ?? file
        return "\(place): \(problem); expected \(expected)"
    }
}
