import ArgumentParser
import Experiment

struct TuneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tune",
        abstract: "Recommend a batch size, and other properties, for a workload on a machine.",
        discussion: """
            Examples:
              cmdqsim tune --machine kunpeng920 --producers 32
              cmdqsim tune --machine kunpeng920 --producers 32 --batch 1..64 --sync msi,cons --subject-to 'p99-sync<200us'
              cmdqsim tune --producers 2 --batch 1,2,4,8,16,32,63 --commands 200k --max-seconds 30s
              cmdqsim tune --machine grace --queue vcmdq --vintfs 4 --producers 8 --vcmdqs-per-vintf 1..4 --goal p99-sync
              cmdqsim tune --machine kunpeng920 --producers 32 --goal 'weighted:throughput/1M-p99-sync/100us' --plot tune.svg
              cmdqsim tune --trace boot.raw.csv.xz --producers 4 --sync msi,cons --backoff spin,yield:100

            Chooses among the values of --batch, --log2-entries, --vcmdqs-per-vintf, --sync, --lock, --algorithm and \
            --backoff; what is not given is as in 'cmdqsim run', and without any --batch 1..64 is chosen from. Goals: \
            \(TuningMetric.names); throughput is maximized, latencies are minimized. weighted:EXPR maximizes, \
            weighted:min:EXPR minimizes an expression of these, numbers (k, M, G; ns, us, ms, s), + - * / and \
            parentheses. A simulated machine is searched by short runs first, over three seeds in the end (--repeat), and gives the \
            same bytes each time; native candidates race until the best is statistically separated from the rest. Exit \
            status 1 where no candidate keeps the constraints. See docs/tuning.md.
            """)

    @Option(help: ArgumentHelp("Start from the scenario in a JSON file.", valueName: "file"))
    var scenario: String?

    @OptionGroup var tune: TuneFlags
    @OptionGroup(title: "What is chosen") var choices: ChoiceFlags
    @OptionGroup(title: "What is not") var settings: SettingFlags
    @OptionGroup var common: CommonFlags
    @OptionGroup var form: FormatFlags

    @Option(
        help: ArgumentHelp(
            "Write the results to a file instead of standard output; replaced only once they are complete.",
            valueName: "file"))
    var output: String?

    func run() throws {
        let file = try scenario.map { try ScenarioFile.read($0) }
        let request = try TuneRequest(settings: settings, common: common, choices: choices, file: file)
        let task = try task(request)
        let output = try output.map { path throws(CommandFailure) in try OutputFile(path: path, flag: "--output") }
        let plot = try tune.plot.map { path throws(CommandFailure) in try Gnuplot(path: path, flag: "--plot") }
        if let output, let plot, plot.isSameFile(as: output) {
            throw CommandFailure(.usage, "--output and --plot name the same file, \(output.path); two files are allowed")
        }
        let space = request.space
        if space.refused > 0, let reason = space.firstRefusal {
            let all = space.refused + space.points.count
            StandardStreams.note("note: \(space.refused) of \(all) combinations cannot run and are left out; the first: \(reason)")
        }

        let cancellation = Cancellation()
        let interrupts = Interrupts(cancellation: cancellation)
        interrupts.start()
        let clock = ContinuousClock()
        let begun = clock.now
        let outcome = try search(task, request, cancellation)
        let seconds = (clock.now - begun) / .seconds(1)

        let host = space.base.machine.isNative ? Experiment.Host.current : nil
        let text = TuningText.render(outcome, host: host, format: form.format ?? .table)
        if let output { try output.write(text) } else { try StandardStreams.printResults(text) }
        if let plot, outcome.best != nil { try plot.draw(TuningPlot.script(outcome)) }
        if common.simulation.hostStatistics { StandardStreams.note("memory-operations=\(outcome.memoryOperations) host-seconds=\(Numbers.fixed(seconds, 6))") }
        for line in outcome.violations { StandardStreams.note("violation: \(oneLine(line)) [seed=\(space.base.seed)]") }
        if let failure = Self.failure(of: outcome, signal: interrupts.status) { throw failure }
    }

    private func task(_ request: TuneRequest) throws(CommandFailure) -> TuningTask {
        let base = request.space.base
        let goal = tune.goal ?? .throughput
        let needed = tune.subjectTo.reduce(goal.metrics) { $0.union([$1.metric]) }
        if base.latencySampling == 0, let metric = TuningMetric.allCases.first(where: { $0 != .throughput && needed.contains($0) }) {
            throw CommandFailure(.usage, "\(metric.rawValue) needs samples, and --latency-sampling is 0; 1 or more is allowed with it")
        }
        if !base.machine.isNative, tune.maxSeconds != nil {
            throw CommandFailure(.usage, "--max-seconds applies to the native machine only: a simulated result must not depend on the host; --max-evaluations is allowed")
        }
        let isBounded = tune.maxEvaluations != nil || tune.maxSeconds != nil
        let limits = TuningLimits(evaluations: tune.maxEvaluations, seconds: base.machine.isNative && !isBounded ? 60 : tune.maxSeconds)
        return TuningTask(space: request.space, goal: goal, constraints: tune.subjectTo, limits: limits)
    }

    private func search(_ task: TuningTask, _ request: TuneRequest, _ cancellation: Cancellation) throws(CommandFailure) -> TuningOutcome {
        let progress = Progress(total: 0)
        defer { progress.clear() }
        do throws(ScenarioError) {
            return try Tuner.tune(task, standard: request.standard, runner: MachineTuningRunner(cancellation: cancellation)) { now in
                let spent = Numbers.fixed(now.evaluations, 1)
                let budget = now.budget.isFinite ? "/\(Numbers.fixed(now.budget, 1))" : ""
                progress.show("[\(spent)\(budget) evaluations] \(now.stage): \(now.label)")
            }
        } catch {
            throw CommandFailure(error)
        }
    }

    /// A violated check counts most: it stays true whatever cut the search short.
    static func failure(of outcome: TuningOutcome, signal: ExitStatus?) -> CommandFailure? {
        if !outcome.violations.isEmpty { return CommandFailure(.failureFound, "violated checks: \(outcome.violations.count)") }
        if let signal, outcome.isPartial {
            return CommandFailure(signal, "interrupted: \(outcome.candidates.count) of \(outcome.task.space.points.count) combinations were tried until then")
        }
        guard let best = outcome.best else { return nil }
        if !outcome.isFeasible {
            let bounds = outcome.task.constraints.map(\.text).joined(separator: " and ")
            let first = outcome.task.constraints.first { $0.violation(of: best.figures) > 0 }
            let value = first.map { constraint in
                let unit = constraint.metric == .throughput ? "commands/s" : "ns"
                return "\(constraint.metric.rawValue) \(TuningFigureText.value(best.estimate(of: constraint.metric), unit)) \(TuningFigureText.title(unit))"
            }
            return CommandFailure(
                .failureFound, "no candidate keeps \(bounds); the least violating is \(outcome.flags(of: best))\(value.map { " with \($0)" } ?? "")")
        }
        if best.estimate(of: outcome.task.goal) == nil {
            return CommandFailure(.failureFound, "\(outcome.task.goal.text) has no value for any candidate; longer runs or --latency-sampling 1 may give one")
        }
        return nil
    }
}
