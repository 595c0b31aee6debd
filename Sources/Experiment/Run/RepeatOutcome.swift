/// What one repeat came to, over all producers and device threads.
struct RepeatOutcome: Sendable {
    var counts = ProducerCounts()
    var issued: UInt64 = 0
    /// Of both, what falls into the measured part.
    var measuredCounts = ProducerCounts()
    var measuredCommands: UInt64 = 0
    var executed: UInt64 = 0
    var refused: UInt64 = 0
    var fallbacks: UInt64 = 0
    /// Times that a queue came round, over all queues.
    var wraps: UInt64 = 0
    /// What happened to the agents, and how often.
    var disturbances: [Disturbance.Kind: UInt64] = [:]
    var violations = ViolationLog()
    /// Nil on the native machine.
    var simulation: SimulationOutcome?
    /// False where the run was told to stop before its end.
    var isComplete = true
    var insertion: LatencySamples?
    var sync: LatencySamples?
    /// Of the first start and the last end of a producer, by the machine's clock.
    private var start = UInt64.max
    private var end: UInt64 = 0

    /// By the machine's clock, in nanoseconds.
    var endedAt: UInt64 { end }
    /// Of the machine's time.
    var nanoseconds: UInt64 { end > start ? end - start : 0 }
    /// Of the machine's time, above 0.
    var seconds: Double { Double(max(1, nanoseconds)) / 1e9 }
    var commandsPerSecond: Double { Double(measuredCommands) / seconds }
    var syncsPerSecond: Double { Double(measuredCounts.syncs) / seconds }

    mutating func add(_ producer: ProducerOutcome) {
        counts += producer.counts
        issued += producer.commands
        measuredCounts += producer.counts - producer.countsBefore
        measuredCommands += producer.commands - producer.commandsBefore
        fallbacks += producer.fallbacks
        violations.merge(producer.violations)
        start = min(start, producer.start)
        end = max(end, producer.end)
        guard let latencies = producer.latencies, latencies !== lastSink else { return }
        lastSink = latencies
        Self.merge(latencies.insertion, into: &insertion)
        Self.merge(latencies.sync, into: &sync)
    }

    /// Where producers share a sink, it is counted once.
    private var lastSink: LatencySink?

    static func merge(_ samples: LatencySamples?, into total: inout LatencySamples?) {
        guard let samples else { return }
        if total == nil { total = samples } else { total!.merge(samples) }
    }
}
