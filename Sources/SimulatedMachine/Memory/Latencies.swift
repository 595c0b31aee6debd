import Machine

/// The latencies of a model, looked up by place: each cluster is one, and each die has one more for its devices.
struct Latencies {
    private let places: Int
    /// From a place to another: a line's transfer.
    private let transfers: FixedBuffer<UInt64>
    /// From a die to the line's home and back.
    private let homes: FixedBuffer<UInt64>
    /// From a die to the device, one way.
    private let deviceWays: FixedBuffer<UInt64>
    private let diesPerSocket: Int

    init(_ model: MachineModel) {
        let topology = model.topology
        let clusters = topology.dies * topology.clustersPerDie
        places = clusters + topology.dies
        diesPerSocket = topology.diesPerSocket
        transfers = FixedBuffer(count: places * places, repeating: 0)
        homes = FixedBuffer(count: topology.dies, repeating: 0)
        deviceWays = FixedBuffer(count: topology.dies, repeating: 0)
        let memory = model.memory
        func die(of place: Int) -> Int { place < clusters ? place / topology.clustersPerDie : place - clusters }
        for one in 0..<places {
            for other in 0..<places {
                transfers[one * places + other] =
                    one == other && one < clusters ? memory.transferInCluster
                    : topology.distance(die(of: one), die(of: other)).choose(
                        memory.transferInDie, memory.transferInSocket, memory.transferAcross)
            }
        }
        for die in 0..<topology.dies {
            homes[die] = topology.distance(die, memory.homeDie).choose(memory.homeInDie, memory.homeInSocket, memory.homeAcross)
            deviceWays[die] = topology.distance(die, model.device.die).choose(memory.homeInDie, memory.homeInSocket, memory.homeAcross) / 2
        }
    }

    func deallocate() {
        transfers.deallocate()
        homes.deallocate()
        deviceWays.deallocate()
    }

    @inline(__always)
    func transfer(from one: Int32, to other: Int32) -> UInt64 { transfers[Int(one) &* places &+ Int(other)] }

    /// To the home and back.
    @inline(__always)
    func home(from die: Int32) -> UInt64 { homes[Int(die)] }

    /// To the device, one way.
    @inline(__always)
    func deviceWay(from die: Int32) -> UInt64 { deviceWays[Int(die)] }

    @inline(__always)
    func areAcross(_ one: Int32, _ other: Int32) -> Bool {
        Int(one) / diesPerSocket != Int(other) / diesPerSocket
    }
}

extension MemoryModel {
    /// The least time in which a line can come from anywhere.
    var shortestWay: UInt64 {
        min(min(transferInCluster, transferInDie, transferInSocket, transferAcross), min(homeInDie, homeInSocket, homeAcross))
    }
}

/// How far two dies are from each other.
enum DieDistance {
    case same, inSocket, across

    func choose(_ same: UInt64, _ inSocket: UInt64, _ across: UInt64) -> UInt64 {
        switch self {
        case .same: same
        case .inSocket: inSocket
        case .across: across
        }
    }
}

extension Topology {
    func distance(_ one: Int, _ other: Int) -> DieDistance {
        one == other ? .same : one / diesPerSocket == other / diesPerSocket ? .inSocket : .across
    }
}
