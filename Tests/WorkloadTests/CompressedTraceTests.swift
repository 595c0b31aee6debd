import Foundation
import SMMUv3
import Testing

@testable import Workload

/// Compressed traces, sound and damaged, and files that cannot be read.
struct CompressedTraceTests {
    private let folder: TemporaryFolder
    private let plain: String
    private let stream: RecordedStream

    init() throws {
        folder = try TemporaryFolder()
        var random = SplitMix64(seed: 1)
        // More than a pipe holds, and hard to compress.
        stream = RecordedStream(
            name: "", commands: (0..<4_000).map { _ in Command(word0: random.next(), word1: random.next()) }
        )
        plain = try folder.file("plain.csv", RawTraceWriter.text(of: stream))
    }

    @Test("Compressed data is recognized by its content, whatever the file is called", arguments: ["xz", "gzip"])
    func recognized(tool: String) throws {
        let data = try folder.compressed(tool, plain)
        for name in ["a.csv.xz", "a.csv.gz", "a.csv", "-a", "with space"] {
            #expect(try RecordedStream(contentsOf: folder.file(name, data)).commands == stream.commands)
        }
    }

    @Test("Truncated data is refused, wherever it ends", arguments: ["xz", "gzip"])
    func truncated(tool: String) throws {
        let data = try folder.compressed(tool, plain)
        for length in [1, 2, 5, 6, 7, 12, 100, data.count / 2, data.count - 9, data.count - 1] {
            let path = try folder.file("cut", data.prefix(length))
            let error = try #require(traceError(path), "cut to \(length) bytes")
            #expect(error.kind == .badData)
            #expect(error.file == path)
            if length >= 6 {
                #expect(error.problem.hasPrefix("is truncated or corrupt \(tool) data"), "cut to \(length) bytes: \(error)")
            }
        }
    }

    @Test("Corrupt data is refused", arguments: ["xz", "gzip"])
    func corrupt(tool: String) throws {
        var data = try folder.compressed(tool, plain)
        data[data.count / 2] ^= 0x55
        let error = try #require(traceError(folder.file("corrupt", data)))
        #expect(error.kind == .badData)
        #expect(error.problem.hasPrefix("is truncated or corrupt \(tool) data (\(tool) failed: "), "\(error)")
        #expect(!"\(error)".contains("\n"))
    }

    @Test("A line that is bad in compressed text is named as in plain text", arguments: ["xz", "gzip"])
    func badLine(tool: String) throws {
        let text = try String(contentsOfFile: plain, encoding: .utf8).replacingOccurrences(of: "\n3000,", with: "\n3001,")
        let path = try folder.file("bad", folder.compressed(tool, folder.file("bad.csv", text)))
        let error = try #require(traceError(path))
        // The header is line 1, seq 0 line 2.
        #expect(error.line == 3002)
        #expect(error.problem == "seq is 3001")
    }

    @Test("Compressed nothing is refused", arguments: ["xz", "gzip"])
    func nothing(tool: String) throws {
        let error = try #require(traceError(folder.file("a", folder.compressed(tool, folder.file("empty", "")))))
        #expect(error.problem == "there is nothing in it")
    }

    @Test("What cannot be read is told from what is bad")
    func unreadable() throws {
        let missing = try #require(traceError(folder.url.path + "/none-such.csv"))
        #expect(missing.kind == .unreadable)
        #expect(missing.problem == "cannot be read (No such file or directory)")
        let directory = try #require(traceError(folder.url.path))
        #expect(directory.kind == .unreadable)
        #expect(directory.problem == "cannot be read (Is a directory)")
    }
}
