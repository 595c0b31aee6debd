import ArgumentParser
import Experiment
import Foundation
import Machine

struct StressCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stress",
        abstract: "Try to break the queue on real threads, in one random scenario after the other.",
        discussion: """
            Examples:
              cmdqsim stress
              cmdqsim stress --for 10m --seed 7
              cmdqsim stress --iterations 500 --threads 16 --format json
              cmdqsim stress --mutation torn-allocate --scenario-out torn.json
              cmdqsim stress --replay torn.json
              cmdqsim stress --fault hang --stuck-after 2s

            Each scenario has its own algorithm, queue, lock, ring, workload, producers that come and go, and disturbances at \
            the worst moments; all self-checks are on, and a watchdog tells slow from stuck. The first violation ends the run: \
            its scenario is made smaller, written to a file, and exit status is 1. Figures are printed at the end, and after \
            Ctrl-C. See docs/stress.md.
            """)

    @OptionGroup var flags: StressFlags

    func run() throws {
        let replayed = try flags.replay.map { path throws(CommandFailure) in try Self.read(path) }
        let options = try flags.options(replayed)
        let file = try flags.scenarioFile(options)
        let cancellation = Cancellation()
        let interrupts = Interrupts(cancellation: cancellation)
        interrupts.start()
        if replayed == nil { StandardStreams.note("seed \(options.seed)") }
        let bar = Progress(total: 0)
        var session = StressSession(options, cancellation: cancellation)
        let outcome = session.run { figures, scenario in
            bar.show("\(figures.scenarios) scenarios, \(Int(figures.seconds)) s: \(scenario.label)")
        }
        bar.clear()
        let report = StressReport(options, outcome)
        try StandardStreams.printResults(flags.format == .json ? JSON.render(report.document) : report.table)
        if let failure = outcome.failure {
            for line in report.explanation(failure) { StandardStreams.note(line) }
            if let file, failure.kind != .growth {
                try file.write(JSON.render(StressFile(failure, options)))
                StandardStreams.note("replay: cmdqsim stress --replay \(file.path)")
            }
            throw CommandFailure(.failureFound, report.summary(failure))
        }
        if let status = interrupts.status, outcome.isInterrupted {
            throw CommandFailure(status, "interrupted: the figures are those of \(outcome.figures.scenarios) scenarios")
        }
    }

    private static func read(_ path: String) throws(CommandFailure) -> StressFile {
        let data = try InputFile.read(path)
        do {
            return try StressFile(reading: data)
        } catch let error as ScenarioError {
            throw CommandFailure(.badData, "\(path): \(error.message)")
        } catch {
            throw CommandFailure(.badData, "\(path): \(JSON.describe(error))")
        }
    }
}

extension StressFile {
    init(_ failure: StressFailure, _ options: StressOptions) {
        self.init(
            seed: options.seed, index: failure.index, mutation: options.mutation, fault: options.fault,
            violations: failure.shrunk?.violations ?? failure.violations, scenario: failure.shrunk?.scenario ?? failure.scenario)
        failures = failure.shrunk?.failures ?? failure.again?.failures
        runs = failure.shrunk?.runs ?? failure.again?.runs
    }
}
