import Experiment
import Foundation
import Testing

/// The driver's own queue code recorded these runs; ours must print the same bytes.
@Suite struct GoldenRunTests {
    @Test func sevenRunsAreCarried() {
        #expect(Fixtures.goldenRuns.count == 7)
    }

    @Test(arguments: Fixtures.goldenRuns, LayoutKind.allCases)
    func printsTheRecordedBytes(name: String, layout: LayoutKind) throws {
        let script = try Fixtures.text("\(name).script")
        let expected = try Fixtures.text("\(name).expected")
        for lock in LockForm.allCases {
            let output = try run(script, layout: layout, lock: lock)
            #expect(output == expected, "\(name), layout \(layout), lock \(lock), first difference: \(firstDifference(output, expected))")
        }
    }

    /// Where a checkout lies beside the recorded data, its own files are run as well.
    @Test func runsScriptsBesideTheCheckout() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../../shared/data/oracle").standardized
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        for file in files where file.hasSuffix(".script") {
            let script = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            let expected = try String(contentsOf: folder.appending(path: file.replacing(".script", with: ".expected")), encoding: .utf8)
            #expect(try run(script, layout: .linux, lock: .counted) == expected, "\(file)")
        }
    }

    @Test func carriageReturnsChangeNothing() throws {
        let script = try Fixtures.text("calls-1.script").replacing("\n", with: "\r\n")
        #expect(try run(script, layout: .linux, lock: .counted) == Fixtures.text("calls-1.expected"))
    }
}

func run(_ script: String, layout: LayoutKind = .linux, lock: LockForm = .counted) throws -> String {
    var output = ""
    try ScriptRunner(fileName: "test.script", layout: layout, lock: lock).run(script) { output += $0 }
    return output
}

private func firstDifference(_ first: String, _ second: String) -> String {
    for (a, b) in zip(first.split(separator: "\n"), second.split(separator: "\n")) where a != b { return "'\(a)' for '\(b)'" }
    return "the lengths, \(first.count) and \(second.count)"
}
