import Foundation
import Testing

@testable import cmdqsim

/// Timelines as the built command writes them.
@Suite struct TimelineCommandTests {
    private static let simulated = ["run", "--machine", "kunpeng920", "--producers", "4", "--duration", "20us", "--warmup-time", "10us"]

    @Test("the file is JSON of trace events, the same on each run; the results are those of a run without")
    func written() throws {
        try Scratch.withFolder { folder throws in
            func run(_ name: String, _ more: [String] = []) throws -> Data {
                let path = folder.appendingPathComponent(name).path
                let result = try BuiltCommand.run(Self.simulated + ["--timeline", path, "--format", "json"] + more)
                #expect(result.status == 0, "\(result.errors)")
                #expect(result.output == (try BuiltCommand.run(Self.simulated + ["--format", "json"])).output)
                return try Data(contentsOf: URL(fileURLWithPath: path))
            }
            let first = try run("one.json")
            #expect(first == (try run("two.json")))
            let document = try #require(try JSONSerialization.jsonObject(with: first) as? [String: Any])
            let events = try #require(document["traceEvents"] as? [[String: Any]])
            #expect(Set(events.compactMap { $0["ph"] as? String }) == ["M", "X", "C", "s", "f"])
        }
    }

    @Test("what is left out is said on standard error")
    func leftOut() throws {
        let result = try BuiltCommand.run(Self.simulated + ["--timeline", "/dev/null", "--timeline-events", "100"])
        #expect(result.status == 0)
        #expect(result.errors.contains("timeline: full at ") && result.errors.contains("left out"))
        let quiet = try BuiltCommand.run(Self.simulated + ["--timeline", "/dev/null", "--timeline-from", "2s"])
        #expect(quiet.errors.contains("timeline: empty"))
    }

    @Test("the table ends in where the time went")
    func table() throws {
        let result = try BuiltCommand.run(Self.simulated)
        #expect(result.status == 0)
        for word in ["wait for sync", "CMD_SYNC", "owner_prod+lock", "doorbells: ", "memory operations: "] {
            #expect(result.output.contains(word), "\(word)")
        }
    }

    @Test(arguments: [
        (["run", "--timeline", "t.json"], "--timeline applies to simulated machines only"),
        (["run", "--machine", "kunpeng920", "--timeline-events", "5"], "need --timeline"),
        (["run", "--machine", "kunpeng920", "--timeline", "/none/t.json"], "--timeline /none/t.json: cannot be written"),
        (["run", "--machine", "kunpeng920", "--timeline", "/tmp/same", "--output", "/tmp/same"], "name the same file"),
        (["compare", "--machine", "kunpeng920", "--timeline", "t.json"], "--timeline"),
    ])
    func refused(arguments: [String], words: String) throws {
        let result = try BuiltCommand.run(arguments)
        #expect(result.status == 64)
        #expect(result.errors.contains(words), "\(result.errors)")
        #expect(result.output.isEmpty)
    }
}
