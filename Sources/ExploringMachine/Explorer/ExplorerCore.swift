import Machine

/// What an exploration keeps where its fibers find it.
struct ExplorerCore {
    struct Agent {
        var order: LocalOrder
        var isStarted = false
        var isEnded = false
        /// Stands at a wait that has read what does not end it.
        var isStuck = false
        /// Was stopped at a bound of the exploration.
        var isCut = false
        /// Stands at a compare-and-swap whose failure another run follows: see `freeRetries`.
        var isRetrying = false
        /// The location that it waits for, while nothing there ends its wait.
        var waitsFor: Int16 = -1
        /// Its next read comes round again: only something newer is news.
        var wantsNews = false
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
    var choice: Choice
    /// Sites, as bits, where a compare-and-swap that fails is only tried again with what it found. Only its success is followed:
    /// for each execution in which it fails there is the one in which the value was right from the start.
    var freeRetries: UInt64 = 0

    enum Stop { case deadEnd, changedLayout, tooLarge, violated }

    enum Choice {
        /// All choices, in turn.
        case every
        /// One, drawn evenly, each time.
        case random(RandomSource)
    }
}

/// A small generator: xorshift64*.
struct RandomSource {
    private var state: UInt64

    init(seed: UInt64) {
        var mixed = seed &+ 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        state = (mixed ^ (mixed >> 31)) | 1
    }

    @inline(__always)
    mutating func below(_ bound: Int) -> Int {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        let drawn = (state &* 0x2545_f491_4f6c_dd1d) >> 32
        return Int((drawn &* UInt64(bound)) >> 32)
    }
}

// Turns
extension ExplorerCore {
    /// Who goes on: the agent that must, else the first that can, or one drawn; nil where nobody can.
    mutating func chooseNext() -> Int? {
        if next >= 0 {
            defer { next = -1 }
            return next
        }
        guard runnable != 0 else { return nil }
        guard case .random(var source) = choice else { return runnable.trailingZeroBitCount }
        var skipped = source.below(runnable.nonzeroBitCount)
        choice = .random(source)
        var candidates = runnable
        while skipped > 0 {
            candidates &= candidates &- 1
            skipped -= 1
        }
        return candidates.trailingZeroBitCount
    }

    /// A write to the location may end waits for it.
    @inline(__always)
    func wakeWaiters(of location: Int) -> UInt32 {
        var woken: UInt32 = 0
        for agent in 0..<agentCount where agents[agent].waitsFor == Int16(truncatingIfNeeded: location) {
            agents[agent].waitsFor = -1
            woken |= 1 << UInt32(agent)
        }
        return woken
    }
}
