import Experiment

/// Where the results of a session go. Made before anything runs, so that a path that cannot be written
/// is found before and not after.
struct ResultSink {
    private let format: OutputFormat
    private let output: OutputFile?
    private let histogram: OutputFile?

    init(_ flags: OutputFlags) throws(CommandFailure) {
        format = flags.format
        output = try flags.output.map { path throws(CommandFailure) in try OutputFile(path: path, flag: "--output") }
        histogram = try flags.histogram.map { path throws(CommandFailure) in
            try OutputFile(path: path, flag: "--histogram")
        }
        if let output, let histogram, output.isSameFile(as: histogram) {
            throw CommandFailure(
                .usage, "--output and --histogram name the same file, \(output.path); two files are allowed")
        }
    }

    var writesHistograms: Bool { histogram != nil }

    func write(_ session: SessionOutcome, host: Experiment.Host?, seed: UInt64, shape: Report.Shape) throws(CommandFailure) {
        let document = ResultDocument(
            host: host, seed: seed, results: session.points.map(\.result), partial: session.isPartial)
        let text = Report.render(
            session.points, document: document, asked: session.asked, format: format, shape: shape)
        if let output { try output.write(text) } else { try StandardStreams.printResults(text) }
        if let histogram { try histogram.write(HistogramReport.render(session.points, seed: seed)) }
    }
}
