@testable import Experiment
import Foundation
import Testing
import TestSupport

@Suite struct PointsFileTests {
    static let header = "table,machine,algorithm,cpus,metric,published"

    private func read(_ text: String) throws -> [PublishedPoint] {
        try PointsFile.read(text, file: "p.csv", machines: "m1, m2") { ["m1", "m2", "a, \"b\""].contains($0) }
    }

    private func message(_ text: String) throws -> String {
        let error = #expect(throws: ScenarioError.self) { try read(text) }
        #expect(error?.kind == .data)
        return try #require(error).message
    }

    @Test func columnsThatAreMissingHaveTheirDefaults() throws {
        let points = try read(Self.header + "\nH,m1,linux,24,mapsPerCpuPerSecond,63000\n")
        let run = ValidationRun(machine: "m1", algorithm: .linux, cpus: 24, sync: .msi, placement: .compact, workload: .dmaMap50)
        #expect(points == [PublishedPoint(table: "H", run: run, metric: .mapsPerCPUPerSecond, published: 63000, place: "p.csv:2")])
    }

    @Test func columnsComeInAnyOrderAndEmptyOnesHaveTheirDefaults() throws {
        let points = try read(
            """
            workload,source,published,cpus,metric,sync,placement,machine,algorithm,table
            lone-sync,"a ""b"", c",1.5e2,1,syncNanoseconds,cons,remote,m2,spinlock-on-failure,X
            ,,2,3,casAttemptsPerAllocation,,,m1,fetch-add,X
            """)
        let first = ValidationRun(
            machine: "m2", algorithm: .spinlockOnFailure, cpus: 1, sync: .cons, placement: .remote, workload: .loneSync)
        let second = ValidationRun(machine: "m1", algorithm: .fetchAdd, cpus: 3)
        #expect(
            points == [
                PublishedPoint(
                    table: "X", run: first, metric: .syncNanoseconds, published: 150, source: "a \"b\", c", place: "p.csv:2"),
                PublishedPoint(table: "X", run: second, metric: .casAttemptsPerAllocation, published: 2, place: "p.csv:3"),
            ])
    }

    @Test func commentsBlankLinesSpacesAndLineEndingsDoNotCount() throws {
        let text = "\u{FEFF}# made by hand\r\n\r\n \(Self.header)\r\n  # one\r\n\t\r\nH , \"m1\" ,linux, 2,mapsPerCpuPerSecond,5 \r\n"
        let points = try read(text)
        #expect(points.map(\.place) == ["p.csv:6"])
        #expect(points.map(\.table) == ["H"])
        #expect(points[0].run.machine == "m1" && points[0].published == 5)
    }

    @Test(arguments: [
        ("H,m1,linux,2,mapsPerCpuPerSecond", "the line has 5 fields; 6 are expected, as in the header"),
        ("H", "the line has 1 field; 6 are expected, as in the header"),
        ("H,m1,linux,2,mapsPerCpuPerSecond,5,msi", "the line has 7 fields; 6 are expected, as in the header"),
        (",m1,linux,2,mapsPerCpuPerSecond,5", "table is empty; a text is expected"),
        ("H,,linux,2,mapsPerCpuPerSecond,5", "machine is empty; a text is expected"),
        ("H,m3,linux,2,mapsPerCpuPerSecond,5", "machine 'm3' is unknown; allowed are m1, m2"),
        ("H,m1,mutex,2,mapsPerCpuPerSecond,5",
            "algorithm 'mutex' runs on the native machine only; allowed are linux, spinlock, spinlock-on-failure, fetch-add"),
        ("H,m1,Linux,2,mapsPerCpuPerSecond,5",
            "algorithm 'Linux' is unknown; allowed are linux, spinlock, spinlock-on-failure, fetch-add"),
        ("H,m1,,2,mapsPerCpuPerSecond,5", "algorithm '' is unknown; allowed are linux, spinlock, spinlock-on-failure, fetch-add"),
        ("H,m1,linux,,mapsPerCpuPerSecond,5", "cpus '' is no whole number; allowed is 1 to 1024"),
        ("H,m1,linux,2.5,mapsPerCpuPerSecond,5", "cpus '2.5' is no whole number; allowed is 1 to 1024"),
        ("H,m1,linux,-2,mapsPerCpuPerSecond,5", "cpus '-2' is no whole number; allowed is 1 to 1024"),
        ("H,m1,linux,0,mapsPerCpuPerSecond,5", "cpus '0' is out of range; allowed is 1 to 1024"),
        ("H,m1,linux,99999999999999999999,mapsPerCpuPerSecond,5",
            "cpus '99999999999999999999' is out of range; allowed is 1 to 1024"),
        ("H,m1,linux,2,maps,5",
            "metric 'maps' is unknown; allowed are mapsPerCpuPerSecond, casAttemptsPerAllocation, syncNanoseconds"),
        ("H,m1,linux,2,,5", "metric '' is unknown; allowed are mapsPerCpuPerSecond, casAttemptsPerAllocation, syncNanoseconds"),
        ("H,m1,linux,2,mapsPerCpuPerSecond,", "published '' is no number; a number above 0, such as 453000, 1.1 or 4.53e5, is expected"),
        ("H,m1,linux,2,mapsPerCpuPerSecond,5k", "published '5k' is no number; a number above 0, such as 453000, 1.1 or 4.53e5, is expected"),
        ("H,m1,linux,2,mapsPerCpuPerSecond,nan", "published 'nan' is no number; a number above 0, such as 453000, 1.1 or 4.53e5, is expected"),
        ("H,m1,linux,2,mapsPerCpuPerSecond,0", "published '0' is out of range; a number above 0, such as 453000, 1.1 or 4.53e5, is expected"),
        ("H,m1,linux,2,mapsPerCpuPerSecond,-1", "published '-1' is out of range; a number above 0, such as 453000, 1.1 or 4.53e5, is expected"),
        ("H,m1,linux,2,mapsPerCpuPerSecond,1e999",
            "published '1e999' is out of range; a number above 0, such as 453000, 1.1 or 4.53e5, is expected"),
        ("\"H,m1,linux,2,mapsPerCpuPerSecond,5", "the quote before 'H,m1,linux,2,mapsPerCpuPerSecond,5' is not closed; a quoted field ends on its line"),
        ("\"H\" x,m1,linux,2,mapsPerCpuPerSecond,5", "after the quoted field 'H' stands 'x'; a comma or the end of the line is allowed"),
        ("H\"H,m1,linux,2,mapsPerCpuPerSecond,5",
            "the field 'H\"H' has a quote in its middle; a field with quotes stands in quotes, and has each of its own twice"),
    ])
    func aBadLineIsNamed(line: String, words: String) throws {
        let good = "H,m1,linux,2,mapsPerCpuPerSecond,5"
        #expect(try message("\(Self.header)\n\(good)\n\n\(line)\n\(good)\n") == "p.csv:4: \(words)")
    }

    @Test(arguments: [
        ("sync", "irq", "sync 'irq' is unknown; allowed are msi, cons"),
        ("placement", "far", "placement 'far' is unknown; allowed are compact, spread, local, remote"),
        ("workload", "dma", "workload 'dma' is unknown; allowed are dma-map-50, lone-sync"),
        ("workload", "lone-sync", "the workload lone-sync has no metric mapsPerCpuPerSecond; allowed with it are syncNanoseconds"),
    ])
    func aBadOptionalFieldIsNamed(column: String, value: String, words: String) throws {
        #expect(try message("\(Self.header),\(column)\nH,m1,linux,2,mapsPerCpuPerSecond,5,\(value)\n") == "p.csv:2: \(words)")
    }

    @Test(arguments: [
        ("", "p.csv: there is no header; 'table,machine,algorithm,cpus,metric,published' is expected"),
        ("# only\n\n", "p.csv: there is no header; 'table,machine,algorithm,cpus,metric,published' is expected"),
        (header, "p.csv: there is no line after the header; at least one is expected"),
        ("\n" + header + ",speed\n",
            "p.csv:2: the header has a column 'speed'; allowed are table, machine, algorithm, cpus, metric, published, sync, placement, workload, source"),
        (header + ",cpus\n", "p.csv:1: the header has the column 'cpus' twice; once is allowed"),
        ("table,machine,algorithm,cpus,metric\nx\n",
            "p.csv:1: the header has no column 'published'; needed are table, machine, algorithm, cpus, metric, published"),
    ])
    func aBadFileIsNamed(text: String, words: String) throws {
        #expect(try message(text) == words)
    }

    /// Whatever is done to a file: it is read, or the error names the file and, but for an empty one, a line of it.
    @Test(arguments: seeds) func damagedFilesAreReadOrRefused(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let good = Self.header + ",sync,source\nH,m1,linux,2,mapsPerCpuPerSecond,5,msi,\"a, \"\"b\"\"\"\n# c\nI,m2,fetch-add,96,syncNanoseconds,1e3,cons,\n"
        let pieces = ["\"", ",", "\n", "\r\n", "#", " ", "-", "é", "\u{0}", "\u{FEFF}", "1e400", "🏳️‍🌈", "table"]
        var refused = 0
        for _ in 0..<500 {
            var characters = Array(good)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<characters.count, using: &random)
                if Bool.random(using: &random) {
                    characters.remove(at: place)
                } else {
                    characters.insert(contentsOf: Array(pieces.randomElement(using: &random) ?? ""), at: place)
                }
            }
            do {
                #expect(try !read(String(characters)).isEmpty)
            } catch let error as ScenarioError {
                refused += 1
                #expect(error.message.contains(#/^p\.csv:([1-9][0-9]*:)? /#), "\(error.message)")
            }
        }
        #expect(refused > 100 && refused < 500)
    }
}
