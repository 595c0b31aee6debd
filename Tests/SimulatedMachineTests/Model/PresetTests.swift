@testable import SimulatedMachine
import Testing

@Suite struct PresetTests {
    @Test func theNames() {
        #expect(MachinePreset.names == ["kunpeng920", "grace", "neoverse-n1", "morello"])
    }

    @Test(arguments: MachinePreset.allCases)
    func loads(preset: MachinePreset) throws {
        let machine = try #require(try MachineFile.preset(named: preset.rawValue))
        #expect(machine.model.name == preset.rawValue)
        #expect(Set(machine.provenance.keys) == Set(MachineField.all.map(\.path)))
        #expect(try MachineFile.named(preset.rawValue) == machine)
        // A reader finds out where every value comes from.
        for (path, provenance) in machine.provenance { #expect(provenance.source.count > 8, "\(path)") }
    }

    @Test func shapes() throws {
        func cores(_ name: String) throws -> [Int] {
            let topology = try #require(try MachineFile.preset(named: name)).model.topology
            return [topology.sockets, topology.diesPerSocket, topology.clustersPerDie, topology.coresPerCluster, topology.cores]
        }
        #expect(try cores("kunpeng920") == [2, 2, 6, 4, 96])
        #expect(try cores("grace") == [1, 1, 72, 1, 72])
        #expect(try cores("neoverse-n1") == [1, 1, 64, 1, 64])
        #expect(try cores("morello") == [1, 1, 2, 2, 4])
        #expect(try MachineFile.preset(named: "grace")?.model.device.virtualQueues == 128)
        #expect(try MachineFile.preset(named: "morello")?.model.device.virtualQueues == 0)
    }

    /// The calibrated machine has nothing that is neither sourced nor fitted.
    @Test func kunpengHasNoEstimates() throws {
        let machine = try #require(try MachineFile.preset(named: "kunpeng920"))
        #expect(machine.fields(.estimated).isEmpty)
        #expect(machine.fields(.fitted).count <= 6)
    }

    /// What is fitted is fitted to the measurements of one machine.
    @Test(arguments: [MachinePreset.grace, .neoverseN1, .morello])
    func othersHaveNothingFitted(preset: MachinePreset) throws {
        let machine = try #require(try MachineFile.preset(named: preset.rawValue))
        #expect(machine.fields(.fitted).isEmpty)
        #expect(!machine.fields(.estimated).isEmpty)
    }

    @Test func unknownNames() throws {
        #expect(try MachineFile.preset(named: "kunpeng") == nil)
        #expect {
            try MachineFile.named("kunpeng")
        } throws: { error in
            let error = error as? MachineFileError
            return error?.kind == .unreadable
                && error?.message == "machine 'kunpeng' is unknown; allowed are \(MachinePreset.allowed)"
        }
    }
}
