import ArgumentParser
import CommandQueue
import Experiment
import ExploringMachine
import Foundation
import Machine

struct ExploreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explore",
        abstract: "Explore every execution of the queue under a memory model, or as many as there is time for.",
        discussion: """
            Examples:
              cmdqsim explore
              cmdqsim explore --mutation no-dma-wmb
              cmdqsim explore --model sc --sync none --producers 3 --reader once
              cmdqsim explore --model arm --strategy random --producers 3 --max-seconds 10 --seed 7

            The producers run the queue's own code, the SMMU the device's; each memory access may find whatever the \
            model lets it find. The verdict is complete (every execution was explored and none is wrong), limit (a limit \
            was reached before that) or violation, which is printed with a column for each agent. Exit status: 0 complete \
            or limit, 1 violation; with --require-complete 1 for a limit too. See docs/exploring-machine.md.
            """)

    @OptionGroup var flags: ExploreFlags

    func run() throws {
        let scenario = try flags.scenario()
        let exploration = QueueExploration(scenario)
        var columns: [String] = []
        let start = monotonicNanoseconds()
        let found = exploration.run { columns = ExecutionColumns.render($0, exploration) }
        guard let found else { throw CommandFailure(.usage, "there is no memory for the agents' stacks") }
        let seconds = Double(monotonicNanoseconds() - start) / 1e9
        let report = ExplorationReport(scenario, found, seconds: flags.reproducible ? nil : seconds)
        if flags.format == .json {
            try StandardStreams.printResults(JSON.render(report.document(columns)))
        } else {
            try StandardStreams.printResults((report.lines + columns).joined(separator: "\n") + "\n")
        }
        if let violation = found.violation { throw CommandFailure(.failureFound, violation) }
        if flags.requireComplete, found.verdict != .complete { throw CommandFailure(.failureFound, "not complete: \(found.limit ?? "")") }
    }
}
