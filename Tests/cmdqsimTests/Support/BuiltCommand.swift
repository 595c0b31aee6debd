import Foundation
import Testing

/// The built executable, run as a user runs it.
enum BuiltCommand {
    struct Ended {
        var status: Int32
        var output: String
        var errors: String

        /// The one line on standard error; fails the test where there is not exactly one.
        func onlyErrorLine(sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
            let lines = errors.split(separator: "\n", omittingEmptySubsequences: false)
            try #require(lines.count == 2 && lines[1].isEmpty, "one line expected: \(errors)", sourceLocation: sourceLocation)
            return String(lines[0])
        }
    }

    /// Beside the test bundle.
    static var path: URL {
        get throws {
            let program = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            var folder = program.deletingLastPathComponent()
            for _ in 0..<4 {
                let candidate = folder.appendingPathComponent("cmdqsim")
                var isFolder: ObjCBool = false
                if FileManager.default.fileExists(atPath: candidate.path, isDirectory: &isFolder), !isFolder.boolValue {
                    return candidate
                }
                folder = folder.deletingLastPathComponent()
            }
            throw CocoaError(.fileNoSuchFile)
        }
    }

    /// Waits until the process catches the signal, which would only end it before.
    static func waitUntilWatching(_ process: Process, for signal: Int32) throws {
        let path = "/proc/\(process.processIdentifier)/status"
        while process.isRunning {
            let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            let caught = try #require(lines.first { $0.hasPrefix("SigCgt:") }?.split(separator: "\t").last)
            if try #require(UInt64(caught, radix: 16)) >> (signal - 1) & 1 == 1 { return }
            Thread.sleep(forTimeInterval: 0.01)
        }
        throw POSIXError(.ESRCH)
    }

    static func run(_ arguments: [String], input: String = "") throws -> Ended {
        try Scratch.withFolder { folder throws in
            let files = ["in", "out", "err"].map { folder.appendingPathComponent($0) }
            try input.write(to: files[0], atomically: false, encoding: .utf8)
            for file in files.dropFirst() { try Data().write(to: file) }
            let process = Process()
            process.executableURL = try path
            process.arguments = arguments
            process.standardInput = try FileHandle(forReadingFrom: files[0])
            process.standardOutput = try FileHandle(forWritingTo: files[1])
            process.standardError = try FileHandle(forWritingTo: files[2])
            try process.run()
            process.waitUntilExit()
            return Ended(
                status: process.terminationStatus,
                output: try String(contentsOf: files[1], encoding: .utf8),
                errors: try String(contentsOf: files[2], encoding: .utf8))
        }
    }
}

enum Scratch {
    /// A folder of its own, removed afterwards.
    static func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("cmdqsim-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }
}
