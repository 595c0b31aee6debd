import ArgumentParser
import Experiment
import Workload

/// The flags that `compare` and `run` take alike: none of them sweeps.
struct CommonFlags: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Replay a recorded stream: raw CSV (plain, .xz, .gz) or an emulator's text trace.", valueName: "file"))
    var trace: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Draw commands at random by weight, as TLBI_NH_VA=90,ATC_INV=10; the workload is then mix.",
            valueName: "name=weight,..."),
        transform: { try MixForm.parse($0) })
    var mix: OpcodeMix?

    @Flag(help: "dma: use range invalidation (SMMU_IDR3.RIL).")
    var rangeInvalidation = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("dma, lazy flush: unmaps per flush (default: 256).", valueName: "n"),
        transform: { try SingleValue.integer($0, allowed: Scenario.Allowed.unmapsPerFlush) })
    var unmapsPerFlush: Int?

    @Option(
        help: ArgumentHelp("Whose VINTFs they are: guest or host (default: guest).", valueName: "owner"),
        transform: { try SingleValue.name($0) })
    var vintfOwner: VINTFOwner?

    @Flag(help: "Split batches at 63 with a sync each, as Linux's CMDQ_FORCE_SYNC.")
    var forceSync = false

    @Flag(help: "Take rings below 128 entries, which Linux refuses.")
    var allowSmallRing = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Commands over all producers, CMD_SYNCs not counted, as 2M or 64Ki; truncates or repeats a recorded \
            stream (default: 1M, or a recorded stream once).
            """,
            valueName: "n"),
        transform: { try SingleValue.integer($0, allowed: Scenario.Allowed.commands) })
    var commands: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Run for so long instead: seconds (2, 0.5) or 500ms.", valueName: "time"),
        transform: { try Seconds.parse($0) })
    var duration: Double?

    @Option(
        name: .customLong("repeat"), parsing: .unconditional,
        help: ArgumentHelp("Measured repeats, the median of which is the result (default: 5).", valueName: "n"),
        transform: { try SingleValue.integer($0, allowed: Scenario.Allowed.repeats) })
    var repeats: Int?

    @Option(
        name: .customLong("warmup"), parsing: .unconditional,
        help: ArgumentHelp("Repeats before those that are measured (default: 1).", valueName: "n"),
        transform: { try SingleValue.integer($0, allowed: Scenario.Allowed.warmups) })
    var warmups: Int?

    @Flag(name: .customLong("pin"), help: "Pin every thread to a core.")
    var pinned = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Seed of everything random (default: 1).", valueName: "n"),
        transform: { try SeedForm.parse($0) })
    var seed: UInt64?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Milliseconds after which a CMD_SYNC is given up (default: 10000).", valueName: "n"),
        transform: { try SingleValue.integer($0, allowed: Scenario.Allowed.timeoutMilliseconds) })
    var timeoutMs: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Time one insertion in N; 1: every one, 0: none (default: 64).", valueName: "n"),
        transform: { try SingleValue.integer($0, allowed: Scenario.Allowed.latencySampling) })
    var latencySampling: Int?

    @Option(
        help: ArgumentHelp(
            "What is checked while the clock runs: standard or full (default: standard).", valueName: "level"),
        transform: { try SingleValue.name($0) })
    var checks: CheckLevel?

    @Option(
        help: ArgumentHelp(
            "Make a fault, to see the checks catch it: \(SeededFault.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "name"),
        transform: { try SingleValue.name($0) })
    var fault: SeededFault?

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            """
            Let something happen that a sound queue survives, as pause-before-publishing:for=5ms,producer=0,every=1000; \
            may be given several times, see 'cmdqsim list disturbances'.
            """,
            valueName: "kind[:key=value,...]"),
        transform: { try DisturbanceForm.parse($0) })
    var disturb: [Disturbance] = []

    @OptionGroup(title: "The machine") var simulation: SimulationFlags

    /// What was asked for; nil where nothing was.
    private var length: RunLength? {
        get throws(CommandFailure) {
            switch (commands, duration) {
            case (.some, .some):
                throw CommandFailure(.usage, "--commands and --duration exclude each other; give one of them")
            case (let commands?, nil): .commands(commands)
            case (nil, let duration?): .seconds(duration)
            case (nil, nil): nil
            }
        }
    }

    /// Where no length was asked for, a recorded stream runs once, and what has no end a million commands.
    ///
    /// - Parameter keeps: the scenario's length comes from a file and stays where it can
    func settleLength(of scenario: inout Scenario, keeps: Bool) {
        guard commands == nil, duration == nil else { return }
        if !scenario.machine.isNative, !keeps {
            scenario.length = scenario.workload.hasEnd ? .workload : SimulationFlags.standardLength
            return
        }
        if scenario.workload.hasEnd, !keeps { scenario.length = .workload }
        if !scenario.workload.hasEnd, scenario.length == .workload { scenario.length = Scenario().length }
    }

    /// Sets what was given; leaves the workload to `WorkloadChoice`.
    func apply(to scenario: inout Scenario) throws(CommandFailure) {
        try simulation.apply(to: &scenario)
        if let vintfOwner { scenario.vintfOwner = vintfOwner }
        if forceSync { scenario.forceSync = true }
        if !disturb.isEmpty { scenario.disturbances = disturb }
        if allowSmallRing { scenario.allowSmallRing = true }
        if let length = try length { scenario.length = length }
        if let repeats {
            scenario.repeats = repeats
        } else if simulation.machine?.isNative == false {
            // Its repeats differ by their seeds only.
            scenario.repeats = 1
        }
        if let warmups { scenario.warmups = warmups }
        if pinned {
            guard scenario.machine.isNative else { throw CommandFailure(.usage, "--pin applies to the native machine only; --placement says where simulated producers run") }
            scenario.pinned = true
        }
        if let seed { scenario.seed = seed }
        if let timeoutMs { scenario.timeoutMilliseconds = timeoutMs }
        if let latencySampling { scenario.latencySampling = latencySampling }
        if let checks { scenario.checks = checks }
        if let fault { scenario.fault = fault }
    }
}

/// A seed: decimal, or hexadecimal after 0x.
enum SeedForm {
    static func parse(_ text: String) throws(FormError) -> UInt64 {
        let value = text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
        guard let value, !text.hasPrefix("+") else {
            throw FormError("'\(text)' is no seed; allowed are 0 to \(UInt64.max), or hexadecimal after 0x")
        }
        return value
    }
}
