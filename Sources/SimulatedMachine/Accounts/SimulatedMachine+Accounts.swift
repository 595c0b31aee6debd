import Machine

// What the measured part came to: the whole run, where nothing went before it. All times are in picoseconds.
extension SimulatedMachine {
    /// From the start of the measured part to the end of the last agent. Timers of waits that are over may ring long after that.
    package var measuredTime: UInt64 {
        let end = (0..<core[0].agentCount).map { core[0].agents[$0].time }.max() ?? 0
        return end > core[0].baseline.time ? end - core[0].baseline.time : 0
    }

    package var measuredOperations: OperationCounts { core[0].counts - core[0].baseline.counts }

    /// Of each region; equal names are one.
    package var measuredLines: [(name: String, statistics: LineStatistics)] {
        regions.enumerated().map { number, name in
            (name, core[0].lineStatistics[number] - core[0].baseline.lineStatistics[number])
        }
    }

    /// Time that an agent spent at a site, and how often it was there.
    package func measured(_ agent: Int, at site: Site) -> (picoseconds: UInt64, count: UInt64) {
        let place = core[0].accountPlace(of: agent, at: site)
        return (
            core[0].siteTimes[place].picoseconds &- core[0].baseline.siteTimes[place].picoseconds,
            core[0].siteTimes[place].count &- core[0].baseline.siteTimes[place].count
        )
    }

    /// From the first operation that counts to the agent's present: the end of its last one, or within one that was cut short.
    package func runningTime(of agent: Int) -> UInt64 {
        let before = Site.allCases.reduce(UInt64(0)) { $0 &+ core[0].baseline.siteTimes[core[0].accountPlace(of: agent, at: $1)].picoseconds }
        return core[0].agents[agent].time &- before
    }
}

extension OperationCounts {
    static func - (counts: OperationCounts, before: OperationCounts) -> OperationCounts {
        var rest = counts
        rest.loads -= before.loads
        rest.stores -= before.stores
        rest.updates -= before.updates
        rest.registerAccesses -= before.registerAccesses
        rest.deviceWords -= before.deviceWords
        return rest
    }
}

extension LineStatistics {
    static func - (statistics: LineStatistics, before: LineStatistics) -> LineStatistics {
        var rest = statistics
        rest.requests -= before.requests
        rest.transfers -= before.transfers
        rest.queued -= before.queued
        rest.taken -= before.taken
        return rest
    }
}
