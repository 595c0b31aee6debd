import ArgumentParser
import Experiment

/// The machine, and what only a simulated one has.
struct SimulationFlags: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "native, or simulate a machine: a preset or a machine file; see 'cmdqsim list machines' (default: native).",
            valueName: "name|file"),
        transform: { try machine($0) })
    var machine: MachineChoice?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Simulated: virtual time before the measured part, with --duration (default: 3ms).", valueName: "time"),
        transform: { try Seconds.parse($0) })
    var warmupTime: Double?

    @Option(
        help: ArgumentHelp(
            "Simulated: cores and memory, compact, spread, local or remote (default: compact, producer N on core N).", valueName: "name"),
        transform: { try SingleValue.name($0) })
    var placement: Placement?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Simulated: end a run after so much virtual time, with a partial result (default: 10s).", valueName: "time"),
        transform: { try Seconds.parse($0) })
    var timeLimit: Double?

    @Flag(help: "Simulated: print 'memory-operations=N host-seconds=S' on standard error.")
    var hostStatistics = false

    /// Virtual time that is measured where nothing says how long.
    static let standardLength = RunLength.seconds(0.01)

    func apply(to scenario: inout Scenario) throws(CommandFailure) {
        if let machine { scenario.machine = machine }
        if scenario.machine.isNative, let flag = firstFlag {
            throw CommandFailure(.usage, "\(flag) applies to simulated machines only; --machine names one")
        }
        if let warmupTime { scenario.simulation.warmupNanoseconds = try Self.nanoseconds(warmupTime, "--warmup-time") }
        if let placement { scenario.simulation.placement = placement }
        if let timeLimit { scenario.simulation.timeLimitSeconds = timeLimit }
    }

    private var firstFlag: String? {
        if warmupTime != nil { return "--warmup-time" }
        if placement != nil { return "--placement" }
        if timeLimit != nil { return "--time-limit" }
        return hostStatistics ? "--host-statistics" : nil
    }

    private static func nanoseconds(_ seconds: Double, _ flag: String) throws(CommandFailure) -> Int {
        guard (0.0...1.0).contains(seconds) else {
            throw CommandFailure(.usage, "\(flag) \(seconds) s is out of range; allowed is 0 to 1 s")
        }
        return Int((seconds * 1e9).rounded())
    }

    private static func machine(_ text: String) throws(FormError) -> MachineChoice {
        guard !text.isEmpty else { throw FormError("the machine's name is empty; allowed are native, a preset's name, or the path of a machine file") }
        return MachineChoice(text)
    }
}
