import Foundation
import SMMUv3

@testable import Workload

/// The seeds of property tests: fresh in each run, printed by each failure.
func freshSeeds(_ count: Int) -> [UInt64] { (0..<count).map { _ in UInt64.random(in: 0 ... .max) } }

enum Fixture {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

    static func path(_ name: String) -> String { folder.appendingPathComponent("Fixtures/\(name)").path }

    /// The full recorded streams beside the package, where they exist.
    static func recording(_ name: String) -> String {
        folder.appendingPathComponent("../../../shared/data/linux-traces/\(name)").standardizedFileURL.path
    }

    static var hasRecordings: Bool { FileManager.default.fileExists(atPath: recording("README.md")) }
}

/// A folder that is there for one test.
final class TemporaryFolder {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("workload-tests-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: url) }

    func file(_ name: String, _ text: String) throws -> String { try file(name, Data(text.utf8)) }

    func file(_ name: String, _ data: Data) throws -> String {
        let file = url.appendingPathComponent(name)
        try data.write(to: file)
        return file.path
    }

    /// Runs `xz -c` or `gzip -c` over a file.
    func compressed(_ tool: String, _ path: String) throws -> Data {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [tool, "-c"]
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return data
    }
}

/// The error that reading the file ends in; nil where it is read.
func traceError(_ path: String) -> TraceError? {
    do {
        _ = try RecordedStream(contentsOf: path)
        return nil
    } catch {
        return error
    }
}

let syncCommand = Command.sync(.sev)

/// A stream of units of 0 to `largest` commands, each command unlike any other; some have no last CMD_SYNC.
func randomStream(units: Int, largest: Int, using random: inout SplitMix64) -> RecordedStream {
    var commands: [Command] = []
    var number: UInt64 = 0
    for unit in 0..<units {
        for _ in 0..<Int.random(in: 0...largest, using: &random) {
            number += 1
            commands.append(Command(word0: 0x12, word1: number << 12))
        }
        if unit < units - 1 || Bool.random(using: &random) { commands.append(syncCommand) }
    }
    return RecordedStream(name: "random", commands: commands)
}

extension ProducerStream {
    /// Every operation in the order in which it is done; only for streams that end.
    var allOperations: [Operation] {
        (0..<(cycles ?? 0)).flatMap { _ in cycle } + tail
    }

    func commands(of operation: Operation) -> [Command] {
        Array(commands[operation.start..<operation.start + operation.count])
    }

    var allCommands: [Command] { allOperations.flatMap(commands(of:)) }
}
