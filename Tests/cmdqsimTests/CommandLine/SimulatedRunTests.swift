@testable import cmdqsim
import Experiment
import Foundation
import SimulatedMachine
import Testing

/// `run` and `compare` on simulated machines, as a user meets them.
@Suite struct SimulatedRunTests {
    private static let sweep = [
        "compare", "--machine", "kunpeng920", "--producers", "2,16,96", "--duration", "300us", "--warmup-time", "100us",
    ]

    /// The golden file is written by a release build: what a debug build prints must be the same.
    @Test func aSweepIsTheSameOnEveryRunAndBuild() throws {
        let first = try BuiltCommand.run(Self.sweep + ["--format", "csv"])
        #expect(first.status == 0 && first.errors.isEmpty)
        try Golden.expect(first.output, matches: "output/simulated.csv")
        let second = try BuiltCommand.run(Self.sweep + ["--format", "csv"])
        #expect(second.output == first.output)
        let other = try BuiltCommand.run(Self.sweep + ["--format", "csv", "--seed", "2"])
        #expect(other.status == 0 && other.output != first.output)
    }

    @Test func theHostIsNullAndTimeIsVirtual() throws {
        let ended = try BuiltCommand.run(Self.sweep + ["--format", "json"])
        let document = try #require(JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any])
        #expect(document["host"] is NSNull)
        let results = try #require(document["results"] as? [[String: Any]])
        #expect(results.count == 3)
        for result in results {
            #expect(result["machine"] as? String == "kunpeng920")
            #expect(result["log2Entries"] as? Int == 16)
            let seconds = try #require(result["seconds"] as? Double)
            #expect((0.0003..<0.001).contains(seconds), "\(seconds)")
            #expect(result["time"] is [String: Any])
            #expect((result["violations"] as? [String])?.isEmpty == true)
        }
    }

    @Test(arguments: [
        ["--algorithm", "linux", "--lock", "legacy"], ["--algorithm", "spinlock"], ["--algorithm", "spinlock-on-failure"],
        ["--algorithm", "fetch-add"], ["--sync", "cons"], ["--queue", "ecmdq"], ["--queue", "ecmdq", "--sync", "cons"],
        ["--placement", "spread"], ["--placement", "remote"], ["--layout", "padded"], ["--workload", "dma-map-10"],
        ["--workload", "lone-sync"], ["--workload", "mix", "--batch", "8"], ["--log2-entries", "7", "--batch", "63"],
    ])
    func everyWayToRunPassesItsChecks(flags: [String]) throws {
        for checks in ["standard", "full"] {
            let ended = try BuiltCommand.run(
                ["run", "--machine", "kunpeng920", "--producers", "9", "--duration", "100us", "--warmup-time", "0s", "--checks", checks] + flags)
            #expect(ended.status == 0 && ended.errors.isEmpty, "\(flags): \(ended.errors)")
        }
    }

    @Test(arguments: ["1", "2"])
    func virtualQueues(perVINTF: String) throws {
        let ended = try BuiltCommand.run([
            "run", "--machine", "grace", "--queue", "vcmdq", "--vintfs", "36", "--vcmdqs-per-vintf", perVINTF, "--producers", "72",
            "--duration", "200us", "--checks", "full",
        ])
        #expect(ended.status == 0 && ended.errors.isEmpty, "\(ended.errors)")
    }

    /// A device's agent that was called while it was still looking once slept on for ever.
    @Test func aRunWithIdleQueuesEnds() throws {
        let ended = try BuiltCommand.run([
            "run", "--machine", "grace", "--queue", "vcmdq", "--vintfs", "36", "--vcmdqs-per-vintf", "2", "--producers", "8",
            "--workload", "dma-map-50", "--duration", "10ms",
        ])
        #expect(ended.status == 0 && ended.errors.isEmpty, "\(ended.errors)")
    }

    /// Checks are believed after they have caught something.
    @Test(arguments: [
        ("lost-slot", "not what was inserted"), ("doubled-slot", "not what was inserted"), ("early-sync", "returned before all commands"),
        ("early-msi", "returned before all commands"), ("backward-doorbell", "PROD went from"),
    ])
    func aSeededFaultIsCaught(fault: String, words: String) throws {
        let run = ["run", "--machine", "kunpeng920", "--producers", "8", "--commands", "20k"]
        let faulty = try BuiltCommand.run(run + ["--fault", fault])
        #expect(faulty.status == 1 && faulty.errors.contains(words), "\(faulty.errors)")
        let sound = try BuiltCommand.run(run)
        #expect(sound.status == 0 && sound.errors.isEmpty)
    }

    @Test func disturbancesAreCountedAndSurvived() throws {
        let run = ["run", "--machine", "kunpeng920", "--producers", "4", "--batch", "8", "--commands", "640"]
        let ended = try BuiltCommand.run(run + ["--disturb", "pause-before-publishing:for=1ms,producer=0,every=10", "--disturb", "illegal-command:every=5"])
        #expect(ended.status == 0 && ended.errors.isEmpty, "\(ended.errors)")
        #expect(ended.output.contains(/pause-before-publishing +2\n/) && ended.output.contains(/illegal-command +16\n/), "\(ended.output)")
        let bad = try BuiltCommand.run(run + ["--disturb", "pause-before-publishing:producer=4"])
        #expect(bad.status == 64)
        #expect(try bad.onlyErrorLine().contains("there is no producer 4; allowed is 0 to 3"), "\(bad.errors)")
    }

    @Test func aTimeLimitLeavesAPartialResult() throws {
        let ended = try BuiltCommand.run([
            "run", "--machine", "morello", "--producers", "4", "--commands", "1G", "--time-limit", "1ms", "--format", "json",
        ])
        #expect(ended.status == 0 && ended.errors.isEmpty)
        let document = try #require(JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any])
        #expect(document["partial"] as? Bool == true)
        let result = try #require((document["results"] as? [[String: Any]])?.first)
        #expect(result["partial"] as? Bool == true && (result["commandsIssued"] as? Int ?? 0) > 100)
    }

    @Test func hostStatistics() throws {
        let ended = try BuiltCommand.run(["run", "--machine", "morello", "--duration", "100us", "--host-statistics"])
        #expect(ended.status == 0)
        #expect(try ended.onlyErrorLine().wholeMatch(of: /memory-operations=[1-9][0-9]* host-seconds=[0-9]+\.[0-9]+/) != nil, "\(ended.errors)")
    }

    @Test(arguments: [
        (["--machine", "kunpeng920", "--producers", "97"], "kunpeng920 has 96 cores"),
        (["--machine", "kunpeng919"], "'kunpeng919' is unknown; allowed are kunpeng920"),
        (["--machine", "morello", "--queue", "vcmdq"], "has no CMDQV"),
        (["--machine", "morello", "--queue", "ecmdq"], "has no ECMDQs"),
        (["--machine", "grace", "--queue", "vcmdq", "--vintfs", "64", "--vcmdqs-per-vintf", "2", "--producers", "73"], "has 72 cores"),
        (["--machine", "grace", "--algorithm", "mutex"], "native machine only"),
        (["--machine", "grace", "--pin"], "--pin applies to the native machine only"),
        (["--machine", "grace", "--backoff", "spin"], "--backoff applies to the native machine only"),
        (["--placement", "spread"], "--placement applies to simulated machines only"),
        (["--machine", "grace", "--time-limit", "0"], "time limit"), (["--machine", "grace", "--duration", "-1s"], "duration"),
        (["--machine", "grace", "--workload", "lone-sync", "--batch", "3"], "takes no batch"),
    ])
    func badInputIsOneLine(flags: [String], words: String) throws {
        let ended = try BuiltCommand.run(["run"] + flags)
        #expect(ended.status == 64 && ended.output.isEmpty)
        #expect(try ended.onlyErrorLine().contains(words), "\(ended.errors)")
    }

    @Test func aBadMachineFileIsOneLine() throws {
        try Scratch.withFolder { folder throws in
            let path = folder.appendingPathComponent("m.yaml").path
            try MachinePreset.morello.yaml.replacing("  load-hit:", with: "  load-hot:").write(toFile: path, atomically: false, encoding: .utf8)
            let ended = try BuiltCommand.run(["run", "--machine", path])
            #expect(ended.status == 65 && ended.output.isEmpty)
            #expect(try ended.onlyErrorLine().contains("\(path):"), "\(ended.errors)")
        }
    }
}
