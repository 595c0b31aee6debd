/// What a stress run came to, in figures.
package struct StressFigures: Equatable, Sendable {
    package var scenarios = 0
    /// Lists of commands, and lone CMD_SYNCs, that found their place in a queue.
    package var insertions: UInt64 = 0
    package var commands: UInt64 = 0
    package var syncs: UInt64 = 0
    /// Times that a queue came round, over all queues.
    package var wraps: UInt64 = 0
    /// Commands that a VCMDQ did not take.
    package var fallbacks: UInt64 = 0
    /// Producers that came late, and that left before the others.
    package var lateArrivals = 0
    package var earlyLeavers = 0
    /// What happened at the worst moments, by kind.
    package var disturbances: [Disturbance.Kind: UInt64] = [:]
    package var refusedCommands: UInt64 = 0
    package var syncTimeouts: UInt64 = 0
    package var spaceTimeouts: UInt64 = 0
    /// Scenarios in which a producer got nothing done for longer than the patience while others did.
    package var slowScenarios = 0
    /// In nanoseconds, by what was waited for.
    package var longestWaits: [AgentPhase: UInt64] = [:]
    package var scenariosByAlgorithm: [Algorithm: Int] = [:]
    package var scenariosByQueue: [QueueKind: Int] = [:]
    /// Entries of the smallest ring, and the most producers.
    package var smallestRing = 0
    package var mostProducers = 0
    package var seconds = 0.0
    package var processorSeconds = 0.0
    /// Resident bytes and threads at most, and how far the least of the latest scenarios is above that of the first.
    package var largestResidentBytes = 0
    package var largestThreads = 0
    package var residentGrowth: Int?
    package var threadGrowth: Int?

    mutating func add(_ scenario: Scenario, _ result: WatchedRun.Result) {
        scenarios += 1
        scenariosByAlgorithm[scenario.algorithm, default: 0] += 1
        scenariosByQueue[scenario.queue, default: 0] += 1
        let entries = 1 << scenario.log2Entries
        smallestRing = smallestRing == 0 ? entries : min(smallestRing, entries)
        mostProducers = max(mostProducers, scenario.producers)
        lateArrivals += scenario.attendance.count { $0.startMicroseconds > 0 }
        earlyLeavers += scenario.attendance.count { $0.insertions != nil }
        longestWaits.merge(result.longestWaits, uniquingKeysWith: max)
        if result.wasSlow { slowScenarios += 1 }
        guard case .finished(let outcome) = result.ending else { return }
        insertions += outcome.counts.allocations
        commands += outcome.executed
        syncs += outcome.counts.syncs
        wraps += outcome.wraps
        fallbacks += outcome.fallbacks
        refusedCommands += outcome.refused
        syncTimeouts += outcome.counts.syncTimeouts
        spaceTimeouts += outcome.counts.spaceTimeouts
        disturbances.merge(outcome.disturbances, uniquingKeysWith: +)
    }
}
