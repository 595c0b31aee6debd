import Foundation

import SMMUv3

/// Files beside the tests and, where a checkout has them, the full data that they were taken from.
enum Fixture {
    enum Failure: Error { case decompression(URL, status: Int32) }

    static let streams = [
        "k612_strict_4cpu", "k612_strict_8cpu_noril", "k61_strict_8cpu", "k612_lazy_4cpu", "k612_strict_4cpu_ats",
    ]

    static func url(_ name: String) -> URL {
        Bundle.module.bundleURL.appendingPathComponent("Fixtures/\(name)")
    }

    /// The full recorded streams; absent from a user's clone.
    static let fullStreams: URL? = {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = root.appendingPathComponent("../shared/data/linux-traces").standardizedFileURL
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    /// The lines of an xz file, without empty ones.
    static func lines(_ name: String) throws -> [Substring] {
        try output(of: "xz -dc \"$1\"", file: url(name))
    }

    /// The rows of a sample: the first 3000 of the run and 3000 picked at random from the rest, in order.
    static func sample(_ stream: String) throws -> [Command] {
        try commands("\(stream).sample.csv.xz")
    }

    /// The commands of a raw recording.
    static func commands(_ name: String) throws -> [Command] {
        try lines(name).dropFirst().map { try command($0.split(separator: ",").suffix(2)) }
    }

    /// Every distinct command of a full run.
    static func distinctCommands(_ stream: String, in folder: URL) throws -> [Command] {
        let file = folder.appendingPathComponent("\(stream).raw.csv.xz")
        return try output(of: "xz -dc \"$1\" | tail -n +2 | cut -d, -f8,9 | LC_ALL=C sort -u", file: file)
            .map { try command($0.split(separator: ",")[...]) }
    }

    static func command(_ words: ArraySlice<Substring>) throws -> Command {
        guard words.count == 2, let word0 = UInt64(words.first!, radix: 16), let word1 = UInt64(words.last!, radix: 16)
        else { throw CocoaError(.fileReadCorruptFile) }
        return Command(word0: word0, word1: word1)
    }

    private static func output(of script: String, file: URL) throws -> [Substring] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", script, "sh", file.path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0, !data.isEmpty else {
            throw Failure.decompression(file, status: process.terminationStatus)
        }
        return String(decoding: data, as: UTF8.self).split(separator: "\n")
    }
}
