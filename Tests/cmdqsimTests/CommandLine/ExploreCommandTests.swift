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

    @Test func aViolationIsPrintedInColumns() throws {
        let ended = try BuiltCommand.run(["explore", "--sync", "none", "--mutation", "no-dma-wmb"])
        #expect(ended.status == 1)
        #expect(ended.output.hasPrefix("violation under arm: the device "))
        let header = ended.output.split(separator: "\n").first { $0.hasPrefix("P0") }
        #expect(header?.split(separator: " ") == ["P0", "P1", "SMMU"])
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

    @Test func prioritiesPrintTheirBound() throws {
        let ended = try BuiltCommand.run(["explore", "--model", "sc", "--strategy", "pct", "--max-executions", "500"])
        #expect(ended.status == 0)
        #expect(ended.output.contains("n = 3, k = "))
    }

    @Test(arguments: [
        (["--reader", "once"], "--sync none"), (["--model", "power"], "allowed"), (["--algorithm", "mutex"], "only linux"),
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
