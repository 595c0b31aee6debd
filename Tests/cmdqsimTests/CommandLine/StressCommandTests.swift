@testable import cmdqsim
import Experiment
import Foundation
import Testing

@Suite(.serialized) struct StressCommandTests {
    private func document(_ text: String) throws -> StressDocument { try JSON.read(StressDocument.self, text) }

    @Test func endsWithFigures() throws {
        let ended = try BuiltCommand.run(["stress", "--iterations", "12", "--seed", "5", "--threads", "4"])
        #expect(ended.status == 0, "\(ended.errors)")
        #expect(try ended.onlyErrorLine() == "seed 5")
        #expect(ended.output.hasPrefix("stress, seed 5\n"))
        for name in ["scenarios ", "insertions ", "CMD_SYNCs ", "wraps ", "survived stall-device ", "resident memory at most, MiB "] {
            #expect(ended.output.contains("\n\(name)"), "\(name)")
        }
    }

    @Test func asJSON() throws {
        let ended = try BuiltCommand.run(["stress", "--for", "300ms", "--seed", "0x10", "--threads", "4", "--format", "json"])
        #expect(ended.status == 0, "\(ended.errors)")
        let document = try document(ended.output)
        #expect(document.schema == "cmdqsim.stress/1" && document.seed == 16 && document.threads == 4 && document.mutation == "none")
        #expect(document.figures.scenarios > 0 && document.figures.insertions > 0 && document.figures.seconds >= 0.3)
        #expect(document.failure == nil && !document.partial)
    }

    /// A failure is written to a file, which fails again.
    @Test func aViolationCanBeReplayed() throws {
        try Scratch.withFolder { folder throws in
            let file = folder.appendingPathComponent("wrong.json").path
            let ended = try BuiltCommand.run([
                "stress", "--fault", "lost-slot", "--seed", "1", "--for", "1m", "--shrink-for", "3s", "--scenario-out", file, "--format", "json",
            ])
            #expect(ended.status == 1)
            let lines = ended.errors.split(separator: "\n").map(String.init)
            #expect(lines.first == "seed 1" && lines.dropFirst().first?.hasPrefix("violation: ") == true)
            #expect(lines.contains("replay: cmdqsim stress --replay \(file)"))
            let failure = try #require(try document(ended.output).failure)
            #expect(lines.last == "cmdqsim: violated checks in scenario \(failure.index) of seed 1")
            #expect(failure.kind == "violation" && failure.scenario.fault == .lostSlot)
            let kept = try StressFile(reading: Data(contentsOf: URL(fileURLWithPath: file)))
            #expect(kept.scenario == failure.shrunk?.scenario ?? failure.scenario && kept.seed == 1 && kept.index == failure.index)

            let again = try BuiltCommand.run(["stress", "--replay", file, "--format", "json"])
            #expect(again.status == 1)
            #expect(try document(again.output).failure?.scenario == kept.scenario)
            #expect(again.errors.contains("cmdqsim: violated checks in the replayed scenario, in run "))
        }
    }

    @Test func aStuckRunEnds() throws {
        try Scratch.withFolder { folder throws in
            let ended = try BuiltCommand.run([
                "stress", "--fault", "hang", "--seed", "3", "--stuck-after", "500ms", "--shrink-for", "0s", "--scenario-out", folder.path,
            ])
            #expect(ended.status == 1)
            #expect(ended.errors.contains("\nviolation: stuck: nothing has advanced for "))
            #expect(ended.errors.contains("\n  producer 0: writing slots for "))
            #expect(ended.errors.contains("\n  device thread 0: looking for work for "))
            let file = folder.appendingPathComponent("stress-3.json")
            #expect(try StressFile(reading: Data(contentsOf: file)).fault == "hang")
            #expect(ended.errors.hasSuffix("cmdqsim: stuck in scenario 0 of seed 3\n"))
        }
    }

    @Test(arguments: ["memory-leak", "thread-leak"])
    func growthIsAFailure(fault: String) throws {
        let ended = try BuiltCommand.run(["stress", "--fault", fault, "--max-growth", "24Mi", "--seed", "2", "--for", "2m"])
        #expect(ended.status == 1)
        #expect(ended.errors.contains(fault == "memory-leak" ? "violation: resident memory has grown by " : "violation: threads have grown by "))
        #expect(ended.errors.contains("\nas drawn: cmdqsim stress --seed 2 --iterations "))
    }

    /// The same scenario without a leak: nothing grows.
    @Test func withoutALeakNothingGrows() throws {
        try Scratch.withFolder { folder throws in
            let file = folder.appendingPathComponent("small.json")
            var scenario = Scenario()
            (scenario.length, scenario.repeats, scenario.warmups) = (.commands(10), 1, 0)
            for fault in [StressFault?.none, .memoryLeak, .threadLeak] {
                let kept = StressFile(seed: 4, index: 2, mutation: .none, fault: fault, violations: [], scenario: scenario)
                try JSON.render(kept).write(to: file, atomically: true, encoding: .utf8)
                let ended = try BuiltCommand.run(["stress", "--replay", file.path, "--iterations", "400", "--max-growth", "24Mi", "--format", "json"])
                let document = try document(ended.output)
                #expect(ended.status == (fault == nil ? 0 : 1) && document.failure?.kind == (fault == nil ? nil : "growth"), "\(ended.errors)")
                #expect(fault != nil || document.figures.scenarios == 400)
            }
        }
    }

    @Test func refusesOtherFiles() throws {
        try Scratch.withFolder { folder throws in
            let file = folder.appendingPathComponent("other.json")
            try #"{"schema":"cmdqsim.stress-scenario/2"}"#.write(to: file, atomically: true, encoding: .utf8)
            let ended = try BuiltCommand.run(["stress", "--replay", file.path])
            #expect(ended.status == 65)
            #expect(try ended.onlyErrorLine() == "\(file.path): the schema 'cmdqsim.stress-scenario/2' is not known to this version; cmdqsim.stress-scenario/1 is allowed")
        }
        #expect(try BuiltCommand.run(["stress", "--replay", "/nowhere/at/all"]).status == 64)
    }

    @Test(arguments: [
        (["--for", "10"], nil), (["--for", "10x"], "is no time"), (["--for", "-1s"], "out of range"), (["--for", "m"], "is no time"),
        (["--iterations", "0"], "0"), (["--threads", "2000"], "1024"), (["--seed", "x"], "is no seed"), (["--mutation", "x"], "x"),
        (["--mutation", "no-ats-barrier"], "it exists in 'cmdqsim explore' only"), (["--mutation", "awaits-not-full"], "'cmdqsim explore' only"),
        (["--fault", "x"], "'x' is no fault"), (["--fault", "lost-slot", "--mutation", "close-twice"], "without --mutation it is allowed"),
        (["--scenario-out", "/nowhere/at/all"], "cannot be written"), (["--stuck-after", "0s"], "out of range"), (["--max-growth", "0"], "0"),
    ] as [([String], String?)])
    func badInputIsOneLine(arguments: [String], words: String?) throws {
        guard let words else {
            #expect(try LongTime.parse("10m", least: 0) == 600 && LongTime.parse("1.5h", least: 0) == 5400 && LongTime.parse("20ms", least: 0) == 0.02)
            #expect(try LongTime.parse("10", least: 0) == 10)
            return
        }
        let ended = try BuiltCommand.run(["stress"] + arguments)
        #expect(ended.status == 64)
        #expect(try ended.onlyErrorLine().contains(words))
        #expect(ended.output.isEmpty)
    }

    @Test func aReplaySaysWhatIsRun() throws {
        try Scratch.withFolder { folder throws in
            let file = folder.appendingPathComponent("kept.json")
            var scenario = Scenario()
            (scenario.length, scenario.repeats, scenario.warmups) = (.commands(100), 1, 0)
            let kept = StressFile(seed: 4, index: 2, mutation: .none, fault: nil, violations: [], scenario: scenario)
            try JSON.render(kept).write(to: file, atomically: true, encoding: .utf8)
            #expect(try BuiltCommand.run(["stress", "--replay", file.path, "--seed", "1"]).onlyErrorLine().contains("--seed: the scenario of --replay says what is run"))
            let ended = try BuiltCommand.run(["stress", "--replay", file.path, "--iterations", "3", "--format", "json"])
            #expect(ended.status == 0 && ended.errors.isEmpty)
            let figures = try document(ended.output).figures
            #expect(figures.scenarios == 3 && figures.commands == 300)
        }
    }

    /// Interrupted, it prints the figures so far.
    @Test func interruptionKeepsTheFigures() throws {
        try Scratch.withFolder { folder throws in
            let files = ["out", "err"].map { folder.appendingPathComponent($0) }
            for file in files { try Data().write(to: file) }
            let process = Process()
            process.executableURL = try BuiltCommand.path
            process.arguments = ["stress", "--for", "1h", "--seed", "1", "--threads", "2", "--format", "json"]
            process.standardOutput = try FileHandle(forWritingTo: files[0])
            process.standardError = try FileHandle(forWritingTo: files[1])
            try process.run()
            // The seed is printed once signals are watched for.
            while try Data(contentsOf: files[1]).isEmpty { Thread.sleep(forTimeInterval: 0.01) }
            kill(process.processIdentifier, SIGINT)
            process.waitUntilExit()
            #expect(process.terminationReason == .exit && process.terminationStatus == 130)
            #expect(try document(String(contentsOf: files[0], encoding: .utf8)).partial)
            #expect(try String(contentsOf: files[1], encoding: .utf8).contains("cmdqsim: interrupted: the figures are those of "))
        }
    }
}
