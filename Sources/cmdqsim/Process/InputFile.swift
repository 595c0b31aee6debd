import Foundation

/// A file that is read whole; `-` is standard input.
enum InputFile {
    /// - Throws: exit 64, naming the file
    static func read(_ path: String) throws(CommandFailure) -> Data {
        do {
            if path == "-" { return try FileHandle.standardInput.readToEnd() ?? Data() }
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            return try handle.readToEnd() ?? Data()
        } catch {
            throw CommandFailure(
                .usage, "\(path): cannot be read: \(StandardStreams.reason(of: error)); a readable file is allowed")
        }
    }

    /// The same as text.
    static func readText(_ path: String) throws(CommandFailure) -> String {
        guard let text = String(validating: try read(path), as: UTF8.self) else {
            throw CommandFailure(.badData, "\(path): is not UTF-8 text, as it must be")
        }
        return text
    }
}
