import ArgumentParser
@testable import cmdqsim
import Testing

@Suite struct HelpTests {
    @Test(arguments: ["compare", "run", "tune", "validate", "script", "decode", "list", "machine", "calibrate", "explore", "litmus", "stress"])
    func ofACommand(name: String) throws {
        let command = try #require(RootCommand.configuration.subcommands.first { $0.configuration.commandName == name })
        let text = RootCommand.helpMessage(for: command, columns: 100)
        try Golden.expect(text + "\n", matches: "help/\(name).txt")
        #expect(text.contains("Examples:\n  cmdqsim \(name)"))
    }

    @Test func ofTheRoot() throws {
        let text = RootCommand.helpMessage(columns: 100)
        try Golden.expect(text + "\n", matches: "help/cmdqsim.txt")
        #expect(text.contains("Examples:\n  cmdqsim "))
    }

    @Test(arguments: ["compare", "run"])
    func namesEveryFlag(name: String) throws {
        let command = try #require(RootCommand.configuration.subcommands.first { $0.configuration.commandName == name })
        let text = RootCommand.helpMessage(for: command, columns: 100)
        let flags = [
            "producers", "vintfs", "vcmdqs-per-vintf", "batch", "log2-entries", "sync", "algorithm", "lock", "layout", "workload",
            "pages-per-unmap", "trace", "commands", "duration", "repeat", "warmup", "device-threads", "tlbi-ns", "sync-ns",
            "backoff", "pin", "seed", "format", "output", "histogram", name == "compare" ? "queues" : "queue",
        ]
        for flag in flags { #expect(text.contains("\n  --\(flag) "), "--\(flag)") }
    }

    /// Every example parses.
    @Test func examplesParse() throws {
        var count = 0
        for command in RootCommand.configuration.subcommands + [RootCommand.self] {
            let lines = command.configuration.discussion.split(separator: "\n")
            for line in lines where line.hasPrefix("  cmdqsim ") {
                let arguments = line.split(separator: " ").dropFirst().map { String($0).replacing("'", with: "") }
                _ = try RootCommand.parseAsRoot(arguments)
                count += 1
            }
        }
        #expect(count > 15)
    }
}
