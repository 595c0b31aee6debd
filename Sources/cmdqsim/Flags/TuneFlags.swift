import ArgumentParser
import Experiment

/// What `tune` is asked for.
struct TuneFlags: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "throughput, p50-sync, p99-sync, p999-insertion and the like, or weighted:EXPR, see above (default: throughput).", valueName: "goal"),
        transform: { try Self.read($0) { text throws(TuningSyntaxError) in try TuningGoal(text) } })
    var goal: TuningGoal?

    @Option(
        help: ArgumentHelp("A bound that must hold, as 'p99-sync<20us' or 'throughput>=2.5M'; may be repeated.", valueName: "constraint"),
        transform: { try Self.read($0) { text throws(TuningSyntaxError) in try TuningConstraint(text) } })
    var subjectTo: [TuningConstraint] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "End after so many evaluations, as many as a sweep of so many combinations costs (default: simulated a fifth of the combinations, at least 12, at most 64; native no limit).",
            valueName: "n"),
        transform: { try Self.evaluations($0) })
    var maxEvaluations: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Native: end after so much time (default: 60s, without --max-evaluations).", valueName: "time"),
        transform: { try Self.seconds($0) })
    var maxSeconds: Double?

    @Option(
        help: ArgumentHelp("Draw all candidates with gnuplot: goal against batch size; FILE ends in .svg or .png.", valueName: "file"))
    var plot: String?

    private static func read<Value>(_ text: String, _ parse: (String) throws(TuningSyntaxError) -> Value) throws(FormError) -> Value {
        do throws(TuningSyntaxError) { return try parse(text) } catch { throw FormError("'\(text)' \(error)") }
    }

    private static func evaluations(_ text: String) throws(FormError) -> Double {
        guard text.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 }), let value = Double(text), value >= 1, value <= 1e9 else {
            throw FormError("'\(text)' is no number of evaluations; allowed is 1 to 1000000000")
        }
        return value
    }

    private static func seconds(_ text: String) throws(FormError) -> Double {
        let seconds = try Seconds.parse(text)
        guard seconds > 0, seconds <= 604_800 else { throw FormError("'\(text)' is out of range; allowed is above 0 to 604800 seconds") }
        return seconds
    }
}

/// The axes and the scenario that the flags of `tune` stand for.
struct TuneRequest {
    var space: TuningSpace
    /// What a run has of the axes' properties where nothing is chosen.
    var standard: Scenario

    /// Latency of one insertion in so many is measured natively where nothing is said; simulated of each.
    static let nativeLatencySampling = 8
    /// Seeds of each full evaluation on a simulated machine where nothing is said.
    static let simulatedRepeats = 3
    static let standardBatches = 1...64

    init(settings: SettingFlags, common: CommonFlags, choices: ChoiceFlags, file: Scenario?) throws(CommandFailure) {
        var standard = try settings.scenario(file: file, common, ChosenValues())
        var base = try settings.scenario(file: file, common, Self.first(of: choices))
        Self.settle(&standard, common, isFromFile: file != nil)
        Self.settle(&base, common, isFromFile: file != nil)
        let axes = try Self.axes(of: choices, base)
        do throws(ScenarioError) {
            space = try TuningSpace(base: base, axes: axes)
        } catch {
            throw CommandFailure(error)
        }
        guard space.points.count > 1 else {
            throw CommandFailure(
                .usage, "there is one combination, \(space.flags(of: space.points[0])), and nothing to choose; a list such as --batch 1..64 is allowed")
        }
        self.standard = standard
    }

    private static func settle(_ scenario: inout Scenario, _ common: CommonFlags, isFromFile: Bool) {
        if common.repeats == nil, !scenario.machine.isNative, !isFromFile { scenario.repeats = simulatedRepeats }
        if common.latencySampling == nil, !isFromFile { scenario.latencySampling = scenario.machine.isNative ? nativeLatencySampling : 1 }
    }

    private static func first(of choices: ChoiceFlags) -> ChosenValues {
        ChosenValues(
            algorithm: choices.algorithm?.values.first, vcmdqsPerVINTF: choices.vcmdqsPerVintf?.values.first, batch: choices.batch?.values.first,
            log2Entries: choices.log2Entries?.values.first, sync: choices.sync?.values.first, lock: choices.lock?.values.first,
            backoff: choices.backoff?.values.first)
    }

    private static func axes(of choices: ChoiceFlags, _ base: Scenario) throws(CommandFailure) -> [TuningAxis] {
        var axes: [TuningAxis] = []
        if let values = choices.batch?.values {
            guard base.workload.takesBatch else {
                throw CommandFailure(.usage, "--batch: workload \(base.workload) has its own insertions and takes no batch; dma and mix take one")
            }
            axes.append(TuningAxis(.batch, values.map { .integer($0) }))
        }
        if let values = choices.log2Entries?.values { axes.append(TuningAxis(.log2Entries, values.map { .integer($0) })) }
        if let values = choices.vcmdqsPerVintf?.values {
            guard base.queue == .vcmdq else {
                throw CommandFailure(.usage, "--vcmdqs-per-vintf: queue \(base.queue.rawValue) has no VINTFs; --queue vcmdq has")
            }
            axes.append(TuningAxis(.vcmdqsPerVINTF, values.map { .integer($0) }))
        }
        if let values = choices.sync?.values {
            guard base.queue != .vcmdq else { throw CommandFailure(.usage, "--sync: VCMDQs always complete by CONS polling; queues main and ecmdq have a choice") }
            axes.append(TuningAxis(.sync, values.map { .sync($0) }))
        }
        if let values = choices.lock?.values { axes.append(TuningAxis(.lock, values.map { .lock($0) })) }
        if let values = choices.algorithm?.values { axes.append(TuningAxis(.algorithm, values.map { .algorithm($0) })) }
        if let values = choices.backoff?.values { axes.append(TuningAxis(.backoff, values.map { .backoff($0) })) }
        if axes.isEmpty {
            guard base.workload.takesBatch else {
                throw CommandFailure(
                    .usage,
                    "nothing to choose: workload \(base.workload) takes no batch; give a list to \(TuningAxis.Kind.allCases.dropFirst().map(\.flag).joined(separator: ", "))")
            }
            axes.append(TuningAxis(.batch, standardBatches.map { .integer($0) }))
        }
        return axes
    }
}

extension WorkloadKind {
    /// Whether a number of commands per insertion means anything to it.
    var takesBatch: Bool {
        switch self {
        case .dma, .mix: true
        case .dmaMap, .loneSync, .recorded, .sample: false
        }
    }
}
