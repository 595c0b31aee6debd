import Foundation

/// Lines for standard output, written in large pieces.
struct LineBuffer {
    private var bytes: [UInt8] = []
    /// The first write that failed; the lines after it are dropped.
    private var failure: CommandFailure?
    private static let size = 1 << 16

    init() { bytes.reserveCapacity(Self.size + 4096) }

    /// Takes a line without its line feed.
    mutating func append(_ line: String) {
        bytes.append(contentsOf: line.utf8)
        append(lines: "\n")
    }

    /// Takes whole lines with their line feeds.
    mutating func append(lines: String) {
        bytes.append(contentsOf: lines.utf8)
        if bytes.count >= Self.size { drain() }
    }

    /// Writes what is left.
    mutating func flush() throws(CommandFailure) {
        drain()
        if let failure { throw failure }
    }

    private mutating func drain() {
        defer { bytes.removeAll(keepingCapacity: true) }
        guard failure == nil, !bytes.isEmpty else { return }
        do {
            try FileHandle.standardOutput.write(contentsOf: Data(bytes))
        } catch {
            failure = CommandFailure(
                .cannotWrite, "standard output: cannot be written: \(StandardStreams.reason(of: error))")
        }
    }
}
