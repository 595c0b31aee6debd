import Foundation
import Testing

/// The scenario files of docs/examples show what docs/convoy.md says of them.
@Suite struct ExampleTests {
    private static func result(_ name: String, _ flags: String...) throws -> [String: Any] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../docs/examples/\(name).json").standardizedFileURL
        let ended = try BuiltCommand.run(["run", "--scenario", file.path, "--format", "json"] + flags)
        try #require(ended.status == 0 && ended.errors.isEmpty, "\(ended.errors)")
        let document = try #require(JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any])
        return try #require((document["results"] as? [[String: Any]])?.first)
    }

    /// Of the processors' time, what goes to waits for space.
    private static func shareOfSpace(_ result: [String: Any]) throws -> Double {
        let time = try #require(result["time"] as? [String: Any])
        let processors = try #require(time["processors"] as? [[String: Any]])
        var (all, space) = (0.0, 0.0)
        for phase in processors.flatMap({ $0["phases"] as? [[String: Any]] ?? [] }) {
            let picoseconds = try #require(phase["picoseconds"] as? Double)
            all += picoseconds
            if phase["phase"] as? String == "waitForSpace" { space += picoseconds }
        }
        return space / all
    }

    private static func insertion(_ result: [String: Any], _ key: String) throws -> Double {
        try #require((result["insertionNanoseconds"] as? [String: Any])?[key] as? Double)
    }

    /// 4 producers with 4 commands each, every 5 ms: what the C code comes to.
    @Test func convoy() throws {
        let rate = try #require(try Self.result("convoy")["commandsPerSecond"] as? Double)
        #expect(rate > 3000 && rate < 3300, "\(rate)")
        let free = try #require(try Self.result("convoy", "--disturb", "pause-before-publishing:for=1ns")["commandsPerSecond"] as? Double)
        #expect(free > 500 * rate, "\(free)")
    }

    /// 8 producers with 2 entries each cannot fill a ring of 128, and wait for space most of their time.
    @Test func aRingThatLooksFull() throws {
        let small = try Self.result("looks-full")
        #expect(try Self.shareOfSpace(small) > 0.5)
        let large = try Self.result("looks-full", "--log2-entries", "16")
        #expect(try Self.shareOfSpace(large) < 0.05)
        #expect(try Self.insertion(small, "p50") < 200 && Self.insertion(small, "p99") > 50_000)
    }

    /// Most insertions take microseconds; some wait for space until Linux's timeout and beyond.
    @Test func aWaitForSpaceThatStarves() throws {
        let starved = try Self.result("starved-for-space")
        #expect(starved["spaceTimeouts"] as? Int ?? 0 > 0)
        #expect(try Self.insertion(starved, "p50") < 100_000 && Self.insertion(starved, "max") > 1e9)
        // With a ring that 64 producers cannot fill nobody waits so long.
        let roomy = try Self.result("starved-for-space", "--log2-entries", "12")
        #expect(roomy["spaceTimeouts"] as? Int == 0)
        #expect(try Self.insertion(roomy, "max") < 10_000_000)
    }
}
