import ArgumentParser
import SimulatedMachine

struct MachineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "machine",
        abstract: "Check a machine and print its constants, each with its source.",
        discussion: """
            Examples:
              cmdqsim machine kunpeng920
              cmdqsim machine grace --format json
              cmdqsim machine mine.yaml

            A machine is a preset (\(MachinePreset.names.joined(separator: ", "))) or the path of a machine file. The \
            output is a machine file again, with a comment on each constant: sent to a file, it is the beginning of a \
            machine of your own. \
            Values are sourced, fitted (to published measurements of a whole machine) or estimated. The format is \
            in docs/machine-files.md. A file with an error is bad data: exit 65 with file and line.
            """)

    enum Format: String, CaseIterable, Equatable { case yaml, json }

    @Argument(help: ArgumentHelp("A preset or the path of a machine file.", valueName: "machine"))
    var machine: String

    @Option(
        help: ArgumentHelp("yaml or json (default: yaml).", valueName: "format"),
        transform: { try SingleValue.name($0) })
    var format: Format?

    func run() throws {
        let file: MachineFile
        do throws(MachineFileError) {
            file = try MachineFile.named(machine)
        } catch {
            throw CommandFailure(error)
        }
        try StandardStreams.printResults(format == .json ? JSON.render(MachineDescription(file)) : file.yaml())
    }
}

extension CommandFailure {
    init(_ error: MachineFileError) {
        self.init(error.kind == .unreadable ? .usage : .badData, error.message)
    }
}
