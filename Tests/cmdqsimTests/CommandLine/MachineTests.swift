@testable import cmdqsim
import Foundation
import SimulatedMachine
import Testing

/// `cmdqsim machine` as a user meets it.
@Suite struct MachineTests {
    @Test(arguments: MachinePreset.names)
    func whatIsPrintedIsAMachineFile(name: String) throws {
        try Scratch.withFolder { folder throws in
            let path = folder.appendingPathComponent("mine.yaml").path
            let first = try BuiltCommand.run(["machine", name])
            #expect(first.status == 0 && first.errors.isEmpty)
            try first.output.write(toFile: path, atomically: false, encoding: .utf8)
            let second = try BuiltCommand.run(["machine", path, "--format", "yaml"])
            #expect(second.status == 0 && second.output == first.output)
            #expect(try MachineFile.load(path: path) == MachineFile.preset(named: name))
        }
    }

    @Test func json() throws {
        let ended = try BuiltCommand.run(["machine", "kunpeng920", "--format", "json"])
        #expect(ended.status == 0 && ended.errors.isEmpty)
        let document = try JSON.read(MachineDescription.self, ended.output)
        let machine = try #require(try MachineFile.preset(named: "kunpeng920"))
        #expect(document == MachineDescription(machine))
        #expect(document.schema == "cmdqsim.machine/1" && document.name == "kunpeng920" && document.cores == 96)
        #expect(document.fields.map { "\($0.section).\($0.key)" } == MachineField.all.map(\.path))
        func field(_ key: String) throws -> MachineDescription.Field {
            try #require(document.fields.first { $0.key == key })
        }
        #expect(try field("load-hit").value == .number(machine.model.processor.loadHit) && field("load-hit").unit == "ps")
        #expect(try field("sockets").value == .number(2) && field("sockets").unit == "count")
        #expect(try field("atomics").value == .word("near") && field("atomics").unit == "word")
        #expect(try field("map").provenance == "fitted")
    }

    /// One line with file, line, field and what is allowed; nothing on standard output.
    @Test func aBadFile() throws {
        try Scratch.withFolder { folder throws in
            let path = folder.appendingPathComponent("mine.yaml").path
            let good = MachinePreset.morello.yaml
            let line = try #require(good.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.contains(" port: ") })
            try good.replacing(/port: \{value: [^,]*,/, with: "port: {value: -5 ns,")
                .write(toFile: path, atomically: false, encoding: .utf8)
            let ended = try BuiltCommand.run(["machine", path])
            #expect(ended.status == 65 && ended.output.isEmpty)
            #expect(
                try ended.onlyErrorLine()
                    == "\(path):\(line + 1): device.port: '-5 ns' is negative; allowed is a time from 0 ns to 1000 us, in ps, ns or us")
        }
    }

    @Test func theCatalogueDescribesThePresets() throws {
        let items = Catalogue.items.filter { $0.kind == "machines" }
        #expect(items.map(\.name) == MachinePreset.names)
        for item in items { #expect(try item.meaning == MachineFile.preset(named: item.name)?.description) }
    }
}
