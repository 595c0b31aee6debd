import Machine

/// Where an agent is. A device is in no cluster: -1.
struct Place {
    var cluster: Int16 = 0
    var die: Int16 = 0
}

/// The latencies of a model, looked up by die: few entries, which stay in the host's caches however many cores there are.
struct Latencies {
    private let dies: Int
    private let inCluster: (idle: UInt64, busy: UInt64)
    /// From a die to another: a line's transfer; and behind them those of lines that others wait for.
    private let transfers: FixedBuffer<UInt64>
    /// From a die to the line's home and back; the same.
    private let homes: FixedBuffer<UInt64>
    /// From a die to the device, one way.
    private let deviceWays: FixedBuffer<UInt64>
    private let sockets: FixedBuffer<Int32>

    init(_ model: MachineModel) {
        let topology = model.topology
        let memory = model.memory
        dies = topology.dies
        inCluster = (memory.transferInCluster, max(memory.transferInCluster, memory.busyInCluster))
        transfers = FixedBuffer(count: 2 * dies * dies, repeating: 0)
        homes = FixedBuffer(count: 2 * dies, repeating: 0)
        deviceWays = FixedBuffer(count: dies, repeating: 0)
        sockets = FixedBuffer(count: dies, repeating: 0)
        for one in 0..<dies {
            for other in 0..<dies {
                transfers[one * dies + other] = topology.distance(one, other).choose(
                    memory.transferInDie, memory.transferInSocket, memory.transferAcross)
                transfers[(dies + one) * dies + other] = max(
                    transfers[one * dies + other],
                    topology.distance(one, other).choose(memory.busyInDie, memory.busyInSocket, memory.busyAcross))
            }
            homes[one] = topology.distance(one, memory.homeDie).choose(memory.homeInDie, memory.homeInSocket, memory.homeAcross)
            homes[dies + one] = max(
                homes[one], topology.distance(one, memory.homeDie).choose(memory.busyInDie, memory.busyInSocket, memory.busyAcross))
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

    /// `isBusy`: others wait for the line.
    @inline(__always)
    func transfer(from one: Place, to other: Place, isBusy: Bool = false) -> UInt64 {
        guard one.cluster == other.cluster, one.cluster >= 0 else { return transfer(fromDie: Int(one.die), to: other, isBusy: isBusy) }
        return isBusy ? inCluster.busy : inCluster.idle
    }

    /// From a core of the die in another cluster.
    @inline(__always)
    func transfer(fromDie die: Int, to other: Place, isBusy: Bool = false) -> UInt64 {
        transfers[(isBusy ? dies &+ die : die) &* dies &+ Int(other.die)]
    }

    /// To the home and back.
    @inline(__always)
    func home(from die: Int, isBusy: Bool = false) -> UInt64 { homes[isBusy ? dies &+ die : die] }

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
