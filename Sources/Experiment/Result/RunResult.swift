/// The document that a session of runs ends in; schema `cmdqsim.result/1`, see docs/result-schema.md.
package struct ResultDocument: Codable, Sendable {
    package var schema = "cmdqsim.result/1"
    /// Null where every result is of a simulated machine.
    package var host: Host?
    package var seed: UInt64
    package var results: [RunResult]
    /// True where the session ended before every scenario had run.
    package var partial: Bool

    package init(host: Host?, seed: UInt64, results: [RunResult], partial: Bool) {
        self.host = host
        self.seed = seed
        self.results = results
        self.partial = partial
    }

    private enum Key: String, CodingKey { case schema, host, seed, results, partial }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(schema, forKey: .schema)
        // `encode`, not `encodeIfPresent`: nil is written as null.
        try container.encode(host, forKey: .host)
        try container.encode(seed, forKey: .seed)
        try container.encode(results, forKey: .results)
        try container.encode(partial, forKey: .partial)
    }
}

/// Where a native run ran.
package struct Host: Codable, Equatable, Sendable {
    package var processor: String
    package var cores: Int
    package var architecture: String
    package var operatingSystem: String
    package var memoryBytes: UInt64

    package init(
        processor: String, cores: Int, architecture: String, operatingSystem: String, memoryBytes: UInt64
    ) {
        self.processor = processor
        self.cores = cores
        self.architecture = architecture
        self.operatingSystem = operatingSystem
        self.memoryBytes = memoryBytes
    }
}

/// One scenario, run: medians over its repeats, sums of nothing.
package struct RunResult: Codable, Sendable {
    package var machine: String
    package var queue: String
    package var algorithm: String
    /// Null where the algorithm has no such lock.
    package var lock: String?
    /// What ran: "msi" or "cons".
    package var sync: String
    package var layout: String
    package var workload: String
    package var producers: Int
    package var vintfs: Int
    package var vcmdqsPerVintf: Int
    /// Null where the workload decides.
    package var batch: Int?
    package var log2Entries: Int

    /// Of the repeat whose rate is the median; so are all counts below.
    package var commandsIssued: UInt64
    package var commandsExecuted: UInt64
    package var syncsCompleted: UInt64
    package var seconds: Double
    package var commandsPerSecond: Double
    /// Least and greatest over the repeats.
    package var commandsPerSecondSpread: [Double]
    /// Of each measured repeat, in the order in which they ran; repeats of compared scenarios ran in turn.
    package var commandsPerSecondRepeats: [Double]
    package var syncsPerSecond: Double
    /// Null where the algorithm allocates without compare-and-swap.
    package var casAttemptsPerAllocation: Double?
    package var commandsPerDoorbell: Double
    package var doorbells: UInt64
    /// Commands that a VCMDQ does not take and that went to the main queue.
    package var fallbacksToMain: UInt64
    /// True where the run was cut short.
    package var partial: Bool
    /// Null where nothing was sampled.
    package var insertionNanoseconds: Latency?
    package var syncNanoseconds: Latency?
    /// One line per violated check; empty where the run passed.
    package var violations: [String]

    /// Which checks and histograms were on while the clock ran.
    package var checks: [String]
    package var histograms: String
    /// More threads than cores were runnable.
    package var oversubscribed: Bool
    /// CMD_SYNCs that timed out; 0 in a sound run.
    package var syncTimeouts: UInt64
    /// Waits for space that took longer than the timeout, and went on.
    package var spaceTimeouts: UInt64
    /// How often each kind of disturbance happened, over all measured repeats.
    package var disturbances: [String: UInt64]
    /// Where the virtual time went; null on the native machine.
    package var time: TimeReport?
    /// The whole resolved scenario.
    package var scenario: Scenario
}

/// A histogram, summed up; nanoseconds.
package struct Latency: Codable, Equatable, Sendable {
    package var mean: Double
    package var p50: UInt64
    package var p90: UInt64
    package var p99: UInt64
    package var p999: UInt64
    package var max: UInt64
}
