import Experiment
import Histogram

/// The latencies of every point as HdrHistogram's percentile text, each under a comment that names it.
enum HistogramReport {
    static func render(_ points: [Point], seed: UInt64) -> String {
        var text = "# cmdqsim latency histograms, nanoseconds; seed \(seed)\n"
        for point in points {
            append(point.outcome.insertion, "insertion", of: point, to: &text)
            append(point.outcome.sync, "sync completion", of: point, to: &text)
        }
        return text
    }

    private static func append(
        _ histogram: Histogram<UInt64>?, _ name: String, of point: Point, to text: inout String
    ) {
        text += "\n# \(name): \(point.asked.label)\(point.result.partial ? " (partial)" : "")\n"
        guard let histogram, histogram.totalCount > 0 else {
            text += "# nothing was sampled\n"
            return
        }
        histogram.outputPercentileDistribution(to: &text, outputValueUnitScalingRatio: 1)
    }
}
