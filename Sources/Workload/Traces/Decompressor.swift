import Foundation

/// A standard tool that decompresses its standard input.
struct Decompressor: Hashable, Sendable {
    var tool: String
    var format: String

    static let xz = Decompressor(tool: "xz", format: "xz")
    static let gzip = Decompressor(tool: "gzip", format: "gzip")

    private init(tool: String, format: String) {
        self.tool = tool
        self.format = format
    }

    /// By the magic number at the beginning of the data; nil where it is neither.
    init?(recognizing start: some Collection<UInt8>) {
        if start.starts(with: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]) {
            self = .xz
        } else if start.starts(with: [0x1f, 0x8b]) {
            self = .gzip
        } else {
            return nil
        }
    }

    /// Runs the tool over the file, which it reads as standard input, so that any file name will do.
    func decompress(path: String) throws(TraceError) -> [UInt8] {
        guard let executable = Self.find(tool) else {
            throw TraceError(
                .unreadable, file: path, problem: "is \(format) data, and the tool '\(tool)' is not installed",
                expected: "'\(tool)' on the search path"
            )
        }
        let result: Output
        do {
            result = try Self.run(executable, input: path)
        } catch {
            throw TraceError(
                .unreadable, file: path, problem: "cannot be decompressed (\(error.localizedDescription))",
                expected: "'\(tool)' to run"
            )
        }
        guard result.succeeded else {
            let message = result.errors.split(separator: "\n").first.map { ": \($0)" } ?? ""
            throw TraceError(
                file: path, problem: "is truncated or corrupt \(format) data (\(tool) failed\(message))",
                expected: "a complete \(format) file"
            )
        }
        return result.bytes
    }

    private struct Output {
        var bytes: [UInt8]
        var errors: String
        var succeeded: Bool
    }

    /// Standard error goes to a file rather than to a second pipe, so that the tool can never wait for
    /// a reader that is itself waiting for the tool.
    private static func run(_ executable: URL, input: String) throws -> Output {
        let errors = FileManager.default.temporaryDirectory
            .appendingPathComponent("cmdqsim-\(UUID().uuidString).stderr")
        try Data().write(to: errors, options: .withoutOverwriting)
        defer { try? FileManager.default.removeItem(at: errors) }

        let process = Process()
        process.executableURL = executable
        process.arguments = ["-dc"]
        let output = Pipe()
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: input))
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Output(
            bytes: [UInt8](bytes),
            errors: String(decoding: (try? Data(contentsOf: errors)) ?? Data(), as: UTF8.self),
            succeeded: process.terminationReason == .exit && process.terminationStatus == 0
        )
    }

    private static func find(_ tool: String) -> URL? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = path.split(separator: ":").map(String.init) + ["/usr/bin", "/bin"]
        return folders.map { URL(fileURLWithPath: $0).appendingPathComponent(tool) }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }
}
