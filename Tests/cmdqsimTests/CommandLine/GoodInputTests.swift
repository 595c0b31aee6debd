@testable import cmdqsim
import Experiment
import Foundation
import Testing

@Suite struct GoodInputTests {
    private let small = ["--commands", "200", "--repeat", "1", "--warmup", "0"]

    @Test(arguments: [["--help"], ["-h"], ["compare", "--help"], ["run", "--help"], ["validate", "--help"], ["script", "--help"], ["decode", "--help"],
        ["list", "--help"], ["machine", "--help"], ["help", "run"], ["--version"], []])
    func helpGoesToStandardOutput(arguments: [String]) throws {
        let ended = try BuiltCommand.run(arguments)
        #expect(ended.status == 0 && ended.errors.isEmpty && !ended.output.isEmpty)
    }

    @Test func runPrintsOneDocument() throws {
        let ended = try BuiltCommand.run(["run", "--format", "json", "--seed", "42"] + small)
        #expect(ended.status == 0 && ended.errors.isEmpty)
        let document = try JSON.read(ResultDocument.self, ended.output)
        #expect(document.seed == 42 && !document.partial && document.results.count == 1)
        #expect(document.results[0].scenario.seed == 42)
    }

    @Test func aResultsScenarioRunsAgain() throws {
        try Scratch.withFolder { folder throws in
            let path = folder.appendingPathComponent("scenario.json").path
            let first = try BuiltCommand.run(["run", "--format", "json", "--producers", "2", "--batch", "3"] + small)
            let scenario = try JSON.read(ResultDocument.self, first.output).results[0].scenario
            try JSON.render(scenario).write(toFile: path, atomically: false, encoding: .utf8)
            let again = try BuiltCommand.run(["run", "--scenario", path, "--format", "json", "--batch", "4"])
            var expected = scenario
            expected.batch = 4
            #expect(try JSON.read(ResultDocument.self, again.output).results[0].scenario == expected)
        }
    }

    @Test func compareWritesItsFiles() throws {
        try Scratch.withFolder { folder throws in
            let output = folder.appendingPathComponent("out.csv").path
            let histogram = folder.appendingPathComponent("latency.txt").path
            let ended = try BuiltCommand.run(
                ["compare", "--producers", "1,2", "--format", "csv", "--output", output, "--histogram", histogram,
                    "--latency-sampling", "1"] + small)
            #expect(ended.status == 0 && ended.errors.isEmpty && ended.output.isEmpty)
            #expect(try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n").count == 7)
            let text = try String(contentsOfFile: histogram, encoding: .utf8)
            #expect(text.split(separator: "\n").filter { $0.hasPrefix("# insertion: ") }.count == 6)
            #expect(text.split(separator: "\n").filter { $0.hasPrefix("# sync completion: ") }.count == 6)
            #expect(text.contains("1/(1-Percentile)"))
        }
    }

    @Test func compareSaysWhatItsReaderMustKnow() throws {
        let ended = try BuiltCommand.run(["compare", "--producers", "1,64", "--seed", "9"] + small)
        #expect(ended.status == 0 && ended.errors.isEmpty)
        for words in ["seed: 9", "host: ", "The sides differ: VCMDQs complete by CONS polling", "more threads than cores", "1.00x"] {
            #expect(ended.output.contains(words), "\(words)")
        }
    }

    @Test func flagsWithoutEffectAreTold() throws {
        let ended = try BuiltCommand.run(["run", "--vintfs", "4", "--format", "csv"] + small)
        #expect(ended.status == 0)
        #expect(try ended.onlyErrorLine().hasPrefix("note: "))
    }

    @Test func decodesWords() throws {
        let ended = try BuiltCommand.run(["decode", "0012000300000012:7f001701", "0x46", "0"])
        #expect(ended.status == 0 && ended.errors.isEmpty)
        let lines = ended.output.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines[0].hasPrefix("0  0012000300000012:000000007f001701  TLBI_NH_VA "))
        #expect(lines[1].hasPrefix("1  0000000000000046:0000000000000000  CMD_SYNC "))
    }

    @Test func decodesAStretchOfAStream() throws {
        try Scratch.withFolder { folder throws in
            let path = folder.appendingPathComponent("s.csv").path
            try """
            seq,ring,t_ns,vcpu,slot,cons,op,word0,word1
            0,1,5,2,0,0,04,0000000000000004,000000000000001f
            1,1,5,2,1,0,46,000000000fc02046,0000000000000000

            """.write(toFile: path, atomically: false, encoding: .utf8)
            let ended = try BuiltCommand.run(["decode", "--trace", path, "--from", "1", "--limit", "5", "--format", "csv"])
            #expect(ended.status == 0 && ended.errors.isEmpty)
            let lines = ended.output.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(lines[1].hasPrefix("1,000000000fc02046,0000000000000000,CMD_SYNC,true,"))
        }
    }

    @Test func aScriptStopsAtTheBadLineAndKeepsItsOutput() throws {
        let script = "# a comment\nconfig shift=8 mode=msi hw=lazy base=0x1000 trace=0\nnonsense\n"
        let ended = try BuiltCommand.run(["script", "-"], input: script)
        #expect(ended.status == 65)
        #expect(ended.output.hasPrefix("2 config "))
        // One line, ended once.
        #expect(ended.output.firstIndex(of: "\n") == ended.output.indices.last)
        #expect(try ended.onlyErrorLine().hasPrefix("standard input:3: "))
    }

    @Test func listsInEveryFormat() throws {
        for format in ["table", "json", "csv"] {
            let ended = try BuiltCommand.run(["list", "queues", "opcodes", "--format", format])
            #expect(ended.status == 0 && ended.errors.isEmpty)
            #expect(ended.output.contains("vcmdq") && ended.output.contains("TLBI_NH_VA") && !ended.output.contains("spinlock"))
        }
    }
}
