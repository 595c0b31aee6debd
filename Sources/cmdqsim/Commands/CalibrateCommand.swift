import ArgumentParser
import Experiment
import SimulatedMachine

struct CalibrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Measure this host with native threads and write it as a machine file.",
        discussion: """
            Examples:
              cmdqsim calibrate --output this-host.yaml
              cmdqsim run --machine this-host.yaml --producers 2 --batch 8
              cmdqsim calibrate --duration 10s --format json
              cmdqsim calibrate --check

            Measures how long a cache line takes between two cores, atomic operations, loads, stores, the \
            instructions of an insertion, sched_yield and switches between threads; each value of the file says \
            what was measured and how far samples were apart. --check runs 1 and 2 producers with batches of 1, 8 \
            and 63, by MSI and CONS, natively and simulated in the same minute, and exits with 1 where the two are \
            more than 25 % apart. Nothing else should run meanwhile; at least 2 cores are needed.
            """)

    @Option(
        help: ArgumentHelp(
            "Write the machine file here; without --check instead of printing it. Replaced only once it is complete.", valueName: "file"))
    var output: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Measure for so long: seconds (2, 0.5) or 500ms (default: 2s; with --check 30s).", valueName: "time"),
        transform: { try Self.seconds($0) })
    var duration: Double?

    @Option(
        help: ArgumentHelp("The machine as yaml or json (default: yaml).", valueName: "format"),
        transform: { try SingleValue.name($0) })
    var format: MachineCommand.Format?

    @Flag(help: "Compare what the calibrated machine predicts with what the native machine measures.")
    var check = false

    private static func seconds(_ text: String) throws -> Double {
        let seconds = try Seconds.parse(text)
        guard seconds > 0, seconds <= 3600 else { throw FormError("'\(text)' is out of range; allowed is above 0 to 3600 seconds") }
        return seconds
    }

    /// By what factor a prediction may be off.
    static let allowedDistance = 1.25

    func run() throws {
        let output = try output.map { path throws(CommandFailure) in try OutputFile(path: path, flag: "--output") }
        let cancellation = Cancellation()
        let interrupts = Interrupts(cancellation: cancellation)
        interrupts.start()
        let session = CalibrationSession(seconds: duration ?? (check ? 30 : 2), isChecked: check, cancellation: cancellation)
        let result = try session.run()
        if let signal = interrupts.status { throw CommandFailure(signal, "interrupted: nothing is written") }
        let machine = format == .json ? JSON.render(MachineDescription(result.machine)) : result.machine.yaml()
        if let output { try output.write(machine) }
        if check { try StandardStreams.printResults(CalibrationText.table(result.points)) }
        if !check, output == nil { try StandardStreams.printResults(machine) }
        let far = result.points.filter { $0.distance > Self.allowedDistance }
        if !far.isEmpty {
            throw CommandFailure(.failureFound, "\(far.count) of \(result.points.count) points are more than 25 % apart")
        }
    }
}
