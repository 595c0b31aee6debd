/// The JSON of a result. Written by hand so that a nil is an explicit null: every key is always there.
extension RunResult {
    private enum Key: String, CodingKey {
        case machine, queue, algorithm, lock, sync, layout, workload
        case producers, vintfs, vcmdqsPerVintf, batch, log2Entries
        case commandsIssued, commandsExecuted, syncsCompleted, seconds
        case commandsPerSecond, commandsPerSecondSpread, commandsPerSecondRepeats, syncsPerSecond
        case casAttemptsPerAllocation, commandsPerDoorbell, doorbells, fallbacksToMain, partial
        case insertionNanoseconds, syncNanoseconds, violations
        case checks, histograms, oversubscribed, syncTimeouts, spaceTimeouts, disturbances, time, scenario
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(machine, forKey: .machine)
        try container.encode(queue, forKey: .queue)
        try container.encode(algorithm, forKey: .algorithm)
        try container.encode(lock, forKey: .lock)
        try container.encode(sync, forKey: .sync)
        try container.encode(layout, forKey: .layout)
        try container.encode(workload, forKey: .workload)
        try container.encode(producers, forKey: .producers)
        try container.encode(vintfs, forKey: .vintfs)
        try container.encode(vcmdqsPerVintf, forKey: .vcmdqsPerVintf)
        try container.encode(batch, forKey: .batch)
        try container.encode(log2Entries, forKey: .log2Entries)
        try container.encode(commandsIssued, forKey: .commandsIssued)
        try container.encode(commandsExecuted, forKey: .commandsExecuted)
        try container.encode(syncsCompleted, forKey: .syncsCompleted)
        try container.encode(seconds, forKey: .seconds)
        try container.encode(commandsPerSecond, forKey: .commandsPerSecond)
        try container.encode(commandsPerSecondSpread, forKey: .commandsPerSecondSpread)
        try container.encode(commandsPerSecondRepeats, forKey: .commandsPerSecondRepeats)
        try container.encode(syncsPerSecond, forKey: .syncsPerSecond)
        try container.encode(casAttemptsPerAllocation, forKey: .casAttemptsPerAllocation)
        try container.encode(commandsPerDoorbell, forKey: .commandsPerDoorbell)
        try container.encode(doorbells, forKey: .doorbells)
        try container.encode(fallbacksToMain, forKey: .fallbacksToMain)
        try container.encode(partial, forKey: .partial)
        try container.encode(insertionNanoseconds, forKey: .insertionNanoseconds)
        try container.encode(syncNanoseconds, forKey: .syncNanoseconds)
        try container.encode(violations, forKey: .violations)
        try container.encode(checks, forKey: .checks)
        try container.encode(histograms, forKey: .histograms)
        try container.encode(oversubscribed, forKey: .oversubscribed)
        try container.encode(syncTimeouts, forKey: .syncTimeouts)
        try container.encode(spaceTimeouts, forKey: .spaceTimeouts)
        try container.encode(disturbances, forKey: .disturbances)
        try container.encode(time, forKey: .time)
        try container.encode(scenario, forKey: .scenario)
    }
}
