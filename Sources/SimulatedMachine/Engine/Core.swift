import Machine

/// The whole state of a simulation, in one place that every fiber reaches.
///
/// Its mutating methods never switch fibers: whoever holds exclusive access to it runs on until the access ends.
struct Core {
    /// Picoseconds. No event before it is left.
    var now: UInt64 = 0
    /// The agent that runs.
    var running: Int32 = 0
    var events = EventQueue()
    var timers = TimerQueue()
    var messages = MessagePool()
    let agents: FixedBuffer<Agent>
    let extras: FixedBuffer<AgentExtras>
    let agentCount: Int
    let processors: Int
    let fibers: FiberSet.Switch
    var live: Int
    /// Events until the caller is given a turn.
    var untilTurn = Core.turn

    static let turn = 1 << 16

    let words: AtomicWords
    let lines: FixedBuffer<Line>
    let sharers: Sharers
    /// By agent.
    let linePlaces: FixedBuffer<LinePlace>
    let retries: FixedBuffer<Retry>
    let model: MachineModel
    let latencies: Latencies
    /// When the link between sockets can take the next transfer.
    var linkFree: UInt64 = 0

    var engine = ExecutionEngine()
    /// Agents are threads, the device's too, on cores that they share; what waits for memory looks at it again and again.
    let isThreaded: Bool
    /// Looks until a thread that waits gives its core away; 0: it never does.
    let looksUntilYield: UInt64
    let sharedCores: FixedBuffer<SharedCore>

    var counts = OperationCounts()
    /// By region.
    let lineStatistics: FixedBuffer<LineStatistics>
    /// By site and agent.
    let siteTimes: FixedBuffer<SiteTime>
    /// By agent of the device.
    let fetches: FixedBuffer<FetchedLines>
    /// What went before the measured part; and whether it still goes on.
    var baseline: Baseline
    var warmsUp = false
    var recorder = Recorder()
    var isRecording = false
    /// The time up to which an agent may run ahead of `now`: no request of another can reach it sooner.
    let lookahead: UInt64
}
