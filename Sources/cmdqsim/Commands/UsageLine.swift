import ArgumentParser

/// The argument parser's errors, which come with usage text, made one line.
enum UsageLine {
    private static var names: [String] { RootCommand.configuration.subcommands.compactMap { $0.configuration.commandName } }

    /// The parser shows the root's help for a help topic that there is not.
    static func unknownHelpTopic(_ arguments: [String]) -> CommandFailure? {
        guard arguments.first == "help",
            let topic = arguments.dropFirst().first(where: { !$0.hasPrefix("-") }), !(names + ["help"]).contains(topic)
        else { return nil }
        return CommandFailure(.usage, "there is no command '\(topic)'; the commands are \(names.joined(separator: ", "))")
    }

    static func line(for error: any Error, arguments: [String]) -> String {
        var message = oneLine(RootCommand.message(for: error))
        if message.hasSuffix(".") { message.removeLast() }
        if let first = message.first { message = first.lowercased() + message.dropFirst() }
        guard let name = arguments.first(where: { names.contains($0) }) else {
            return "\(message); the commands are \(names.joined(separator: ", ")); see 'cmdqsim --help'"
        }
        return "\(message); see 'cmdqsim \(name) --help'"
    }
}
