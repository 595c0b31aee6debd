import ArgumentParser

enum OutputFormat: String, CaseIterable, Equatable { case table, json, csv }

/// `--format` alone, as the commands take it that only print.
struct FormatFlags: ParsableArguments {
    @Option(
        help: ArgumentHelp("table, json or csv (default: table).", valueName: "format"),
        transform: { try SingleValue.name($0) })
    var format: OutputFormat?
}

/// Where results go, and in what form.
struct OutputFlags: ParsableArguments {
    @OptionGroup var form: FormatFlags

    @Option(
        help: ArgumentHelp(
            "Write the results to a file instead of standard output; replaced only once they are complete.",
            valueName: "file"))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Write HdrHistogram percentiles of insertion and sync latency to a file.", valueName: "file"))
    var histogram: String?

    var format: OutputFormat { form.format ?? .table }
}
