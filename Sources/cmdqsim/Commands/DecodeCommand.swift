import ArgumentParser
import SMMUv3
import Workload

struct DecodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode",
        abstract: "Print command words or a recorded stream as readable commands.",
        discussion: """
            Examples:
              cmdqsim decode 0012000300000012:7f001701
              cmdqsim decode 0x46 0x0 0x0012000300000012:0x7f001701
              cmdqsim decode --trace boot.raw.csv.xz --from 1000 --limit 20
              cmdqsim decode --trace boot.trace.gz --format csv

            A line has the command's position from 0, its two words, and the command in words; after ! \
            stands why an SMMU refuses it, after ? what is only suspicious. A recorded stream is the raw \
            CSV or an emulator's text trace, plain or compressed by xz or gzip.
            """)

    @Argument(help: ArgumentHelp("Commands: W0:W1, or two words W0 W1, hexadecimal.", valueName: "words"))
    var words: [String] = []

    @Option(help: ArgumentHelp("Decode a recorded stream.", valueName: "file"))
    var trace: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Start at this position (default: 0).", valueName: "n"),
        transform: { try SingleValue.integer($0, allowed: 0...Int.max) })
    var from: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Print at most so many commands.", valueName: "n"),
        transform: { try SingleValue.integer($0, allowed: 1...Int.max) })
    var limit: Int?

    @OptionGroup var form: FormatFlags

    func run() throws {
        let commands = try commands()
        let first = from ?? 0
        guard first < commands.count || first == 0 else {
            throw CommandFailure(
                .usage, "--from \(first): there are \(commands.count) commands; 0 to \(max(commands.count - 1, 0)) is allowed")
        }
        var output = LineBuffer()
        DecodedReport.emit(
            commands[first...].prefix(limit ?? .max), format: form.format ?? .table, to: &output)
        try output.flush()
    }

    private func commands() throws(CommandFailure) -> [Command] {
        switch (trace, words.isEmpty) {
        case (.some, false): throw CommandFailure(.usage, "decode takes words or --trace, not both")
        case (nil, true):
            throw CommandFailure(.usage, "decode needs words or --trace FILE; words are \(CommandWords.forms)")
        case (nil, false):
            do throws(FormError) {
                return try CommandWords.parse(words)
            } catch {
                throw CommandFailure(.usage, error.description)
            }
        case (let trace?, true):
            do throws(TraceError) {
                let stream = try RecordedStream(contentsOf: trace)
                if !stream.missingFields.isEmpty {
                    StandardStreams.note(
                        "note: \(trace) does not carry: \(stream.missingFields.map(\.description).joined(separator: ", "))")
                }
                return stream.commands
            } catch {
                throw CommandFailure(error.kind == .unreadable ? .usage : .badData, error.description)
            }
        }
    }
}
