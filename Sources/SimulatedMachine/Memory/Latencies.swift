import Machine

/// Where an agent is. A device is in no cluster: -1.
struct Place {
    var cluster: Int16 = 0
    var die: Int16 = 0
}

/// The latencies of a model, looked up by die: few entries, which stay in the host's caches however many cores there are.
struct Latencies {
    private let dies: Int
    private let inCluster: UInt64
    /// From a die to another: a line's transfer.
    private let transfers: FixedBuffer<UInt64>
    /// From a die to the line's home and back.
    private let homes: FixedBuffer<UInt64>
    /// From a die to the device, one way.
    private let deviceWays: FixedBuffer<UInt64>
    private let sockets: FixedBuffer<Int32>

    init(_ model: MachineModel) {
        let topology = model.topology
        let memory = model.memory
        dies = topology.dies
        inCluster = memory.transferInCluster
        transfers = FixedBuffer(count: dies * dies, repeating: 0)
        homes = FixedBuffer(count: dies, repeating: 0)
        deviceWays = FixedBuffer(count: dies, repeating: 0)
        sockets = FixedBuffer(count: dies, repeating: 0)
        for one in 0..<dies {
            for other in 0..<dies {
                transfers[one * dies + other] = topology.distance(one, other).choose(
                    memory.transferInDie, memory.transferInSocket, memory.transferAcross)
            }
            homes[one] = topology.distance(one, memory.homeDie).choose(memory.homeInDie, memory.homeInSocket, memory.homeAcross)
            deviceWays[one] = topology.distance(one, model.device.die).choose(memory.homeInDie, memory.homeInSocket, memory.homeAcross) / 2
            sockets[one] = Int32(one / topology.diesPerSocket)
        }
    }

    func deallocate() {
        transfers.deallocate()
        homes.deallocate()
        deviceWays.deallocate()
        sockets.deallocate()
    }

    @inline(__always)
    func transfer(from one: Place, to other: Place) -> UInt64 {
        one.cluster == other.cluster && one.cluster >= 0 ? inCluster : transfer(fromDie: Int(one.die), to: other)
    }

    /// From a core of the die in another cluster.
    @inline(__always)
    func transfer(fromDie die: Int, to other: Place) -> UInt64 { transfers[die &* dies &+ Int(other.die)] }

    /// To the home and back.
    @inline(__always)
    func home(from die: Int) -> UInt64 { homes[die] }

    /// To the device, one way.
    @inline(__always)
    func deviceWay(from die: Int) -> UInt64 { deviceWays[die] }

    @inline(__always)
    func areAcross(_ one: Int, _ other: Int) -> Bool { sockets[one] != sockets[other] }
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
