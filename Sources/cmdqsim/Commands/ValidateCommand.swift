import ArgumentParser
import Experiment

struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Predict published measurements of real machines and print both side by side.",
        discussion: """
            Examples:
              cmdqsim validate
              cmdqsim validate --tables A,B --within 25
              cmdqsim validate --points mine.csv --format json --output mine.json
              cmdqsim validate --points mine.csv --machine grace

            The published values ship with cmdqsim, each with its source: tables A to C are predicted, D to F \
            only shown. A points file is CSV with the columns \(PointsFile.requiredColumns.joined(separator: ",")) \
            and, as far as they are wanted, \(PointsFile.optionalColumns.joined(separator: ",")) (if missing: msi, \
            compact, dma-map-50, none). Metrics: \(names(ValidationMetric.self)). Algorithms: \
            \(Algorithm.simulated.map(\.rawValue).joined(separator: ", ")). Syncs: \(names(SyncMode.self)). Placements: \(names(Placement.self)). \
            Workloads: \(names(ValidationWorkload.self)). Machines: \(Predictor.machines). The ratio is predicted \
            over published.
            """)

    @Option(help: ArgumentHelp("Add the points of a CSV file; - is standard input.", valueName: "file"))
    var points: String?

    @Option(
        help: ArgumentHelp(
            "Of the shipped tables, only these (default: all); points of a file are always included.", valueName: "list"),
        transform: { try NameList<String>($0, allowed: "names of tables, separated by commas") { $0 } })
    var tables: NameList<String>?

    @Option(help: ArgumentHelp("Of the shipped values, only this machine's (default: all).", valueName: "name"))
    var machine: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Exit with 1 where max(r, 1/r) of a ratio r is above 1 + PERCENT/100.", valueName: "percent"),
        transform: { try Percent.parse($0) })
    var within: Double?

    @OptionGroup var form: FormatFlags

    @Option(
        help: ArgumentHelp(
            "Write the results to a file instead of standard output; replaced only once they are complete.",
            valueName: "file"))
    var output: String?

    func run() throws {
        let validation = try PointSelection(pointsFile: points, tables: tables?.values, machine: machine).validation()
        let output = try output.map { path throws(CommandFailure) in try OutputFile(path: path, flag: "--output") }
        let cancellation = Cancellation()
        let interrupts = Interrupts(cancellation: cancellation)
        interrupts.start()
        let report = try predict(validation, cancellation)

        let text = ValidationText.render(report, format: form.format ?? .table)
        if let output { try output.write(text) } else { try StandardStreams.printResults(text) }
        if let failure = Self.failure(of: report, within: within, signal: interrupts.status) { throw failure }
    }

    private func predict(_ validation: Validation, _ cancellation: Cancellation) throws(CommandFailure) -> ValidationReport {
        let progress = Progress(total: validation.runCount)
        defer { progress.clear() }
        do throws(ScenarioError) {
            return try validation.report(
                isCancelled: { cancellation.isCancelled }, willRun: { progress.show(run: $0, "\($1)") },
                predict: Predictor.predict)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// A point that is too far away counts most: it stays so whatever cut the session short.
    static func failure(of report: ValidationReport, within percent: Double?, signal: ExitStatus?) -> CommandFailure? {
        let predicted = report.points.filter { $0.predicted != nil }
        if let percent {
            let far = predicted.filter { ($0.distance ?? 0) > 1 + percent / 100 }
            if let worst = far.max(by: { ($0.distance ?? 0) < ($1.distance ?? 0) }) {
                return CommandFailure(
                    .failureFound,
                    "\(far.count) of \(predicted.count) predicted points are further than \(Numbers.short(percent)) % from the published value; "
                        + "the worst by a factor of \(Numbers.fixed(worst.distance ?? 0, 2)): table \(worst.table), \(worst.machine), "
                        + "\(worst.algorithm.rawValue), cpus \(worst.cpus), \(worst.metric.rawValue)")
            }
        }
        guard let signal, report.partial else { return nil }
        return CommandFailure(signal, "interrupted: \(predicted.count) of \(report.points.count) points have predictions")
    }

    private static func names<Value: CaseIterable & RawRepresentable>(_: Value.Type) -> String
    where Value.RawValue == String {
        Value.allCases.map(\.rawValue).joined(separator: ", ")
    }
}
