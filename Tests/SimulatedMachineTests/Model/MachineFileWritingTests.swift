@testable import SimulatedMachine
import TestSupport
import Testing

@Suite struct MachineFileWritingTests {
    @Test(arguments: MachinePreset.allCases)
    func aPresetIsReadAsWritten(preset: MachinePreset) throws {
        let machine = try #require(try MachineFile.preset(named: preset.rawValue))
        let text = machine.yaml()
        #expect(try MachineFile(yaml: text, file: "again") == machine)
        #expect(try MachineFile(yaml: text, file: "again").yaml() == text)
    }

    @Test(arguments: seeds)
    func anyMachineIsReadAsWritten(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<60 {
            let machine = try MachineFile.random(using: &random)
            let text = machine.yaml()
            #expect(MachineText.error(text) == nil, "seed \(seed)\n\(text)")
            let again = try MachineFile(yaml: text, file: "again")
            #expect(again == machine, "seed \(seed)\n\(text)")
        }
    }

    @Test func whatNoFileCouldSayIsRefused() throws {
        let good = try #require(try MachineFile.preset(named: "morello"))
        func message(_ change: (inout MachineModel, inout [String: Provenance]) -> Void) -> String? {
            var model = good.model
            var provenance = good.provenance
            change(&model, &provenance)
            do throws(MachineFileError) {
                _ = try MachineFile(model: model, description: "d", provenance: provenance)
                return nil
            } catch { return error.message }
        }
        #expect(message { _, _ in } == nil)
        #expect(message { model, _ in model.name = "" } == "machine '': name: '' is no name; allowed are 1 to 64 letters, digits, '-', '_' and '.'")
        #expect(message { model, _ in model.workload.map = .max }?.contains("workload.map: '18446744073709551.615 ns' is too large") == true)
        #expect(message { model, _ in model.topology.sockets = -1 }?.contains("topology.sockets: '-1' is negative") == true)
        #expect(message { model, _ in model.device.die = 1 }?.contains("device.die: '1' is a die that the topology does not have") == true)
        #expect(message { _, provenance in provenance["workload.map"] = nil } == "machine 'morello': workload.map: has no provenance")
        #expect(message { _, provenance in provenance["workload.map"] = Provenance(.sourced, source: "") }?.contains("workload.map: has no source") == true)
        #expect(message { _, provenance in provenance["workload.mop"] = Provenance(.fitted, source: "") } == "machine 'morello': workload.mop: is no field of a machine")
    }
}

extension MachineFile {
    static func random(using random: inout SeededGenerator) throws -> MachineFile {
        var model = MachineModel(name: ["m", "this-host", "A_1.b"].randomElement(using: &random)!)
        var provenance: [String: Provenance] = [:]
        for field in MachineField.all {
            switch field.kind {
            case .time(let range, let place):
                let time = random.next() >> UInt64.random(in: 24..<64, using: &random)
                model[keyPath: place] = min(max(time, range.lowerBound), range.upperBound)
            case .count(let range, let place): model[keyPath: place] = Int.random(in: range, using: &random)
            case .choice(_, _, let place): model[keyPath: place] = Bool.random(using: &random)
            }
            let kind = Provenance.Kind.allCases.randomElement(using: &random)!
            provenance[field.path] = Provenance(kind, source: text(atLeast: kind == .sourced ? 1 : 0, using: &random))
        }
        model.topology.clustersPerDie = 1 + model.topology.clustersPerDie % 4
        model.topology.coresPerCluster = 1 + model.topology.coresPerCluster % 4
        model.memory.homeDie %= model.topology.dies
        model.device.die %= model.topology.dies
        return try MachineFile(model: model, description: text(atLeast: 1, using: &random), provenance: provenance)
    }

    /// Text that a careless writer would spoil; the first character is a letter.
    private static func text(atLeast: Int, using random: inout SeededGenerator) -> String {
        let pieces = [
            "a", "Z", " ", "  ", "\"", "'", "\\", "\n", "\r\n", "\t", ":", ": ", " #", "# ", "{", "}", "[", "]", ",", "&a", "*a", "!", "|", ">", "%", "@", "`",
            "-", "- ", "---", "...", "\u{0}", "\u{1b}", "\u{7f}", "\u{85}", "\u{2028}", "\u{feff}", "\u{200b}", "é", "認", "🙂", "\u{10ffff}", "null", "~", "true", "1e9",
        ]
        let count = Int.random(in: 0...6, using: &random)
        return count + atLeast == 0 ? "" : "s" + (0..<count).map { _ in pieces.randomElement(using: &random)! }.joined()
    }
}
