import SimulatedMachine

/// What only a simulated run has.
package struct SimulationParameters: Codable, Equatable, Sendable {
    /// Virtual nanoseconds before the measured part, where the run's length is a time; 0 to 10^9.
    package var warmupNanoseconds = 3_000_000
    package var placement = Placement.compact
    /// Virtual seconds after which the run ends, whatever it has done; its result is then partial. Above 0, at most 3600.
    package var timeLimitSeconds = 10.0

    package init() {}
}

/// Which cores the producers run on, and where the queue's memory is.
package enum Placement: String, Codable, CaseIterable, Sendable {
    /// Producer N on core N; the queue's memory is where the machine has it.
    case compact
    /// The producers by turns on the dies.
    case spread
    /// As `compact`, with the memory on the die of core 0.
    case local
    /// As `compact`, with the memory on another socket than the device; on a machine of one socket, on another die.
    case remote
}

extension Placement {
    /// The core of each producer; there are at least as many cores.
    func cores(of producers: Int, topology: Topology) -> [Int] {
        guard self == .spread else { return Array(0..<producers) }
        return (0..<producers).map { $0 % topology.dies * topology.coresPerDie + $0 / topology.dies }
    }

    /// The machine with the memory where the placement has it.
    func adapted(_ model: MachineModel) -> MachineModel {
        var model = model
        let topology = model.topology
        switch self {
        case .compact, .spread: break
        case .local: model.memory.homeDie = 0
        case .remote: model.memory.homeDie = (model.device.die + (topology.sockets > 1 ? topology.diesPerSocket : 1)) % topology.dies
        }
        return model
    }
}
