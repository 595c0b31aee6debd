import Machine

/// What an agent has spent at a site: picoseconds, and operations.
struct SiteTime {
    var picoseconds: UInt64 = 0
    var count: UInt64 = 0
}

/// What the accounts were when the measured part began. What an agent was doing then counts whole to the measured part.
struct Baseline {
    var time: UInt64 = 0
    var counts = OperationCounts()
    let siteTimes: FixedBuffer<SiteTime>
    let lineStatistics: FixedBuffer<LineStatistics>

    init(sites: Int, regions: Int) {
        siteTimes = FixedBuffer(count: sites, repeating: SiteTime())
        lineStatistics = FixedBuffer(count: regions, repeating: LineStatistics())
    }

    func deallocate() {
        siteTimes.deallocate()
        lineStatistics.deallocate()
    }
}

extension Core {
    /// Site by site, for many agents do the same at one time: what they write then stays in the host's caches.
    @inline(__always)
    func accountPlace(of agent: Int, at site: Site) -> Int { Int(site.rawValue) &* agentCount &+ agent }

    /// What the agent has done since `started` was done at the site.
    @inline(__always)
    mutating func account(_ agent: Int, at site: Site, since started: UInt64) {
        let place = accountPlace(of: agent, at: site)
        siteTimes[place].picoseconds &+= agents[agent].time &- started
        siteTimes[place].count &+= 1
        if isRecording { record(site, of: agent, since: started) }
    }

    /// The measured part begins.
    mutating func beginMeasuring() {
        settleRetries()
        baseline.time = now
        baseline.counts = counts
        for place in 0..<siteTimes.count { baseline.siteTimes[place] = siteTimes[place] }
        for region in 0..<lineStatistics.count { baseline.lineStatistics[region] = lineStatistics[region] }
        warmsUp = false
        if isRecording { recorder.beginMeasuring(at: now) }
    }
}
