import Foundation
@testable import SimulatedMachine
import Testing

/// Bad files: each one line with file and line number.
@Suite struct MachineFileErrorTests {
    @Test(arguments: [
        ("sockets", "sockets: {value: 0, source: s}", "topology.sockets: '0' is too small; allowed is a whole number from 1 to 16"),
        ("cores-per-cluster", "cores-per-cluster: {value: 0, source: s}", "topology.cores-per-cluster: '0' is too small; allowed is a whole number from 1 to 4096"),
        ("sockets", "sockets: {value: two, source: s}", "topology.sockets: 'two' is no whole number; allowed is a whole number from 1 to 16"),
        ("sockets", "sockets: {value: -2, source: s}", "topology.sockets: '-2' is negative; allowed is a whole number from 1 to 16"),
        ("cores-per-cluster", "cores-per-cluster: {value: 4096, source: s}", "topology.cores-per-cluster: 2 x 2 x 6 x 4096 cores are too many; allowed are up to 4096 cores in all"),
        ("home-die", "home-die: {value: 4, source: s}", "memory.home-die: '4' is a die that the topology does not have; allowed are 0 to 3"),
        ("die", "die: {value: 255, source: s}", "device.die: '255' is a die that the topology does not have; allowed are 0 to 3"),
        ("load-hit", "load-hit: {value: 1.5, source: s}", "processor.load-hit: '1.5' has no unit; allowed is a time from 0.1 ns to 1000 us, in ps, ns or us"),
        ("load-hit", "load-hit: {value: 1.5 ms, source: s}", "processor.load-hit: '1.5 ms' has an unknown unit 'ms'; allowed is a time from 0.1 ns to 1000 us, in ps, ns or us"),
        ("load-hit", "load-hit: {value: -1.5 ns, source: s}", "processor.load-hit: '-1.5 ns' is negative; allowed is a time from 0.1 ns to 1000 us, in ps, ns or us"),
        ("load-hit", "load-hit: {value: 0 ns, source: s}", "processor.load-hit: '0 ns' is too small; allowed is a time from 0.1 ns to 1000 us, in ps, ns or us"),
        ("load-hit", "load-hit: {value: fast, source: s}", "processor.load-hit: 'fast' is no time; allowed is a time from 0.1 ns to 1000 us, in ps, ns or us"),
        ("load-hit", "load-hit: {value: , source: s}", "processor.load-hit: is empty; allowed is a time from 0.1 ns to 1000 us, in ps, ns or us"),
        ("load-hit", "load-hit: {value: [1 ns], source: s}", "processor.load-hit: is a mapping or a list; allowed is a time from 0.1 ns to 1000 us, in ps, ns or us"),
        ("atomics", "atomics: {value: middle, source: s}", "memory.atomics: 'middle' is unknown; allowed is far or near"),
        ("sends-events", "sends-events: {value: yes, source: s}", "device.sends-events: 'yes' is unknown; allowed is true or false"),
        ("load-hit", "load-hit: 1.5 ns", "processor.load-hit: '1.5 ns' stands alone; allowed is {value: ..., source: \"...\"}, with fitted: true or estimated: true where it is"),
        ("load-hit", "load-hit: [1.5 ns]", "processor.load-hit: is a list; allowed is {value: ..., source: \"...\"}, with fitted: true or estimated: true where it is"),
        ("load-hit", "load-hit: {value: 1.5 ns}", "processor.load-hit: has no source, and is neither fitted nor estimated; allowed is {value: ..., source: \"...\"}, with fitted: true or estimated: true where it is"),
        ("load-hit", "load-hit: {value: 1.5 ns, fitted: false}", "processor.load-hit: has no source, and is neither fitted nor estimated; allowed is {value: ..., source: \"...\"}, with fitted: true or estimated: true where it is"),
        ("load-hit", "load-hit: {source: s}", "processor.load-hit: has no value; allowed is {value: ..., source: \"...\"}, with fitted: true or estimated: true where it is"),
        ("load-hit", "load-hit: {value: 1 ns, source: ' '}", "processor.load-hit: source: is empty; a text is needed"),
        ("load-hit", "load-hit: {value: 1 ns, fitted: true, estimated: true}", "processor.load-hit: is both fitted and estimated; one of them is allowed"),
        ("load-hit", "load-hit: {value: 1 ns, fitted: perhaps}", "processor.load-hit: fitted: 'perhaps' is unknown; allowed is true or false"),
        ("load-hit", "load-hit: {value: 1 ns, unit: ns, source: s}", "processor.load-hit.unit: is unknown; allowed are value, source, fitted, estimated"),
        ("load-hit", "load-hit: {value: 1 ns, source: s, value: 2 ns}", "processor.load-hit.value: is there twice; once is allowed"),
        ("workload", "workloads:", "workloads: is unknown; allowed are schema, name, description, topology, processor, memory, device, workload"),
        ("map", "mop: {value: 1 us, source: s}", "workload.mop: is unknown; allowed are map, unmap, variation"),
        ("map", "? [a]", "workload: a key is no word; allowed are map, unmap, variation"),
        ("schema", "schema: cmdqsim.machine/2", "schema: 'cmdqsim.machine/2' is unknown; allowed is cmdqsim.machine/1"),
        ("name", "name: two words", "name: 'two words' is no name; allowed are 1 to 64 letters, digits, '-', '_' and '.'"),
        ("description", "description:", "description: is empty; a text is needed"),
        ("description", "description: [a]", "description: is a mapping or a list; a text is needed"),
        ("map", "map: &m {value: 1 us, source: s}", "workload.map: has a YAML anchor (&), which a machine file may not have; write the value out where it is used"),
        ("map", "map: {value: &v 1 us, source: s}", "workload.map.value: has a YAML anchor (&), which a machine file may not have; write the value out where it is used"),
        ("map", "&k map: {value: 1 us, source: s}", "workload: has a YAML anchor (&), which a machine file may not have; write the value out where it is used"),
        ("map", "map: *m", "is no YAML: found undefined alias; docs/machine-files.md has the format"),
        ("map", "map: {value: 1 us, source: s", "is no YAML: did not find expected ',' or '}'; docs/machine-files.md has the format"),
        ("map", "map: \"a", "is no YAML: did not find expected key; docs/machine-files.md has the format"),
        ("map", "\tmap: 1", "is no YAML: found character that cannot start any token; docs/machine-files.md has the format"),
    ] as [(String, String, String)])
    func aBadLine(key: String, replacement: String, message: String) throws {
        let (text, line) = try MachineText.replacing(key, by: replacement)
        let error = try #require(MachineText.error(text))
        #expect(error.kind == .data)
        // The parser says where it gave up.
        let isSyntax = message.hasPrefix("is no YAML")
        if isSyntax {
            #expect(error.message.hasPrefix("m.yaml:") && error.message.hasSuffix(": " + message), "\(error.message)")
        } else {
            #expect(error.message == "m.yaml:\(line): \(message)")
        }
        #expect(!error.message.contains("\n"))
    }

    @Test(arguments: MachineField.all.map(\.path))
    func everyFieldIsNeeded(path: String) throws {
        let field = try #require(MachineField.named(path))
        // `die` and `sync` begin no other key of the file.
        let (text, _) = try MachineText.replacing(field.key, by: nil)
        let section = try #require(MachineText.line(of: field.section.rawValue + ":"))
        #expect(
            MachineText.error(text)?.message
                == "m.yaml:\(section): \(path): is missing from section '\(field.section.rawValue)'; \(field.allowed)")
    }

    @Test(arguments: ["schema", "name", "description"])
    func everyHeadLineIsNeeded(key: String) throws {
        let text = try MachineText.replacing(key, by: nil).text
        #expect(MachineText.error(text)?.message.hasPrefix("m.yaml:1: \(key): is missing; needed are schema, name,") == true)
    }

    @Test func everySectionIsNeeded() throws {
        let line = try #require(MachineText.line(of: "workload:"))
        let text = MachineText.good.split(separator: "\n", omittingEmptySubsequences: false)[..<(line - 1)].joined(separator: "\n")
        #expect(MachineText.error(text)?.message.hasPrefix("m.yaml:1: workload: is missing; needed are schema") == true)
    }

    @Test func aKeyTwice() throws {
        let (text, line) = try MachineText.replacing("unmap", by: "map: {value: 1 us, source: s}")
        #expect(MachineText.error(text)?.message == "m.yaml:\(line): workload.map: is there twice; once is allowed")
        let sections = MachineText.good + "device:\n  a: b\n"
        let last = MachineText.good.count { $0 == "\n" } + 1
        #expect(MachineText.error(sections)?.message == "m.yaml:\(last): device: is there twice; once is allowed")
    }

    @Test(arguments: [
        ("", "m.yaml:1: is empty; 'schema: cmdqsim.machine/1' and a machine are needed"),
        ("# nothing\n", "m.yaml:1: is empty; 'schema: cmdqsim.machine/1' and a machine are needed"),
        ("a", "m.yaml:1: is no mapping; allowed are schema, name, description, topology, processor, memory, device, workload"),
        ("- a", "m.yaml:1: is no mapping; allowed are schema, name, description, topology, processor, memory, device, workload"),
        ("a: 1", "m.yaml:1: a: is unknown; allowed are schema, name, description, topology, processor, memory, device, workload"),
        ("a b: 1", "m.yaml:1: 'a b': is unknown; allowed are schema, name, description, topology, processor, memory, device, workload"),
        ("a: 1\n---\nb: 2\n", "m.yaml:2: is no YAML: but found another document; docs/machine-files.md has the format"),
        ("a: 1\n\u{1}", "m.yaml:2: is no YAML: control characters are not allowed; docs/machine-files.md has the format"),
    ])
    func wholeFiles(text: String, message: String) {
        #expect(MachineText.error(text)?.message == message)
    }

    /// Nesting, and references that a parser could follow forever.
    @Test(arguments: [
        String(repeating: "[", count: 100_000), String(repeating: "{a: ", count: 100_000), String(repeating: "- ", count: 100_000),
        String(repeating: "? ", count: 100_000), String(repeating: "[", count: 900) + String(repeating: "]", count: 900),
        String(repeating: "- *a\n", count: 20), "- &a [x]\n- " + (0..<15).map { "&a\($0) [*a, *a]" }.joined(separator: "\n- "),
        "a: &a [x, x]\nb: &b [*a, *a]\n? *b\n: 1\n", "- &a [x]\n- *a\n",
    ])
    func hostileFiles(text: String) throws {
        let error = try #require(MachineText.error(text))
        #expect(error.message.hasPrefix("m.yaml:"))
    }

    @Test func filesThatAreNone() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("machines-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func error(_ path: String) -> MachineFileError? {
            do throws(MachineFileError) {
                _ = try MachineFile.load(path: path)
                return nil
            } catch { return error }
        }
        #expect(error(folder.path)?.kind == .unreadable)
        #expect(error(folder.path + "/none")?.kind == .unreadable)
        #expect(
            error(folder.path + "/none")?.message
                == folder.path + "/none: cannot be read: No such file or directory; a readable machine file is allowed")
        let path = folder.path + "/m.yaml"
        try Data([0xff, 0xfe]).write(to: URL(fileURLWithPath: path))
        #expect(error(path) == MachineFileError(.data, "\(path): is not UTF-8 text, as it must be"))
        #expect(error("/dev/zero")?.message == "/dev/zero: is no machine file: it has more than 1048576 bytes")
        try MachineText.good.write(toFile: path, atomically: false, encoding: .utf8)
        #expect(try MachineFile.load(path: path) == MachineFile.preset(named: "kunpeng920"))
    }
}
