@testable import cmdqsim
import Foundation
import Testing

@Suite struct ExploreCommandTests {
    @Test func completeEndsWell() throws {
        let ended = try BuiltCommand.run(["explore", "--sync", "none", "--reproducible"])
        #expect(ended.status == 0)
        #expect(ended.output.hasPrefix("complete under arm: no violation\n"))
        #expect(ended.errors.isEmpty)
    }

    @Test("Where a model allows more than is explored, complete says so", arguments: ["sc", "tso", "arm"])
    func completeSaysWhatItLeavesOut(model: String) throws {
        let arguments = ["explore", "--sync", "none", "--reproducible", "--model", model]
        let text = try BuiltCommand.run(arguments).output
        #expect(text.contains("\nleft out: load buffering, ") == (model == "arm"))
        let document = try #require(
            JSONSerialization.jsonObject(with: Data(try BuiltCommand.run(arguments + ["--format", "json"]).output.utf8)) as? [String: Any])
        #expect((document["leftOut"] as? [String])?.first == (model == "arm" ? "load buffering" : nil))
    }

    @Test func whatIsExploredIsInTheDocument() throws {
        let arguments = ["explore", "--batch", "2", "--device-stops-after", "1", "--sync", "cons", "--space", "enough", "--reproducible", "--format", "json"]
        let document = try #require(JSONSerialization.jsonObject(with: Data(try BuiltCommand.run(arguments).output.utf8)) as? [String: Any])
        #expect(document["verdict"] as? String == "complete" && document["batch"] as? Int == 2)
        #expect(document["deviceStopsAfter"] as? Int == 1 && document["space"] as? String == "enough")
        let unmap = try BuiltCommand.run(["explore", "--mutation", "no-ats-barrier", "--format", "json"])
        #expect(unmap.status == 1 && unmap.output.contains("\"work\" : \"unmap\""))
        #expect(unmap.output.contains("attachDevice: ATS control = 0x1"))
    }

    @Test func aViolationIsPrintedInColumns() throws {
        let ended = try BuiltCommand.run(["explore", "--sync", "none", "--mutation", "no-dma-wmb"])
        #expect(ended.status == 1)
        #expect(ended.output.hasPrefix("violation under arm: the device "))
        let header = ended.output.split(separator: "\n").first { $0.hasPrefix("P0") }
        #expect(header?.split(separator: " ") == ["P0", "SMMU"])
        #expect(ended.output.contains("\nalso with --producers 1 --commands 1, exhaustive: "))
        #expect(ended.output.contains("doorbell: PROD = 0x"))
        #expect(try ended.onlyErrorLine().hasPrefix("cmdqsim: the device "))
    }

    @Test func aLimitIsNotPassed() throws {
        let arguments = ["explore", "--producers", "3", "--log2-entries", "3", "--max-executions", "50", "--format", "json", "--reproducible"]
        let ended = try BuiltCommand.run(arguments)
        #expect(ended.status == 0)
        let document = try #require(JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any])
        #expect(document["schema"] as? String == "cmdqsim.exploration/1")
        #expect(document["verdict"] as? String == "limit" && document["executions"] as? Int == 50)
        #expect(document["seconds"] == nil)
        #expect(try BuiltCommand.run(arguments).output == ended.output)
        #expect(try BuiltCommand.run(arguments + ["--require-complete"]).status == 1)
    }

    @Test func whatIsLeftIsGoneOnWith() throws {
        try Scratch.withFolder { folder throws in
            let file = folder.appendingPathComponent("left.json").path
            let whole = try BuiltCommand.run(["explore", "--reproducible", "--threads", "1"])
            let first = try BuiltCommand.run(["explore", "--reproducible", "--max-executions", "60", "--checkpoint", file])
            #expect(first.output.hasPrefix("limit reached under arm, 60 executions"))
            let rest = try BuiltCommand.run(["explore", "--reproducible", "--resume", file, "--threads", "2"])
            #expect(rest.output == whole.output)
            let other = try BuiltCommand.run(["explore", "--model", "tso", "--resume", file])
            #expect(other.status == 65)
            #expect(try other.onlyErrorLine().contains("a checkpoint of another exploration"))
            try "{}".write(toFile: file, atomically: true, encoding: .utf8)
            #expect(try BuiltCommand.run(["explore", "--resume", file]).onlyErrorLine().contains("no checkpoint of this version"))
        }
        for refused in [["--strategy", "random", "--checkpoint", "x"], ["--model", "sc", "--strategy", "preemptions", "--threads", "2"]] {
            #expect(try BuiltCommand.run(["explore"] + refused).status == 64)
        }
    }

    /// A schedule leads to the same violation, whatever strategy and model it is of, and one that does not fit is refused.
    @Test(arguments: [
        ["--mutation", "relaxed-hand-over"], ["--strict"], ["--model", "c11"], ["--model", "sc", "--mutation", "no-await-valid"],
        ["--model", "sc", "--strategy", "random", "--mutation", "no-await-valid", "--sync", "cons"],
        ["--model", "arm", "--strategy", "random", "--mutation", "no-dma-wmb"],
        ["--algorithm", "fetch-add", "--model", "sc", "--strategy", "pct", "--commands", "3", "--log2-entries", "3", "--mutation", "issuer-locks"],
        ["--model", "sc", "--lock", "legacy", "--log2-entries", "1", "--fruitless", "1"],
        ["--model", "sc", "--producers", "3", "--mutation", "no-space-timeout"], ["--mutation", "no-ats-barrier"], ["--mutation", "awaits-not-full", "--device-stops-after", "0", "--batch", "2"],
        ["--mutation", "relaxed-unlock", "--log2-entries", "1"], ["--batch", "2", "--device-stops-after", "1", "--sync", "cons"],
        ["--batch", "2", "--device-stops-after", "1", "--space", "enough"],
        ["--batch", "2", "--device-stops-after", "1", "--sync", "cons", "--model", "sc", "--strategy", "random"],
    ])
    func schedulesAreFollowed(arguments: [String]) throws {
        try Scratch.withFolder { folder throws in
            let file = folder.appendingPathComponent("wrong.json")
            let found = try BuiltCommand.run(["explore"] + arguments + ["--schedule-out", file.path])
            let replayed = try BuiltCommand.run(["explore", "--replay", file.path])
            #expect(found.status == 1 && replayed.status == 1)
            #expect(replayed.errors == found.errors)
            let text = try String(contentsOf: file, encoding: .utf8)
            let other = text.replacing("\"handOver\"", with: "\"doorbell\"")
            try other.write(to: file, atomically: true, encoding: .utf8)
            let refused = try BuiltCommand.run(["explore", "--replay", file.path])
            #expect(refused.status == 65)
            #expect(try refused.onlyErrorLine().contains("does not fit this version"))
            try text.replacing("\"allocate\"", with: "\"nowhere\"").write(to: file, atomically: true, encoding: .utf8)
            #expect(try BuiltCommand.run(["explore", "--replay", file.path]).onlyErrorLine().contains("that there is not"))
            try "{}".write(to: file, atomically: true, encoding: .utf8)
            #expect(try BuiltCommand.run(["explore", "--replay", file.path]).status == 65)
        }
    }

    @Test func prioritiesPrintTheirBound() throws {
        let ended = try BuiltCommand.run(["explore", "--model", "sc", "--strategy", "pct", "--max-executions", "500"])
        #expect(ended.status == 0)
        #expect(ended.output.contains("n = 3, k = "))
    }

    @Test(arguments: [
        (["--reader", "once"], "--sync none"), (["--model", "power"], "allowed"), (["--algorithm", "mutex"], "operating-system mutex"),
        (["--algorithm", "spinlock", "--lock", "legacy"], "no such lock"), (["--max-seconds", "0"], "more than 0"),
        (["--max-seconds", "-1"], "more than 0"), (["--max-seconds", "1e300"], "no duration"), (["--max-executions", "0"], "out of range"),
        (["--commands", "16"], "two laps"), (["--batch", "4"], "never fits"), (["--batch", "0"], "out of range"),
        (["--work", "unmap", "--sync", "none"], "--sync msi or cons"), (["--work", "insert", "--mutation", "no-ats-barrier"], "--work unmap"),
        (["--device-stops-after", "-1"], "allowed"), (["--space", "some"], "not-full"), (["--seed", "-1"], "allowed"), (["--replay", "/nonexistent"], "cannot be read"),
        (["--replay", "/tmp"], "cannot be read"), (["--timeline", "/nonexistent/x"], "cannot be written"), (["--schedule-out", "/tmp"], "it is a folder"),
        (["--replay", "x", "--model", "sc"], "says what is explored"), (["--schedule-out", "/tmp/same", "--timeline", "/tmp/same"], "another file"),
        (["--producers", "8"], "7"),
    ])
    func badUsageIsOneLine(arguments: [String], words: String) throws {
        let ended = try BuiltCommand.run(["explore"] + arguments)
        #expect(ended.status == 64)
        #expect(try ended.onlyErrorLine().contains(words))
    }

    @Test func litmusTestsAreJudged() throws {
        let ended = try BuiltCommand.run(["litmus", "MP+dmb.st+addr", "MP+po+po", "2+2W+rel+rel", "--model", "arm"])
        #expect(ended.status == 0)
        #expect(ended.output == "MP+dmb.st+addr forbidden\nMP+po+po allowed\n2+2W+rel+rel forbidden\n")
        #expect(try BuiltCommand.run(["litmus", "--model", "tso", "--show", "SB+po+po"]).output.contains("reads y: 0x0, the initial value"))
        #expect(try BuiltCommand.run(["litmus", "MP+po"]).status == 64)
    }
}
