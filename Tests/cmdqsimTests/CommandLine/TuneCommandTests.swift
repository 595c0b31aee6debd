@testable import cmdqsim
import Experiment
import Foundation
#if canImport(FoundationXML)
import FoundationXML
#endif
import Testing

@Suite struct TuneCommandTests {
    /// A search that takes little.
    private static let small = [
        "tune", "--machine", "kunpeng920", "--producers", "8", "--duration", "200us", "--warmup-time", "50us", "--repeat", "2",
    ]

    @Test func equalSeedsGiveEqualBytes() throws {
        for format in ["json", "table", "csv"] {
            let flags = Self.small + ["--batch", "1..24", "--sync", "msi,cons", "--format", format]
            let (first, second) = (try BuiltCommand.run(flags), try BuiltCommand.run(flags))
            #expect(first.status == 0 && first.errors.isEmpty && !first.output.isEmpty, "\(first.errors)")
            #expect(first.output == second.output)
        }
    }

    /// What is recommended is what `run` measures of it.
    @Test func theRecommendationRunsAsItSays() throws {
        let ended = try BuiltCommand.run(Self.small + ["--batch", "1..16", "--repeat", "1", "--format", "json"])
        let document = try #require(JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any])
        let best = try #require(document["best"] as? [String: Any])
        let flags = try #require(best["flags"] as? String).split(separator: " ").map(String.init)
        let value = ((best["goal"] as? [String: Any])?["value"] as? Double) ?? 0
        let run = try BuiltCommand.run(["run"] + Self.small.dropFirst().dropLast(2) + ["--repeat", "1", "--format", "json"] + flags)
        let result = try JSON.read(ResultDocument.self, run.output).results[0]
        #expect(abs(result.commandsPerSecond / value - 1) < 1e-12)
    }

    @Test func combinationsThatCannotRunAreLeftOutAndSaid() throws {
        let ended = try BuiltCommand.run(Self.small + ["--batch", "60,120,130,140", "--log2-entries", "7"])
        #expect(ended.status == 0)
        #expect(try ended.onlyErrorLine().contains("2 of 4 combinations cannot run and are left out; the first: a batch of 130"))
    }

    @Test func nativeRacesEndAtTheirBudget() throws {
        let ended = try BuiltCommand.run([
            "tune", "--batch", "1,8,63", "--commands", "20k", "--repeat", "1", "--warmup", "0", "--max-evaluations", "18", "--format", "json",
        ])
        #expect(ended.status == 0 && ended.errors.isEmpty, "\(ended.errors)")
        let document = try #require(JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any])
        #expect(document["host"] is [String: Any] && (document["evaluations"] as? Double ?? 99) <= 18)
        let candidates = try #require(document["candidates"] as? [[String: Any]])
        #expect(candidates.count == 3 && candidates.allSatisfy { $0["fraction"] as? Double == 1 })
    }

    @Test(arguments: [
        ["--workload", "linux-strict", "--sync", "msi,cons"], ["--workload", "dma-map-5", "--algorithm", "linux,fetch-add"],
        ["--workload", "mix", "--goal", "p999-insertion"], ["--goal", "weighted:throughput/p99-sync", "--lock", "counted,legacy", "--batch", "1,4"],
        ["--batch", "1..8", "--log2-entries", "7..9", "--subject-to", "p99-sync<1ms", "--subject-to", "throughput>1k"],
    ])
    func waysToTune(flags: [String]) throws {
        let ended = try BuiltCommand.run(Self.small + flags)
        #expect(ended.status == 0 && ended.errors.isEmpty && ended.output.contains("best: --"), "\(flags): \(ended.errors)")
    }

    @Test func virtualQueues() throws {
        let ended = try BuiltCommand.run([
            "tune", "--machine", "grace", "--queue", "vcmdq", "--vintfs", "2", "--vcmdqs-per-vintf", "1..4", "--batch", "1,8", "--producers", "8",
            "--duration", "100us", "--warmup-time", "0s", "--repeat", "1",
        ])
        #expect(ended.status == 0 && ended.output.contains("best: --batch") && ended.output.contains(" --vcmdqs-per-vintf 4"), "\(ended.output) \(ended.errors)")
    }

    @Test func whereNoCandidateKeepsTheConstraints() throws {
        let ended = try BuiltCommand.run(Self.small + ["--batch", "1..8", "--subject-to", "p99-sync<1ns"])
        #expect(ended.status == 1 && ended.output.contains("least violating: --batch") && ended.output.contains("INFEASIBLE"))
        #expect(try ended.onlyErrorLine().contains("no candidate keeps p99-sync<1ns; the least violating is --batch"))
    }

    @Test func aSeededFaultIsFoundAndEndsTheSearch() throws {
        let ended = try BuiltCommand.run(["tune", "--machine", "kunpeng920", "--producers", "8", "--batch", "1..8", "--commands", "160k", "--fault", "lost-slot"])
        #expect(ended.status == 1 && ended.output.contains("PARTIAL") && ended.errors.contains("violation: "), "\(ended.errors)")
    }

    @Test(arguments: [
        (["--workload", "linux-strict", "--batch", "1..4"], "--batch: workload linux-strict has its own insertions and takes no batch"),
        (["--workload", "dma-map-50"], "nothing to choose: workload dma-map-50 takes no batch"), (["--batch", "8"], "nothing to choose"),
        (["--batch", "4000..5000"], "larger than the queue"), (["--vcmdqs-per-vintf", "1,2"], "queue main has no VINTFs"),
        (["--queue", "vcmdq", "--sync", "msi,cons"], "VCMDQs always complete by CONS polling"), (["--goal", "speed"], "'speed' at character 1: 'speed' is no goal"),
        (["--goal", "weighted:throughput*"], "at character 21: the expression ends"), (["--subject-to", "p99-sync<20"], "at character 10: p99-sync is compared with a time"),
        (["--max-evaluations", "0"], "1 to 1000000000"), (["--max-seconds", "0s"], "out of range"),
        (["--goal", "p99-sync", "--latency-sampling", "0"], "p99-sync needs samples"), (["--producers", "1,2"], "one value is allowed"),
        (["--plot", "x.pdf"], ".svg and .png are allowed"), (["--plot", "/nowhere/x.svg"], "cannot be written"),
        (["--machine", "grace", "--max-seconds", "3s"], "native machine only"), (["--machine", "grace", "--backoff", "spin,linux"], "native machine only"),
        (["--batch", "1..2000", "--log2-entries", "12..19"], "more than 10000 combinations"), (["--batch", "9..1"], "runs backwards"),
    ])
    func badInputIsOneLine(flags: [String], words: String) throws {
        let ended = try BuiltCommand.run(["tune"] + flags + (flags.contains("4000..5000") ? ["--machine", "grace", "--log2-entries", "10"] : []))
        #expect(ended.status == 64 && ended.output.isEmpty, "\(flags): \(ended.status)")
        #expect(try ended.onlyErrorLine().contains(words), "\(ended.errors)")
    }

    @Test(arguments: [["--batch", "1..64"], ["--batch", "1..8", "--sync", "msi,cons", "--goal", "p99-sync", "--subject-to", "p99-sync<10us"], ["--sync", "msi,cons"]])
    func plotsHoldEveryCandidate(flags: [String]) throws {
        try Scratch.withFolder { folder throws in
            let file = folder.appendingPathComponent("tune.svg")
            let ended = try BuiltCommand.run(Self.small + flags + ["--plot", file.path, "--format", "csv"])
            #expect([0, 1].contains(ended.status), "\(ended.errors)")
            let parser = XMLParser(data: try Data(contentsOf: file))
            let points = PointCounter()
            parser.delegate = points
            #expect(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "")")
            // The key shows each series' point once more.
            #expect(points.points - points.series == ended.output.split(separator: "\n").count - 1, "\(points.points) \(points.series)")
            #expect(points.points > points.series && points.series > 0)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["tune.svg"])
        }
    }

    private final class PointCounter: NSObject, XMLParserDelegate {
        var points = 0
        var series = 0
        private var inPlot = 0

        func parser(_ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?, attributes: [String: String] = [:]) {
            let isPlot = name == "g" && attributes["id"]?.hasPrefix("gnuplot_plot_") == true
            if isPlot || inPlot > 0 { inPlot += name == "g" ? 1 : 0 }
            // Each point has a white one behind it.
            if name == "use", inPlot > 0, attributes["color"] != "#FFFFFF" { points += 1 }
            // A curve without points has no entry in the key.
            if name == "text", inPlot > 0 { series += 1 }
        }

        func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
            if inPlot > 0, name == "g" { inPlot -= 1 }
        }
    }

    @Test func aPlotAsPNG() throws {
        try Scratch.withFolder { folder throws in
            let file = folder.appendingPathComponent("tune.png")
            try "old".write(to: file, atomically: false, encoding: .utf8)
            let ended = try BuiltCommand.run(Self.small + ["--batch", "1..8", "--plot", file.path])
            #expect(ended.status == 0, "\(ended.errors)")
            #expect(try Data(contentsOf: file).prefix(4) == Data([0x89, 0x50, 0x4e, 0x47]))
        }
    }

    @Test func withoutGnuplotNothingRuns() throws {
        try Scratch.withFolder { folder throws in
            let process = Process()
            process.executableURL = try BuiltCommand.path
            process.arguments = ["tune", "--machine", "kunpeng920", "--plot", folder.appendingPathComponent("x.svg").path]
            process.environment = ["PATH": folder.path]
            let errors = Pipe()
            process.standardError = errors
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            #expect(process.terminationStatus == 64 && text.hasPrefix("cmdqsim: --plot needs gnuplot") && text.split(separator: "\n").count == 1, "\(text)")
        }
    }

    /// A program that ends on the way leaves the old file as it was.
    @Test func aPlotThatFailsLeavesTheOldFile() throws {
        try Scratch.withFolder { folder throws in
            let (program, file) = (folder.appendingPathComponent("gnuplot"), folder.appendingPathComponent("x.svg"))
            try "#!/bin/sh\necho '<svg>'\necho 'no such terminal' >&2\nexit 1\n".write(to: program, atomically: false, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
            try "old".write(to: file, atomically: false, encoding: .utf8)
            let process = Process()
            process.executableURL = try BuiltCommand.path
            process.arguments = Self.small + ["--batch", "1,2", "--plot", file.path]
            process.environment = ["PATH": "\(folder.path):/usr/bin:/bin"]
            let errors = Pipe()
            process.standardError = errors
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            #expect(process.terminationReason == .exit && process.terminationStatus == 74)
            #expect(text.contains("gnuplot could not draw it: no such terminal"), "\(text)")
            #expect(try String(contentsOf: file, encoding: .utf8) == "old")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 2)
        }
    }
}
