import ArgumentParser
import Experiment
import Foundation
import Machine

struct StressFlags: ParsableArguments {
    enum Format: String, CaseIterable, Equatable { case table, json }

    @Option(
        name: .customLong("for"), parsing: .unconditional,
        help: ArgumentHelp("Begin no scenario after so long: 10m, 2h, 30s, 500ms (default: 10s, or no limit with --iterations).", valueName: "time"),
        transform: { try LongTime.parse($0, least: 0) })
    var time: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Run so many scenarios at most.", valueName: "count"),
        transform: { try SingleValue.integer($0, allowed: 1...Int(Int32.max)) })
    var iterations: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Producers of a scenario at most (default: four times the cores, at least 8).", valueName: "count"),
        transform: { try SingleValue.integer($0, allowed: Scenario.Allowed.producers) })
    var threads: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Seed of all scenarios (default: a new one, which is printed).", valueName: "n"),
        transform: { try SeedForm.parse($0) })
    var seed: UInt64?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Begin with the scenario of this number: each depends on the seed and its number alone (default: 0).", valueName: "n"),
        transform: { try SingleValue.integer($0, allowed: 0...Int(Int32.max)) })
    var first: Int?

    @Option(help: ArgumentHelp("Run the scenario in this file again and again, until it fails (default: 100 times, 60s at most).", valueName: "file"))
    var replay: String?

    @Option(
        help: ArgumentHelp(
            "Where a failing scenario is written: a file, or a folder, in which it is stress-SEED.json (default: this folder).", valueName: "path"))
    var scenarioOut: String?

    @Option(
        help: ArgumentHelp("Make a bug of the algorithm or the device; 'cmdqsim list mutations' names them (default: none).", valueName: "name"),
        transform: { try SingleValue.name($0) })
    var mutation: ProtocolMutation?

    @Option(
        help: ArgumentHelp(
            "Make a fault, to see what finds it: \((StressFault.allCases.map(\.rawValue) + SeededFault.allCases.map(\.rawValue)).joined(separator: ", ")).",
            valueName: "name"),
        transform: { try FaultChoice($0) })
    var fault: FaultChoice?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("A run is stuck when nobody has got anything done for so long (default: 10s).", valueName: "time"),
        transform: { try LongTime.parse($0, least: 0.1) })
    var stuckAfter: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Make a failing scenario smaller for so long at most; 0s: not at all (default: 60s).", valueName: "time"),
        transform: { try LongTime.parse($0, least: 0) })
    var shrinkFor: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Resident memory may grow by so many bytes over the run (default: 64Mi).", valueName: "bytes"),
        transform: { try SingleValue.integer($0, allowed: 1...Int.max) })
    var maxGrowth: Int?

    @Option(
        help: ArgumentHelp("table or json (default: table).", valueName: "format"),
        transform: { try SingleValue.name($0) })
    var format: Format?

    /// Flags that say what is run, which a scenario file says itself; nil where none is given.
    private var refusedByReplay: String? {
        let given: [(String, Bool)] = [
            ("--seed", seed != nil), ("--first", first != nil), ("--threads", threads != nil), ("--mutation", mutation != nil), ("--fault", fault != nil),
        ]
        return given.first { $0.1 }?.0
    }

    func options(_ file: StressFile?) throws(CommandFailure) -> StressOptions {
        var options = StressOptions()
        options.cores = NativeThreads.availableProcessors
        options.threads = threads ?? max(8, 4 * options.cores)
        options.first = first ?? 0
        // Below 2^32: it is to be read, and typed.
        options.seed = seed ?? UInt64(UInt32.random(in: 1...UInt32.max))
        options.iterations = iterations
        options.seconds = time ?? (iterations == nil ? 10 : nil)
        if let mutation {
            guard mutation.existsNatively else {
                throw CommandFailure(.usage, "--mutation \(mutation.rawValue): it exists in 'cmdqsim explore' only; any other mutation is allowed")
            }
            options.mutation = mutation
        }
        options.seededFault = fault?.seeded
        options.fault = fault?.ofStress
        if let stuckAfter { options.patience = stuckAfter }
        if let shrinkFor { options.shrinkSeconds = shrinkFor }
        if let maxGrowth { options.growthBytes = maxGrowth }
        if options.mutation != .none, options.seededFault != nil {
            throw CommandFailure(.usage, "--fault \(fault!.name): is made in the algorithm as it is; without --mutation it is allowed")
        }
        guard let file else { return options }
        if let flag = refusedByReplay {
            throw CommandFailure(.usage, "\(flag): the scenario of --replay says what is run; without --replay it is allowed")
        }
        options.replayed = file.scenario
        (options.seed, options.first) = (file.seed, file.index)
        (options.mutation, options.fault) = (file.protocolMutation, file.stressFault)
        if iterations == nil, time == nil { (options.iterations, options.seconds) = (100, 60) }
        // It is as small as it was made.
        if shrinkFor == nil { options.shrinkSeconds = 0 }
        return options
    }

    /// Where a failure goes; nil where it comes from a file and no other is asked for.
    func scenarioFile(_ options: StressOptions) throws(CommandFailure) -> OutputFile? {
        if replay != nil, scenarioOut == nil { return nil }
        let path = scenarioOut ?? "."
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            return try OutputFile(path: path, flag: "--scenario-out")
        }
        let name = "stress-\(options.seed).json"
        return try OutputFile(path: path == "." ? name : URL(fileURLWithPath: path).appendingPathComponent(name).relativePath, flag: "--scenario-out")
    }
}

/// A fault by its name: of the queue, or of the stress run itself.
struct FaultChoice: Equatable {
    var seeded: SeededFault?
    var ofStress: StressFault?

    var name: String { seeded?.rawValue ?? ofStress?.rawValue ?? "" }

    init(_ text: String) throws(FormError) {
        seeded = SeededFault(rawValue: text)
        ofStress = StressFault(rawValue: text)
        guard seeded != nil || ofStress != nil else {
            let names = StressFault.allCases.map(\.rawValue) + SeededFault.allCases.map(\.rawValue)
            throw FormError("'\(text)' is no fault; allowed are \(names.joined(separator: ", "))")
        }
    }
}

/// Seconds that may be many: `10m`, `2h`, and what `Seconds` takes.
enum LongTime {
    static func parse(_ text: String, least: Double) throws(FormError) -> Double {
        let forms = "allowed are 10m, 2h, 30s, 0.5 or 500ms"
        var value: Double?
        if text.hasSuffix("m") || text.hasSuffix("h") {
            value = (try? Seconds.parse(String(text.dropLast())))
            if value != nil, text.dropLast().last?.isNumber == true { value! *= text.hasSuffix("h") ? 3600 : 60 } else { value = nil }
        } else {
            value = try? Seconds.parse(text)
        }
        guard let value, value.isFinite else { throw FormError("'\(text)' is no time; \(forms)") }
        guard (least...604_800).contains(value) else {
            throw FormError("'\(text)' is out of range; allowed is \(Numbers.short(least))s to a week")
        }
        return value
    }
}
