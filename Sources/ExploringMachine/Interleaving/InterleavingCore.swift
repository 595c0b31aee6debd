import Machine

/// What a sequentially consistent random run keeps where its fibers find it: plain memory, and who can go on.
@usableFromInline
struct InterleavingCore {
    struct Agent {
        var isEnded = false
        /// The word that it waits for; -1, or `anyWord`.
        var waitsFor = -1
        /// It has been chosen to go on, and has made no access since.
        var isChosen = true
        /// Its own writes, and how many of others there were when it last came round a poll.
        var writes = 0
        var othersWrites = 0
        /// The register that it has read last, for polls, and how often that had been written; -1.
        var register = -1
        var registerVersion: UInt32 = 0
        var hasLooked = false
        /// Its next read of a register comes round again.
        var wantsNews = false
        var newsIsPatient = false
        var isPatient = false
        var patientSite: UInt8 = 0
        /// It has given a wait up, and has not come round since.
        var comesRound = false
        /// Its wait is given up.
        var isTimedOut = false
        /// Of what it has read so far.
        var hash: UInt64 = 0
        var length = 0
        /// Where it waits, if it does.
        var site: UInt8 = 0
        /// Waits for space that it has given up.
        var timeouts = 0
    }

    static let anyWord = -2
    /// More steps than any run takes that comes to an end.
    static let mostSteps = 1_000_000

    var writes = 0
    let words: FixedBuffer<UInt64>
    /// What memory holds at first.
    let image: FixedBuffer<UInt64>
    /// How often each word has been written.
    let versions: FixedBuffer<UInt32>
    /// Which words have ever been written: those a run must begin with anew.
    let isKnown: FixedBuffer<Bool>
    let known: FixedBuffer<Int32>
    var knownCount = 0
    let agents: FixedBuffer<Agent>
    let agentCount: Int
    let fibers: FiberSet.Switch
    var runnable: UInt32 = 0
    var waiting: UInt32 = 0
    var scheduler: RandomScheduler
    var violation: String?
    /// As `ExplorerCore`'s.
    var patientSites: UInt64 = 0
    var patientPolls: UInt64 = 0
    /// Waits that were given up, by their sites.
    var timeouts = InlineArray<64, UInt16>(repeating: 0)
    var isStopped = false
    /// Not nil while a run is recorded.
    var steps: [ExecutionStep]?

    init(agents count: Int, plan: MemoryPlan, fibers: FiberSet.Switch, scheduler: RandomScheduler) {
        let wordCount = plan.byteCount / 8 + 1
        words = FixedBuffer(count: wordCount, repeating: 0)
        image = FixedBuffer(count: wordCount, repeating: 0)
        versions = FixedBuffer(count: wordCount, repeating: 0)
        isKnown = FixedBuffer(count: wordCount, repeating: false)
        known = FixedBuffer(count: wordCount, repeating: 0)
        agents = FixedBuffer(count: count, repeating: Agent())
        agentCount = count
        self.fibers = fibers
        self.scheduler = scheduler
        for (word, value) in plan.initialValues {
            image[word.offset / 8] = value
            words[word.offset / 8] = value
        }
    }

    func deallocate() {
        words.deallocate()
        image.deallocate()
        versions.deallocate()
        isKnown.deallocate()
        known.deallocate()
        agents.deallocate()
    }

    mutating func begin() {
        for index in 0..<knownCount {
            words[Int(known[index])] = image[Int(known[index])]
            versions[Int(known[index])] = 0
        }
        for agent in 0..<agentCount { agents[agent] = Agent() }
        runnable = (1 << UInt32(agentCount)) - 1
        waiting = 0
        writes = 0
        violation = nil
        isStopped = false
        timeouts = InlineArray(repeating: 0)
        scheduler.begin(agents: agentCount)
    }

    /// The agent's wait is over, for nothing has ended it.
    mutating func giveUp(_ agent: Int) {
        agents[agent].isTimedOut = true
        agents[agent].isPatient = false
        agents[agent].waitsFor = -1
        if agents[agent].patientSite == Site.awaitSpace.rawValue { agents[agent].timeouts += 1 }
        timeouts[Int(agents[agent].patientSite)] += 1
        waiting &= ~(1 << UInt32(agent))
        runnable |= 1 << UInt32(agent)
    }

    /// Who goes on; the caller where nobody can.
    @inline(__always)
    mutating func next() -> Int32 {
        runnable == 0 || isStopped ? FiberSet.caller : Int32(scheduler.choose(from: runnable))
    }

    /// What has been read, in all: equal for runs in which every agent has found the same.
    var hash: UInt64 {
        var hash: UInt64 = 0
        for agent in 0..<agentCount { hash = (hash ^ agents[agent].hash) &* 0x9e37_79b9_7f4a_7c15 }
        return hash
    }
}
