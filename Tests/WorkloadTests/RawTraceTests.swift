import Foundation
import SMMUv3
import Testing

@testable import Workload

/// The raw CSV, read and written.
struct RawTraceTests {
    private static let header = "seq,ring,t_ns,vcpu,slot,cons,op,word0,word1"
    private static let entries = [
        "7,3,900,2,1e,1c,12,0002000000000012,00000000fff00001",
        "8,3,900,2,1f,1c,46,000000000fc02046,0000000000000000",
        "9,5,950,1,0,1f,40,0000010000000040,0000000000000034",
    ]
    private static let good = ([header] + entries).joined(separator: "\n") + "\n"

    @Test("Every field is read, and the words stay as they are")
    func fields() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("a.csv", Self.good)
        let stream = try RecordedStream(contentsOf: path)
        #expect(stream.name == path)
        #expect(stream.commands == [
            Command(word0: 0x0002_0000_0000_0012, word1: 0xfff0_0001), Command(word0: 0x0fc0_2046, word1: 0),
            Command(word0: 0x0100_0000_0040, word1: 0x34),
        ])
        #expect(stream.origins == [
            .init(doorbell: 3, nanoseconds: 900, vcpu: 2, slot: 0x1e, cons: 0x1c),
            .init(doorbell: 3, nanoseconds: 900, vcpu: 2, slot: 0x1f, cons: 0x1c),
            .init(doorbell: 5, nanoseconds: 950, vcpu: 1, slot: 0, cons: 0x1f),
        ])
        #expect(stream.missingFields.isEmpty)
    }

    @Test("Ends of line may be CR LF, the last one may be missing, and digits may be upper case")
    func tolerated() throws {
        let folder = try TemporaryFolder()
        let good = try RecordedStream(contentsOf: folder.file("a", Self.good)).commands
        #expect(try RecordedStream(contentsOf: folder.file("b", Self.good.replacingOccurrences(of: "\n", with: "\r\n"))).commands == good)
        #expect(try RecordedStream(contentsOf: folder.file("c", String(Self.good.dropLast()))).commands == good)
        #expect(try RecordedStream(contentsOf: folder.file("d", Self.good.replacingOccurrences(of: "fff", with: "FFF"))).commands == good)
    }

    @Test("Reading what was written gives the same stream, byte for byte", arguments: freshSeeds(5))
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var ring: UInt64 = 0
        let log2 = UInt32.random(in: 1...6, using: &random)
        let count = 300
        let stream = RecordedStream(
            name: "", commands: (0..<count).map { _ in Command(word0: random.next(), word1: random.next()) },
            origins: (0..<count).map {
                ring += UInt64.random(in: 0...2, using: &random)
                return .init(
                    doorbell: ring, nanoseconds: random.next(), vcpu: UInt32(truncatingIfNeeded: random.next()),
                    slot: UInt32($0) & (2 << log2 - 1), cons: UInt32.random(in: 0..<2 << log2, using: &random)
                )
            }
        )
        let folder = try TemporaryFolder()
        let text = RawTraceWriter.text(of: stream)
        var read = try RecordedStream(contentsOf: folder.file("a.csv", text))
        read.name = ""
        #expect(read == stream, "seed \(seed)")
        #expect(RawTraceWriter.text(of: read) == text, "seed \(seed)")
    }

    @Test("A stream without origins can be written and read")
    func withoutOrigins() throws {
        let folder = try TemporaryFolder()
        let stream = RecordedStream(name: "", commands: [Command](repeating: syncCommand, count: 5))
        let read = try RecordedStream(contentsOf: folder.file("a.csv", RawTraceWriter.text(of: stream)))
        #expect(read.commands == stream.commands)
    }

    @Test("What is wrong is said with its line", arguments: [
        (1, "8,3,900", "9,3,900", 3, "seq is 9"),
        (1, ",46,", ",45,", 3, "op is 45, but word0 has 46"),
        (1, ",1f,1c", ",20,1c", 3, "slot is 20"),
        (2, ",0,1f", ",1,1f", 4, "slot is 1"),
        (2, "9,5,", "9,2,", 4, "ring is 2"),
        (0, "7,3,", "7,,", 2, "ring begins with ','"),
        (0, "7,3,", "7,x,", 2, "ring begins with 'x'"),
        (0, "900,2", "900;2", 2, "t_ns is followed by ';'"),
        (0, ",2,1e", ",4294967296,1e", 2, "vcpu is too large"),
        (0, "900", "99999999999999999999", 2, "t_ns is too large"),
        (0, "fff00001", "fff0000", 2, "word1 has 15 digits"),
        (0, "fff00001", "fff000011", 2, "word1 has more than 16 digits"),
        (0, "fff00001", "fff0000g", 2, "word1 has 15 digits"),
        (0, "fff00001", "fff00001,1", 2, "word1 is followed by ','"),
        (0, ",00000000fff00001", "", 2, "word0 is followed by the end of the line"),
        (1, "8,3,900,2,1f,1c,46,000000000fc02046,0000000000000000", "", 3, "seq begins with the end of the line"),
        (1, "8,3", "\u{1}8,3", 3, "seq begins with the byte 0x1"),
    ])
    func badLines(entry: Int, part: String, replacement: String, line: Int, problem: String) throws {
        var entries = Self.entries
        let changed = entries[entry].replacingOccurrences(of: part, with: replacement)
        #expect(changed != entries[entry])
        entries[entry] = changed
        let folder = try TemporaryFolder()
        let path = try folder.file("bad.csv", ([Self.header] + entries).joined(separator: "\n") + "\n")
        let error = try #require(traceError(path))
        #expect(error.kind == .badData)
        #expect(error.file == path)
        #expect(error.line == line)
        #expect(error.problem.hasPrefix(problem), "\(error)")
        #expect(!error.expected.isEmpty)
        #expect("\(error)".hasPrefix("\(path):\(line): \(problem)"))
        #expect(!"\(error)".contains("\n"))
    }

    @Test("A plain file that ends within a line is truncated, wherever it ends")
    func truncated() throws {
        let folder = try TemporaryFolder()
        let bytes = Array(Self.good.utf8)
        let lines = Self.good.split(separator: "\n", omittingEmptySubsequences: false)
        // Where a line is complete, with or without its end.
        var complete: Set<Int> = []
        var length = 0
        for (index, line) in lines.dropLast().enumerated() {
            length += line.utf8.count
            if index > 0 { complete.formUnion([length, length + 1]) }
            length += 1
        }
        for end in 0..<bytes.count where !complete.contains(end) {
            let path = try folder.file("cut.csv", Data(bytes[..<end]))
            let error = try #require(traceError(path), "cut to \(end) bytes")
            #expect(error.kind == .badData)
        }
        #expect(complete.count == 6)
    }

    @Test("Text that is neither kind of trace is refused in its first line")
    func neither() throws {
        let folder = try TemporaryFolder()
        let error = try #require(traceError(folder.file("a.txt", "hello\nworld\n")))
        #expect(error.line == 1)
        #expect(error.problem == "the first line is 'hello'")
        let oldHeader = try #require(traceError(folder.file("b.csv", Self.good.replacingOccurrences(of: "word1", with: "word2"))))
        #expect(oldHeader.line == 1)
        let onlyHeader = try #require(traceError(folder.file("c.csv", Self.header + "\n")))
        #expect(onlyHeader.line == 2)
        #expect(traceError(try folder.file("d.csv", ""))?.problem == "there is nothing in it")
    }

    @Test("Random damage to a file never ends the process", arguments: freshSeeds(4))
    func damage(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let folder = try TemporaryFolder()
        for _ in 0..<100 {
            var bytes = Array(Self.good.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8(truncatingIfNeeded: random.next())
            }
            let path = try folder.file("damaged.csv", Data(bytes))
            do {
                #expect(try RecordedStream(contentsOf: path).commands.count <= 3, "seed \(seed)")
            } catch {
                #expect(error.file == path, "seed \(seed)")
            }
        }
    }
}
