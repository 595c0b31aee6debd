@testable import cmdqsim
import Experiment
import Foundation
import Testing
import Workload

@Suite struct PointFlagsTests {
    private func scenario(_ arguments: [String], file: Scenario? = nil) throws -> Scenario {
        let command = try RunCommand.parse(arguments)
        return try command.point.scenario(file: file, command.common)
    }

    /// The flags of `run` mean what the same flags of `compare` mean, each for itself and all together.
    @Test func agreesWithCompare() throws {
        let flags: [[String]] = [
            ["--producers", "3"], ["--batch", "5"], ["--log2-entries", "9"], ["--sync", "cons"], ["--lock", "legacy"],
            ["--layout", "padded"], ["--backoff", "linux"], ["--device-threads", "2"], ["--tlbi-ns", "10"],
            ["--sync-ns", "20"], ["--fetch-ns", "30"], ["--cons-every", "4"], ["--turn-limit", "6"], ["--flush", "lazy"],
            ["--pages-per-unmap", "12"], ["--workload", "mix"], ["--workload", "linux-lazy"], ["--trace", "file"],
            ["--algorithm", "mutex"], ["--mix", "ATC_INV=3"], ["--commands", "2Ki"], ["--duration", "250ms"],
        ]
        for flag in flags {
            let compare = try CompareCommand.parse(["--queues", "main", "--producers", "1"] + flag)
            let points = try compare.sweep.sweep(compare.common).points()
            #expect(try [scenario(flag)] == points, "\(flag)")
            #expect(points != [Scenario()], "\(flag) changes nothing")
        }
    }

    @Test func vcmdqs() throws {
        let point = try scenario(["--queue", "vcmdq", "--vintfs", "4", "--vcmdqs-per-vintf", "2"])
        #expect(point.queue == .vcmdq && point.vintfs == 4 && point.vcmdqsPerVINTF == 2)
        #expect(try scenario(["--vintfs", "4"]) == Scenario())
    }

    @Test func ecmdqsHaveTheirOwnRingUnlessAsked() throws {
        let ecmdq = try scenario(["--queue", "ecmdq", "--vintfs", "4"])
        #expect(ecmdq.queue == .ecmdq && ecmdq.log2Entries == 8 && ecmdq.vintfs == 1)
        #expect(try scenario(["--queue", "ecmdq", "--log2-entries", "12"]).log2Entries == 12)
        #expect(try scenario(["--queue", "main"], file: ecmdq).log2Entries == 12)
        var file = Scenario()
        file.log2Entries = 10
        #expect(try scenario(["--queue", "ecmdq"], file: file).log2Entries == 10)
        #expect(try JSON.read(Scenario.self, #"{"queue": "ecmdq"}"#).log2Entries == 8)
        #expect(try JSON.read(Scenario.self, #"{"queue": "ecmdq", "log2Entries": 12}"#).log2Entries == 12)
        try ecmdq.validateFields()
    }

    @Test func flagsOverrideTheFile() throws {
        var base = Scenario()
        base.producers = 6
        base.seed = 3
        var loop = DMALoop()
        loop.pagesPerUnmap = 9
        base.workload = .dma(loop)
        var expected = base
        expected.seed = 4
        loop.flush = .lazy
        expected.workload = .dma(loop)
        #expect(try scenario(["--seed", "4", "--flush", "lazy"], file: base) == expected)
        #expect(try scenario([], file: base) == base)
    }

    @Test func aRecordedStreamRunsOnceUnlessTold() throws {
        #expect(try scenario(["--trace", "x"]).length == .workload)
        #expect(try scenario(["--workload", "linux-lazy"]).length == .workload)
        #expect(try scenario(["--trace", "x", "--commands", "5"]).length == .commands(5))
        #expect(try scenario(["--workload", "mix"]).length == .commands(1_000_000))
        var file = Scenario()
        file.workload = .sample(name: "linux-lazy")
        file.length = .commands(7)
        #expect(try scenario([], file: file).length == .commands(7))
        file.length = .workload
        #expect(try scenario([], file: file).length == .workload)
        #expect(try scenario(["--workload", "dma"], file: file).length == .commands(1_000_000))
        let compare = try CompareCommand.parse(["--workload", "dma,linux-lazy", "--queues", "main", "--producers", "1"])
        let points = try compare.sweep.sweep(compare.common).points()
        #expect(points.map(\.length) == [.commands(1_000_000), .workload])
    }

    @Test func scenarioFiles() throws {
        try Scratch.withFolder { folder throws in
            let path = folder.appendingPathComponent("s.json").path
            func read(_ text: String) throws -> Scenario {
                try text.write(toFile: path, atomically: false, encoding: .utf8)
                return try ScenarioFile.read(path)
            }
            var point = Scenario()
            point.producers = 5
            point.workload = .sample(name: "linux-lazy")
            point.length = .seconds(2.5)
            #expect(try read(JSON.render(point)) == point)
            #expect(try read(#"{"producers": 5}"#).producers == 5)
            for (text, words) in [
                ("", "JSON"), ("{", "JSON"), ("[]", "expected"), (#"{"producer": 5}"#, "unknown key 'producer'"),
                (#"{"producers": "x"}"#, "producers"), (#"{"producers": 0}"#, "1 to 1024"), (#"{"queue": "mian"}"#, "queue"),
                (#"{"length": {}}"#, "exactly one"), (#"{"backoff": "nap"}"#, "nap"), (#"{"device": {"thread": 1}}"#, "device"),
            ] {
                let failure = #expect(throws: CommandFailure.self) { try read(text) }
                let line = failure?.line ?? ""
                #expect(failure?.status == .badData)
                #expect(line.hasPrefix("\(path): ") && line.contains(words) && !line.contains("\n"), "\(line)")
            }
            #expect(throws: CommandFailure.self) { try ScenarioFile.read(path + ".none") }
            #expect(throws: CommandFailure.self) { try ScenarioFile.read(folder.path) }
        }
    }
}
