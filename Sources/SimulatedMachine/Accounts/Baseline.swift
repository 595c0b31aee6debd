import Machine

/// What the accounts were when the measured part began. What an agent was doing then counts whole to the measured part.
struct Baseline {
    var time: UInt64 = 0
    var counts = OperationCounts()
    let siteTimes: FixedBuffer<UInt64>
    let siteCounts: FixedBuffer<UInt64>
    let lineStatistics: FixedBuffer<LineStatistics>

    init(sites: Int, regions: Int) {
        siteTimes = FixedBuffer(count: sites, repeating: 0)
        siteCounts = FixedBuffer(count: sites, repeating: 0)
        lineStatistics = FixedBuffer(count: regions, repeating: LineStatistics())
    }

    func deallocate() {
        siteTimes.deallocate()
        siteCounts.deallocate()
        lineStatistics.deallocate()
    }
}

extension Core {
    /// The measured part begins.
    mutating func beginMeasuring() {
        baseline.time = now
        baseline.counts = counts
        for place in 0..<siteTimes.count {
            baseline.siteTimes[place] = siteTimes[place]
            baseline.siteCounts[place] = siteCounts[place]
        }
        for region in 0..<lineStatistics.count { baseline.lineStatistics[region] = lineStatistics[region] }
        warmsUp = false
        if isRecording { recorder.beginMeasuring(at: now) }
    }
}
