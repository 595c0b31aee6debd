import ArgumentParser
import Foundation

@main
enum EntryPoint {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if let failure = UsageLine.unknownHelpTopic(arguments) { end(failure) }
        do {
            var command = try RootCommand.parseAsRoot(arguments)
            try command.run()
        } catch let failure as CommandFailure {
            end(failure)
        } catch {
            guard RootCommand.exitCode(for: error) != .success else {
                // Help, a version, a completion script: what was asked for, not an error.
                do throws(CommandFailure) {
                    try StandardStreams.printResults(RootCommand.fullMessage(for: error) + "\n")
                } catch { end(error) }
                exit(ExitStatus.good.rawValue)
            }
            end(CommandFailure(.usage, UsageLine.line(for: error, arguments: arguments)))
        }
    }

    private static func end(_ failure: CommandFailure) -> Never {
        StandardStreams.note(failure.line)
        exit(failure.status.rawValue)
    }
}
