import Machine
import SimulatedMachine

/// What a simulated machine has that decides which scenarios it can run.
package struct MachineFeatures: Sendable {
    package var cores: Int
    /// VCMDQs over all VINTFs; 0: no CMDQV.
    package var virtualQueues: Int
    package var enhancedQueues: Int
    /// Entries of its command queue, as their logarithm.
    package var log2Entries: Int
}

extension Scenario {
    /// Nil on the native machine. Reads the machine's file.
    package func machineFeatures() throws(ScenarioError) -> MachineFeatures? {
        guard case .simulated(let name) = machine else { return nil }
        let model = try Self.model(named: name)
        return MachineFeatures(
            cores: model.topology.cores, virtualQueues: model.device.virtualQueues,
            enhancedQueues: model.device.enhancedQueues, log2Entries: model.device.log2Entries)
    }

    /// What the scenario's machine is made of; nil for the native one. Reads the machine's file, and refuses what the machine does not have.
    func machineModel() throws(ScenarioError) -> MachineModel? {
        guard case .simulated(let name) = machine else { return nil }
        let model = try Self.model(named: name)
        // Threads share cores.
        guard producers <= model.topology.cores || model.device.isThread else {
            throw ScenarioError(
                .usage, "\(name) has \(model.topology.cores) cores, and \(producers) producers need as many; 1 to \(model.topology.cores) are allowed")
        }
        switch queue {
        case .main: break
        case .vcmdq:
            let wanted = vintfs * vcmdqsPerVINTF
            guard wanted <= model.device.virtualQueues else {
                throw ScenarioError(
                    .usage, model.device.virtualQueues == 0
                        ? "\(name) has no CMDQV; queues main are allowed"
                        : "\(name) has \(model.device.virtualQueues) VCMDQs, and \(vintfs) VINTFs of \(vcmdqsPerVINTF) need \(wanted); as many as it has are allowed")
            }
        case .ecmdq:
            guard producers <= model.device.enhancedQueues else {
                throw ScenarioError(
                    .usage, model.device.enhancedQueues == 0
                        ? "\(name) has no ECMDQs; queues main are allowed"
                        : "\(name) has \(model.device.enhancedQueues) ECMDQs, and \(producers) producers need one each; 1 to \(model.device.enhancedQueues) producers are allowed")
            }
        }
        return model
    }

    private static func model(named name: String) throws(ScenarioError) -> MachineModel {
        do throws(MachineFileError) {
            return try MachineFile.named(name).model
        } catch {
            throw ScenarioError(error.kind == .unreadable ? .usage : .data, error.message)
        }
    }
}

extension Backoff {
    /// As simulated threads wait: looks until one gives its core away; 0: it never does. The delays of `linux` are not simulated.
    var looksUntilYield: UInt64 {
        switch self {
        case .yield(let looks): UInt64(looks)
        case .spin, .linux: 0
        }
    }
}
