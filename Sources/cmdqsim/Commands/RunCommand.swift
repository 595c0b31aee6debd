import ArgumentParser
import Experiment
import Foundation

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run one scenario.",
        discussion: """
            Examples:
              cmdqsim run --producers 4 --batch 8 --commands 2M
              cmdqsim run --queue vcmdq --vintfs 4 --vcmdqs-per-vintf 2 --producers 8 --format json
              cmdqsim run --trace boot.raw.csv.xz --producers 4 --histogram latency.txt
              cmdqsim run --scenario scenario.json --seed 7
              cmdqsim run --machine kunpeng920 --producers 8 --timeline run.json

            Every flag takes one value; 'cmdqsim compare' sweeps lists. A scenario file is the 'scenario' \
            object of a JSON result: it replaces the defaults, and flags override it.
            """)

    @Option(help: ArgumentHelp("Start from the scenario in a JSON file.", valueName: "file"))
    var scenario: String?

    @OptionGroup var point: PointFlags
    @OptionGroup var common: CommonFlags
    @OptionGroup var output: OutputFlags
    @OptionGroup(title: "Timeline of a simulated run") var timeline: TimelineFlags

    func run() throws {
        let file = try scenario.map { try ScenarioFile.read($0) }
        let scenario = try point.scenario(file: file, common)
        if point.hasIdleFlags(scenario) {
            StandardStreams.note("note: --vintfs and --vcmdqs-per-vintf have no effect on queue \(scenario.queue.rawValue); --queue vcmdq has VINTFs")
        }
        if timeline.timeline != nil, scenario.machine.isNative {
            throw CommandFailure(.usage, "--timeline applies to simulated machines only; --machine names one")
        }
        try SessionCommand(
            scenarios: [scenario], flags: output, timeline: timeline, shape: .single, hostStatistics: common.simulation.hostStatistics
        ).execute()
    }
}
