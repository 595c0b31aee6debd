import Foundation
import Testing

/// What scripts, documents and samples keep to.
@Suite struct TreeRuleTests {
    static let samplesLimit = 1 << 20

    @Test(arguments: Repository.scripts + [".ci/run"])
    func aScriptIsExecutableStrictBash(path: String) throws {
        #expect(FileManager.default.isExecutableFile(atPath: Repository.root.appendingPathComponent(path).path))
        let text = try Repository.text(of: path)
        #expect(text.hasPrefix("#!/usr/bin/env bash\n"))
        #expect(text.contains("\nset -euo pipefail\n"))
    }

    @Test func theScriptsOfTheReadmeExist() {
        #expect(Set(Repository.scripts).isSuperset(of: ["scripts/compare", "scripts/test"]))
    }

    @Test(arguments: Repository.scripts)
    func aScriptExplainsItself(path: String) throws {
        let process = Process()
        process.executableURL = Repository.root.appendingPathComponent(path)
        process.arguments = ["--help"]
        // From elsewhere: scripts run from any folder.
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(text.hasPrefix("usage: \(path)"))
    }

    @Test(arguments: Repository.documents)
    func linksLeadSomewhere(path: String) throws {
        let broken = MarkdownText.brokenLinks(try Repository.text(of: path), at: path, exists: Repository.exists)
        #expect(broken.isEmpty, "\(path) links to \(broken.joined(separator: ", "))")
    }

    @Test func samplesStaySmall() throws {
        #expect(!Repository.samples.isEmpty)
        let total = try Repository.samples.map { try Repository.size(of: $0) }.reduce(0, +)
        #expect(total <= Self.samplesLimit, "the samples have \(total) bytes")
    }
}
