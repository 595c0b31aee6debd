import Experiment

/// Where the results of a session go. Made before anything runs, so that a path that cannot be written
/// is found before and not after.
struct ResultSink {
    private let format: OutputFormat
    private let output: OutputFile?
    private let histogram: OutputFile?
    private let timeline: OutputFile?

    init(_ flags: OutputFlags, timeline path: String? = nil) throws(CommandFailure) {
        format = flags.format
        output = try flags.output.map { path throws(CommandFailure) in try OutputFile(path: path, flag: "--output") }
        histogram = try flags.histogram.map { path throws(CommandFailure) in
            try OutputFile(path: path, flag: "--histogram")
        }
        timeline = try path.map { path throws(CommandFailure) in try OutputFile(path: path, flag: "--timeline") }
        let files = [("--output", output), ("--histogram", histogram), ("--timeline", timeline)]
        for (number, (flag, file)) in files.enumerated() {
            for (other, otherFile) in files.dropFirst(number + 1) {
                guard let file, let otherFile, file.isSameFile(as: otherFile) else { continue }
                throw CommandFailure(.usage, "\(flag) and \(other) name the same file, \(file.path); two files are allowed")
            }
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
        if let timeline, let recorded = session.points.first?.outcome.timeline {
            try timeline.writePieces { sink throws(CommandFailure) in try recorded.write(to: sink) }
        }
    }
}
