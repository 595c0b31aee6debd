@testable import cmdqsim
import Experiment
import Foundation
import Testing

/// `cmdqsim validate` as a user meets it, but for the predictions.
@Suite struct ValidateTests {
    private static let header = "table,machine,algorithm,cpus,metric,published\n"

    @Test(arguments: [
        ("--tables G", "'G'; allowed are A, B, C, D, E, F"), ("--tables A,,B", "empty"), ("--machine kunpeng", "kunpeng920, grace"),
        ("--tables A --machine grace", "--points"), ("--within -1", "percentage"), ("--within 1e400", "percentage"), ("--within .", "percentage"), ("--format xml", "table, json, csv"),
        ("--output /none/out --tables D", "/none/out"), ("--points /none/points.csv", "/none/points.csv: cannot be read"),
        ("--points / --tables D", "cannot be read"), ("--prodcers 2", "--prodcers"), ("extra", "extra"),
    ])
    func usage(arguments: String, words: String) throws {
        let ended = try BuiltCommand.run(["validate"] + arguments.split(separator: " ").map(String.init))
        #expect(ended.status == 64)
        #expect(ended.output.isEmpty)
        let line = try ended.onlyErrorLine()
        #expect(line.hasPrefix("cmdqsim: ") && line.contains(words), "\(line)")
    }

    @Test(arguments: [
        ("", "standard input: there is no header"), (header, "standard input: there is no line after the header"),
        (header + "A,kunpeng920,linux,2,maps,5\n", "standard input:2: metric 'maps' is unknown"),
        (header + "A,/none/machine,linux,2,syncNanoseconds,5\n", "standard input:2: machine '/none/machine' is unknown"),
        (header + "A,kunpeng920,mutex,2,syncNanoseconds,5\n", "standard input:2: algorithm 'mutex' runs on the native machine only"),
    ])
    func badPoints(text: String, words: String) throws {
        let ended = try BuiltCommand.run(["validate", "--points", "-"], input: text)
        #expect(ended.status == 65 && ended.output.isEmpty)
        #expect(try ended.onlyErrorLine().hasPrefix(words), "\(ended.errors)")
    }

    @Test func pointsMustBeText() throws {
        try Scratch.withFolder { folder throws in
            let path = folder.appendingPathComponent("points.csv").path
            try Data([0xff, 0xfe, 0x00]).write(to: URL(fileURLWithPath: path))
            let ended = try BuiltCommand.run(["validate", "--points", path])
            #expect(ended.status == 65 && ended.output.isEmpty)
            #expect(try ended.onlyErrorLine() == "\(path): is not UTF-8 text, as it must be")
        }
    }

    /// Reference values need no prediction.
    @Test func referencesAreShown() throws {
        try Scratch.withFolder { folder throws in
            let path = folder.appendingPathComponent("out.json").path
            let ended = try BuiltCommand.run(["validate", "--tables", "F,D", "--format", "json", "--within", "1", "--output", path])
            #expect(ended.status == 0 && ended.output.isEmpty && ended.errors.isEmpty)
            let report = try JSON.read(ValidationReport.self, String(contentsOfFile: path, encoding: .utf8))
            #expect(report.points.isEmpty && report.tables.isEmpty && !report.partial)
            #expect(report.references.map(\.table) == ["D", "F", "F", "F", "F", "F", "F"])
        }
    }

    @Test func tablesAndMachineChooseAmongShippedValues() throws {
        func chosen(_ tables: [String]?, _ machine: String?) throws -> Validation {
            try PointSelection(pointsFile: nil, tables: tables, machine: machine).validation()
        }
        let all = try chosen(nil, nil)
        #expect(all.points.count == 21 && all.references.count == 12)
        let two = try chosen(["C", "A"], nil)
        #expect(Set(two.points.map(\.table)) == ["A", "C"] && two.references.isEmpty)
        let grace = try chosen(nil, "grace")
        #expect(grace.points.isEmpty && grace.references.count == 2)
        let kunpeng = try chosen(nil, "kunpeng920")
        #expect(kunpeng.points.count == 21 && kunpeng.references.isEmpty)
    }

    @Test func pointsOfAFileAreAlwaysIncluded() throws {
        try Scratch.withFolder { folder throws in
            let path = folder.appendingPathComponent("own.csv").path
            try (Self.header + "H,morello,linux,4,syncNanoseconds,5\nA,kunpeng920,linux,24,mapsPerCpuPerSecond,60000\n")
                .write(toFile: path, atomically: false, encoding: .utf8)
            func tables(_ tables: [String]?, _ machine: String? = nil) throws -> [String] {
                try PointSelection(pointsFile: path, tables: tables, machine: machine).validation().points.map(\.table)
            }
            #expect(try tables(nil).count == 23)
            #expect(try tables(["H"]) == ["H", "A"])
            #expect(try tables(["B"]) == Array(repeating: "B", count: 7) + ["H", "A"])
            #expect(try tables(nil, "neoverse-n1") == ["H", "A"])
        }
    }

    @Test(arguments: [("25", 25), ("12.5", 12.5), ("0", 0), ("25%", 25)] as [(String, Double)])
    func percentages(text: String, value: Double) throws {
        #expect(try Percent.parse(text) == value)
    }
}
