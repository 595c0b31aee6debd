import ArgumentParser
import Experiment
import Foundation

struct ScriptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "script",
        abstract: "Execute a script of queue calls on one thread and print what each call did.",
        discussion: """
            Examples:
              cmdqsim script calls.script
              cmdqsim script calls.script --layout padded --lock legacy
              printf 'config shift=8 mode=msi hw=lazy base=0x1000 trace=1\\ngen 1 3 7\\n' | cmdqsim script -

            One call per line; empty lines and lines that begin with # are skipped. The output is what the \
            Linux driver's own queue code prints for the same script. A line that is no call is bad data: \
            exit 65 with file and line, and what came before it stays printed.
            """)

    @Argument(help: ArgumentHelp("The script; - is standard input."))
    var file: String

    @Option(
        help: ArgumentHelp("Cache-line layout: linux or padded (default: linux).", valueName: "name"),
        transform: { try SingleValue.name($0) })
    var layout: LayoutKind?

    @Option(
        help: ArgumentHelp("Form of the queue lock: counted or legacy (default: counted).", valueName: "form"),
        transform: { try SingleValue.name($0) })
    var lock: LockForm?

    func run() throws {
        let text = try InputFile.readText(file)
        let runner = ScriptRunner(
            fileName: file == "-" ? "standard input" : file, layout: layout ?? .linux, lock: lock ?? .counted)
        var output = LineBuffer()
        var scriptError: ScriptError?
        do throws(ScriptError) {
            try runner.run(text) { output.append(lines: $0) }
        } catch {
            scriptError = error
        }
        try output.flush()
        if let scriptError {
            throw CommandFailure(.badData, "\(scriptError.file):\(scriptError.line): \(scriptError.message)")
        }
    }
}
