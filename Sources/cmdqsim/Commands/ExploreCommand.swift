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
              cmdqsim explore --mutation relaxed-hand-over --schedule-out wrong.json
              cmdqsim explore --replay wrong.json --timeline wrong-timeline.json
              cmdqsim explore --producers 3 --sync cons --max-seconds 60 --checkpoint left.json
              cmdqsim explore --producers 3 --sync cons --resume left.json
              cmdqsim explore --model arm --strategy random --producers 3 --max-seconds 10 --seed 7

            The producers run the queue's own code, the SMMU the device's; each memory access may find whatever the \
            model lets it find. The verdict is complete (every execution was explored and none is wrong), limit (a limit \
            was reached before that) or violation, which is printed with a column for each agent. Exit status: 0 complete \
            or limit, 1 violation; with --require-complete 1 for a limit too; 130 after Ctrl-C, with what was explored until \
            then. See docs/exploring-machine.md.
            """)

    @OptionGroup var flags: ExploreFlags

    func run() throws {
        if flags.replay != nil, let flag = flags.refusedByReplay {
            throw CommandFailure(.usage, "\(flag): the schedule of --replay says what is explored; without --replay it is allowed")
        }
        var (scenario, schedule) = try flags.replay.map(Self.schedule) ?? (flags.scenario(), nil)
        let output = try flags.scheduleOut.map { path throws(CommandFailure) in try OutputFile(path: path, flag: "--schedule-out") }
        let timeline = try flags.timeline.map { path throws(CommandFailure) in try OutputFile(path: path, flag: "--timeline") }
        if let output, let timeline, output.isSameFile(as: timeline) {
            throw CommandFailure(.usage, "--timeline \(timeline.path): --schedule-out goes there; another file is allowed")
        }
        let cancellation = Cancellation()
        let interrupts = Interrupts(cancellation: cancellation)
        interrupts.start()
        scenario.limits.isCancelled = { cancellation.isCancelled }
        var exploration = QueueExploration(scenario)
        var steps: [ExecutionStep] = []
        let start = monotonicNanoseconds()
        guard let found = try schedule.map({ exploration.run(following: $0, show: { steps = $0 }) }) ?? explore(scenario, cancellation, show: { steps = $0 }) else {
            throw CommandFailure(.usage, "there is no memory for the agents' stacks")
        }
        if let misfit = found.misfit {
            throw CommandFailure(.badData, "\(flags.replay ?? ""): does not fit this version of the program: \(misfit)")
        }
        if let file = flags.replay, found.violation == nil {
            throw CommandFailure(.badData, "\(file): what it leads to is right in this version of the program: no violation shows")
        }
        let seconds = Double(monotonicNanoseconds() - start) / 1e9
        var lines: [String] = []
        var (violation, explanation) = (found.violation, found.explanation)
        if violation != nil, schedule == nil, let smallest = QueueExploration.smallest(than: scenario) {
            exploration = QueueExploration(smallest.scenario)
            (steps, violation, explanation) = (smallest.steps, smallest.message, smallest.explanation)
            let (producers, commands) = (smallest.scenario.producers, smallest.scenario.commands)
            let batch = scenario.batch > 1 ? " --batch \(smallest.scenario.batch)" : ""
            lines = ["also with --producers \(producers) --commands \(commands)\(batch), exhaustive: \(smallest.message)"]
        }
        let reasons = explanation.map { ExplanationText.lines($0, exploration) } ?? []
        let columns = steps.isEmpty ? [] : ExecutionColumns.render(steps, exploration)
        if let output, let violation {
            try output.write(JSON.render(ScheduleFile(exploration.scenario, violation: violation, steps: steps)))
        }
        if let timeline, let violation {
            try timeline.write(ExplorationTimeline(steps, of: exploration, violation: violation).text)
        }
        let report = ExplorationReport(scenario, found, seconds: flags.reproducible ? nil : seconds)
        if flags.format == .json {
            try StandardStreams.printResults(JSON.render(report.document(violation, exploration, columns, explanation)))
        } else {
            try StandardStreams.printResults((report.lines + lines + columns + reasons).joined(separator: "\n") + "\n")
        }
        if let violation { throw CommandFailure(.failureFound, violation) }
        if let status = interrupts.status, found.limit == ExplorationLimits.interrupted {
            throw CommandFailure(status, "interrupted: what was explored until then is a part")
        }
        if flags.requireComplete, found.verdict != .complete { throw CommandFailure(.failureFound, "not complete: \(found.limit ?? "")") }
    }

    private func explore(
        _ scenario: ExplorationScenario, _ cancellation: Cancellation, show: ([ExecutionStep]) -> Void
    ) throws(CommandFailure) -> Exploration? {
        var control = ExplorationControl()
        control.threads = flags.threads ?? NativeThreads.availableProcessors
        control.isCancelled = { cancellation.isCancelled }
        if let path = flags.resume {
            let text = try InputFile.readText(path)
            do throws(ScenarioError) {
                control.resumed = try CheckpointFile(reading: text)
            } catch {
                throw CommandFailure(.badData, "\(path): \(error.message)")
            }
        }
        if let path = flags.checkpoint {
            let file = try OutputFile(path: path, flag: "--checkpoint")
            control.save = { checkpoint in
                do throws(CommandFailure) { try file.write(checkpoint.text) } catch { StandardStreams.note(error.line) }
            }
        }
        do throws(ScenarioError) {
            return try QueueExploration.run(scenario, control, show: show)
        } catch {
            throw CommandFailure(.badData, "\(flags.resume ?? ""): \(error.message)")
        }
    }

    private static func schedule(_ path: String) throws(CommandFailure) -> (ExplorationScenario, [ScheduleStep]?) {
        let text = try InputFile.readText(path)
        do throws(ScenarioError) {
            let file = try ScheduleFile(reading: text)
            return (try file.scenario(), file.steps)
        } catch {
            throw CommandFailure(.badData, "\(path): \(error.message)")
        }
    }
}
