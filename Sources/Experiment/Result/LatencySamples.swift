import Histogram

/// Where producers leave the latencies that they measure: each its own, or many the same where they run on one thread.
final class LatencySink: @unchecked Sendable {
    // Sound: one thread at a time writes, and it is read when that has ended.
    var insertion = LatencySamples()
    var sync = LatencySamples()
}

/// Latencies of one kind, in nanoseconds, three significant digits, up to 100 seconds.
struct LatencySamples: Sendable {
    private(set) var histogram = Histogram<UInt64>(
        lowestDiscernibleValue: 1, highestTrackableValue: 100_000_000_000, numberOfSignificantValueDigits: .three)

    mutating func record(_ nanoseconds: UInt64) {
        histogram.record(min(max(nanoseconds, 1), 100_000_000_000))
    }

    mutating func merge(_ other: LatencySamples) {
        for bucket in other.histogram.recordedValues() {
            histogram.record(bucket.value, count: bucket.count)
        }
    }

    /// Nil where nothing was recorded.
    var summary: Latency? {
        guard histogram.totalCount > 0 else { return nil }
        return Latency(
            mean: histogram.mean,
            p50: histogram.valueAtPercentile(50), p90: histogram.valueAtPercentile(90),
            p99: histogram.valueAtPercentile(99), p999: histogram.valueAtPercentile(99.9),
            max: histogram.max)
    }
}
