import Machine

/// What an exploration keeps where its fibers find it.
struct ExplorerCore {
    struct Agent {
        var order: LocalOrder
        var isStarted = false
        var isEnded = false
        /// It has been chosen to go on, and has made no access since. Of drawn runs.
        var isChosen = true
        /// Stands at a wait that has read what does not end it.
        var isStuck = false
        /// Was stopped at a bound of the exploration.
        var isCut = false
        /// Stands at a compare-and-swap whose failure another run follows: see `freeRetries`.
        var isRetrying = false
        /// Is in a wait that a timeout ends, after which it looks elsewhere: see `patientSites`.
        var isPatient = false
        var patientSite: UInt8 = 0
        /// Of its last access: where it waits, if it does.
        var site: UInt8 = 0
        /// It has given a wait up, and has not come round since.
        var hasGivenUp = false
        /// The location that it waits for, while nothing there ends its wait.
        var waitsFor: Int16 = -1
        /// The other one, of a wait for either of two.
        var alsoWaitsFor: Int16 = -1
        /// Its next read comes round again: only something newer is news. And whether a timeout ends it.
        var wantsNews = false
        var newsIsPatient = false
        /// The register that it has read since it last came round a loop; -1.
        var lookedAt: Int16 = -1
    }

    var graph: ExecutionGraph
    /// Room to build the graphs of revisits.
    var scratch: ExecutionGraph
    /// Numbers of kept events in `scratch`.
    let renumbered: FixedBuffer<Int16>
    var snapshots = SnapshotStack()
    var addresses: AddressTable
    let agents: FixedBuffer<Agent>
    let agentCount: Int
    let fibers: FiberSet.Switch
    /// One bit for each agent that can go on.
    var runnable: UInt32 = 0
    /// The agent that goes next where that is decided; -1.
    var next = -1
    /// Not nil: the run goes no further.
    var stop: Stop?
    var violation: String?
    /// How often an agent may come round a loop that only looks again.
    var maxRounds = 2
    /// How often it may do so although nothing has changed that it has looked at.
    var fruitlessRounds = 0
    /// Not nil: one choice is drawn each time, in place of all in turn.
    var scheduler: RandomScheduler?
    /// Not nil: the choices are given.
    var script: Script?
    /// The bits of a word may be locations of their own.
    var splitsBits: Bool
    /// Sites, as bits, where a compare-and-swap that fails is only tried again with what it found. Only its success is followed:
    /// for each execution in which it fails there is the one in which the value was right from the start.
    var freeRetries: UInt64 = 0
    /// How often an agent's wait is given up, before a run is followed no further.
    var maxTimeouts = 2
    /// Sites, as bits, of waits whose timeout is no failure: the agent then looks again for another way on.
    var patientSites: UInt64 = 0
    /// The same of polls.
    var patientPolls: UInt64 = 0
    /// Who waits on after a timeout has come to an end: nothing will change any more.
    var endsAtTimeouts = false

    enum Stop { case deadEnd, changedLayout, tooLarge, violated, misfit }
}

// Turns
extension ExplorerCore {
    /// Who goes on: the agent that must, else the first that can, or one drawn; nil where nobody can.
    mutating func chooseNext() -> Int? {
        if next >= 0 {
            defer { next = -1 }
            return next
        }
        // What has happened comes before what is drawn or given.
        if graph.frozen > 0, isRandom || script != nil {
            for agent in 0..<agentCount where runnable >> UInt32(agent) & 1 != 0 && agents[agent].order.length < graph.length(of: agent) {
                return agent
            }
        }
        if let step = script?.current {
            if runnable >> UInt32(step.agent) & 1 != 0 { return step.agent }
            // Its timeout may be over.
            if agents[step.agent].isPatient, runnable == 0 || agents[step.agent].patientSite == step.site { return nil }
            stop = .misfit
            let number = (script?.cursor ?? 0) + 1
            script?.misfit = "at step \(number) of the schedule agent \(step.agent) cannot go on"
            return nil
        }
        guard runnable != 0 else { return nil }
        guard isRandom else { return runnable.trailingZeroBitCount }
        return scheduler?.choose(from: runnable)
    }

    @inline(__always) var isRandom: Bool { scheduler != nil }

    /// A write to the location may end waits for it.
    @inline(__always)
    func wakeWaiters(of location: Int) -> UInt32 {
        var woken: UInt32 = 0
        let location = Int16(truncatingIfNeeded: location)
        for agent in 0..<agentCount where agents[agent].waitsFor == location || agents[agent].alsoWaitsFor == location {
            agents[agent].waitsFor = -1
            agents[agent].alsoWaitsFor = -1
            woken |= 1 << UInt32(agent)
        }
        return woken
    }
}
