@testable import cmdqsim
import Foundation
import Testing

/// Files that are not what they should be, limits, and ends before the end.
@Suite struct ExploreRobustnessTests {
    private static let wrong = ["explore", "--sync", "none", "--mutation", "no-dma-wmb", "--reproducible"]

    private func schedule(_ folder: URL) throws -> (file: URL, document: [String: Any]) {
        let file = folder.appendingPathComponent("wrong.json")
        #expect(try BuiltCommand.run(Self.wrong + ["--schedule-out", file.path]).status == 1)
        return (file, try #require(JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any]))
    }

    @Test func schedulesThatAreNoneAreRefused() throws {
        try Scratch.withFolder { folder throws in
            let (file, document) = try schedule(folder)
            let whole = try Data(contentsOf: file)
            func refused(_ words: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
                let ended = try BuiltCommand.run(["explore", "--replay", file.path])
                #expect(ended.status == 65 && ended.output.isEmpty, sourceLocation: sourceLocation)
                #expect(try ended.onlyErrorLine().contains(words), sourceLocation: sourceLocation)
            }
            func write(_ change: (inout [String: Any]) -> Void) throws {
                var other = document
                change(&other)
                try JSONSerialization.data(withJSONObject: other).write(to: file)
            }
            for count in [0, 1, whole.count / 2, whole.count - 3] {
                try whole.prefix(count).write(to: file)
                try refused("no schedule")
            }
            try Data([0xff, 0xfe, 0]).write(to: file)
            try refused("not UTF-8")
            try write { $0["schema"] = "cmdqsim.schedule/2" }
            try refused("cmdqsim.schedule/1 is expected")
            try write { $0["model"] = "power" }
            try refused("does not have")
            try write { $0["producers"] = 1_000_000_000_000_000_000 as Int }
            try refused("1 to 7")
            try write { $0["log2Entries"] = 63 }
            try refused("1 to 6")
            try write { $0["rounds"] = Int.max }
            try refused("0 to 100")
            try write { $0["steps"] = [] as [Any] }
            try refused("no violation shows")
            try write { $0["mutation"] = "none" }
            try refused("does not fit")
            try write { $0["steps"] = [["agent": -1, "site": "allocate"]] }
            try refused("there is not")
            try write { $0["steps"] = [["agent": 0, "site": "allocate", "source": [0, 100_000]]] }
            try refused("there is not")
        }
    }

    @Test func aTimelineIsWrittenAndComesAgain() throws {
        try Scratch.withFolder { folder throws in
            let (file, _) = try schedule(folder)
            let timelines = ["a.json", "b.json"].map { folder.appendingPathComponent($0) }
            let found = try BuiltCommand.run(Self.wrong + ["--timeline", timelines[0].path])
            #expect(found.status == 1)
            #expect(try BuiltCommand.run(["explore", "--replay", file.path, "--timeline", timelines[1].path]).status == 1)
            let texts = try timelines.map { try String(contentsOf: $0, encoding: .utf8) }
            #expect(texts[0] == texts[1])
            #expect(texts[0].contains("\"name\":\"fetchEntries\"") && texts[0].contains("\"name\":\"reads from\""))
            // Nothing is wrong: no timeline.
            let none = folder.appendingPathComponent("none.json")
            #expect(try BuiltCommand.run(["explore", "--sync", "none", "--timeline", none.path]).status == 0)
            #expect(!FileManager.default.fileExists(atPath: none.path))
        }
    }

    @Test(arguments: ["--timeline", "--schedule-out"]) func whatCannotBeWrittenIsSaid(flag: String) throws {
        let ended = try BuiltCommand.run(Self.wrong + [flag, "/dev/full"])
        #expect(ended.status == 74)
        #expect(try ended.onlyErrorLine().contains("/dev/full: cannot be written"))
    }

    @Test func longTimesAndLargeRunsDoNotTrap() throws {
        let ended = try BuiltCommand.run(["explore", "--sync", "none", "--max-seconds", "99999999999999999999"])
        #expect(ended.status == 0 && ended.output.hasPrefix("complete"))
        let large = try BuiltCommand.run(["explore", "--producers", "7", "--commands", "9", "--log2-entries", "6", "--sync", "none"])
        #expect(large.status == 0 && large.output.hasPrefix("limit reached under arm, an execution has more than 256 events"))
    }

    @Test(arguments: [[], ["--model", "sc", "--strategy", "random", "--max-executions", "1000000000"]], [SIGINT, SIGTERM])
    func anInterruptedRunSaysWhatItCovered(strategy: [String], signal: Int32) throws {
        try Scratch.withFolder { folder throws in
            let file = folder.appendingPathComponent("out")
            try Data().write(to: file)
            let process = Process()
            process.executableURL = try BuiltCommand.path
            process.arguments = ["explore", "--sync", "cons", "--producers", "4", "--log2-entries", "3"] + strategy
            process.standardOutput = try FileHandle(forWritingTo: file)
            let errors = Pipe()
            process.standardError = errors
            try process.run()
            // It would go on for hours.
            try BuiltCommand.waitUntilWatching(process, for: signal)
            kill(process.processIdentifier, signal)
            process.waitUntilExit()
            #expect(process.terminationStatus == (signal == SIGINT ? 130 : 143))
            let output = try String(contentsOf: file, encoding: .utf8)
            #expect(output.hasPrefix("limit reached under \(strategy.isEmpty ? "arm" : "sc"), interrupted: no violation so far\n"))
            let words = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            #expect(words == "cmdqsim: interrupted: what was explored until then is a part\n")
        }
    }

    @Test(arguments: [
        (["--sync", "none", "--mutation", "no-sync-wait"], true), (["--sync", "none", "--mutation", "full-barriers"], false),
        (["--algorithm", "spinlock", "--mutation", "no-dma-wmb"], true), (["--mutation", "awaits-not-full"], true), (["--sync", "none"], false),
    ])
    func aMutationWithNothingToChangeIsNoted(arguments: [String], isNoted: Bool) throws {
        let ended = try BuiltCommand.run(["explore"] + arguments)
        #expect(ended.status == 0)
        #expect(ended.output.contains(" changes nothing of --algorithm ") == isNoted)
    }

    @Test func c11SaysWhatItLacks() throws {
        let ended = try BuiltCommand.run(["explore", "--model", "c11", "--sync", "none", "--reproducible"])
        #expect(ended.output.contains("It needs what c11 has not: control dependency, data dependency, multi-copy atomicity."))
        let text = try BuiltCommand.run(["explore", "--model", "c11", "--sync", "none", "--reproducible", "--format", "json"]).output
        let document = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let explanation = try #require((document["violation"] as? [String: Any])?["explanation"] as? [String: Any])
        #expect(explanation["needs"] as? [String] == ["control dependency", "data dependency", "multi-copy atomicity"])
        #expect(explanation["allowedByArm"] as? Bool == false)
        let removed = try BuiltCommand.run(["explore", "--model", "c11", "--sync", "none", "--mutation", "no-dma-wmb"])
        #expect(removed.output.contains("arm allows this execution too."))
    }
}
