import Foundation
@testable import SimulatedMachine
import Testing

/// docs/machine-files.md says what the code does.
@Suite(.serialized) struct MachineReferenceTests {
    /// With CMDQSIM_RECORD=1 in the environment the table is written anew, and the test fails so that nobody takes that for a pass.
    @Test(arguments: MachineReference.tables)
    func theTableIsTheCodes(name: String) throws {
        var text = try String(contentsOf: MachineReference.document, encoding: .utf8)
        let table = try MachineReference.table(name)
        let range = try #require(MachineReference.range(of: name, in: text), "the table '\(name)' has no place in the document")
        if ProcessInfo.processInfo.environment["CMDQSIM_RECORD"] == "1" {
            text.replaceSubrange(range, with: table)
            try text.write(to: MachineReference.document, atomically: true, encoding: .utf8)
            Issue.record("recorded the table '\(name)'")
            return
        }
        #expect(text[range] == table, "the table '\(name)' differs; CMDQSIM_RECORD=1 writes it anew")
    }

    /// The example in the document, with the rest of a preset below it, is a machine.
    @Test func theExampleIsGood() throws {
        let text = try String(contentsOf: MachineReference.document, encoding: .utf8)
        let begin = try #require(text.range(of: "```yaml\n"))
        let end = try #require(text.range(of: "\n```", range: begin.upperBound..<text.endIndex))
        let example = text[begin.upperBound..<end.lowerBound]
        let processor = try #require(MachineText.good.range(of: "\nprocessor:\n"))
        // The document leaves out what comes after the topology.
        let shown = try #require(example.range(of: "\nprocessor:\n"))
        let file = String(example[..<shown.lowerBound]) + MachineText.good[processor.lowerBound...]
        #expect(try MachineFile(yaml: file, file: "example").model.topology.cores == 96)
        let error = try #require(MachineText.error(String(example)))
        #expect(error.message.contains("is missing from section 'processor'"), "\(error.message)")
    }
}
