import Machine

/// Where an agent is. A device is in no cluster: -1.
struct Place {
    var cluster: Int16 = 0
    var die: Int16 = 0
}

/// The latencies of a model, looked up by die: few entries, which stay in the host's caches however many cores there are.
struct Latencies {
    /// From a die to another: how long a line takes, and one that others wait for.
    struct Way {
        var idle: UInt64 = 0
        var busy: UInt64 = 0
        /// All bits where it is to another socket, else none: what selects without a branch.
        var acrossMask: UInt64 = 0
    }

    private let dies: Int
    private let inCluster: (idle: UInt64, busy: UInt64)
    private let ways: FixedBuffer<Way>
    /// From a die to the line's home and back; the same.
    private let homes: FixedBuffer<UInt64>
    /// From a die to the device, one way.
    private let deviceWays: FixedBuffer<UInt64>

    init(_ model: MachineModel) {
        let topology = model.topology
        let memory = model.memory
        dies = topology.dies
        inCluster = (memory.transferInCluster, max(memory.transferInCluster, memory.busyInCluster))
        ways = FixedBuffer(count: dies * dies, repeating: Way())
        homes = FixedBuffer(count: 2 * dies, repeating: 0)
        deviceWays = FixedBuffer(count: dies, repeating: 0)
        for one in 0..<dies {
            for other in 0..<dies {
                let distance = topology.distance(one, other)
                let idle = distance.choose(memory.transferInDie, memory.transferInSocket, memory.transferAcross)
                ways[one * dies + other] = Way(
                    idle: idle, busy: max(idle, distance.choose(memory.busyInDie, memory.busyInSocket, memory.busyAcross)),
                    acrossMask: distance == .across ? .max : 0)
            }
            homes[one] = topology.distance(one, memory.homeDie).choose(memory.homeInDie, memory.homeInSocket, memory.homeAcross)
            homes[dies + one] = max(
                homes[one], topology.distance(one, memory.homeDie).choose(memory.busyInDie, memory.busyInSocket, memory.busyAcross))
            deviceWays[one] = topology.distance(one, model.device.die).choose(memory.homeInDie, memory.homeInSocket, memory.homeAcross) / 2
        }
    }

    func deallocate() {
        ways.deallocate()
        homes.deallocate()
        deviceWays.deallocate()
    }

    /// `isBusy`: others wait for the line.
    @inline(__always)
    func transfer(from one: Place, to other: Place, isBusy: Bool = false) -> UInt64 {
        guard one.cluster == other.cluster, one.cluster >= 0 else { return transfer(fromDie: Int(one.die), to: other, isBusy: isBusy) }
        return isBusy ? inCluster.busy : inCluster.idle
    }

    @inline(__always)
    func way(from one: Int, to other: Int) -> Way { ways[one &* dies &+ other] }

    /// Within a cluster.
    @inline(__always)
    func inCluster(isBusy: Bool) -> UInt64 { isBusy ? inCluster.busy : inCluster.idle }

    /// From a core of the die in another cluster.
    @inline(__always)
    func transfer(fromDie die: Int, to other: Place, isBusy: Bool = false) -> UInt64 {
        let way = way(from: die, to: Int(other.die))
        return isBusy ? way.busy : way.idle
    }

    /// To the home and back.
    @inline(__always)
    func home(from die: Int, isBusy: Bool = false) -> UInt64 { homes[isBusy ? dies &+ die : die] }

    /// To the device, one way.
    @inline(__always)
    func deviceWay(from die: Int) -> UInt64 { deviceWays[die] }

    @inline(__always)
    func areAcross(_ one: Int, _ other: Int) -> Bool { way(from: one, to: other).acrossMask != 0 }
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
