import CStatistics
import Foundation

/// A value with the interval that holds the true one with a probability of 95 %; none of a single sample.
package struct TuningEstimate: Equatable, Sendable {
    package var value: Double
    package var low: Double?
    package var high: Double?

    package init(value: Double, low: Double? = nil, high: Double? = nil) {
        self.value = value
        self.low = low
        self.high = high
    }
}

/// Student's t tests, on logarithms wherever all samples are above 0: rates and latencies vary by factors.
enum TuningStatistics {
    static let confidence = 0.95

    /// The geometric mean of what is above 0, else the arithmetic one, with its interval. Nil without samples.
    static func estimate(_ samples: [Double]) -> TuningEstimate? {
        guard !samples.isEmpty, samples.allSatisfy(\.isFinite) else { return nil }
        let isLogarithmic = samples.allSatisfy { $0 > 0 }
        // Exactly the sample where there is one, or where all are alike.
        if samples.allSatisfy({ $0 == samples[0] }) {
            return TuningEstimate(value: samples[0], low: samples.count > 1 ? samples[0] : nil, high: samples.count > 1 ? samples[0] : nil)
        }
        let values = isLogarithmic ? samples.map { log($0) } : samples
        let (mean, error) = meanAndError(values)
        let half = cstatistics_t_quantile((1 + confidence) / 2, Double(values.count - 1)) * error
        let back: (Double) -> Double = isLogarithmic ? { exp($0) } : { $0 }
        return TuningEstimate(value: back(mean), low: back(mean - half), high: back(mean + half))
    }

    /// The value of the estimate alone.
    static func center(_ samples: [Double]) -> Double? {
        guard let first = samples.first, samples.allSatisfy(\.isFinite) else { return nil }
        if samples.allSatisfy({ $0 == first }) { return first }
        let count = Double(samples.count)
        return samples.allSatisfy { $0 > 0 } ? exp(samples.reduce(0) { $0 + log($1) } / count) : samples.reduce(0, +) / count
    }

    /// Of paired samples, each pair taken under the same conditions: the mean of the logarithms of the ratios, or of the differences where a
    /// sample is not above 0.
    static func pairedDifferences(_ a: [Double], _ b: [Double]) -> [Double] {
        let isLogarithmic = (a + b).allSatisfy { $0 > 0 }
        return zip(a, b).map { isLogarithmic ? log($0 / $1) : $0 - $1 }
    }

    /// The probability of a mean as far above 0, or farther, were the true one 0: a one-sided t test. 1 with fewer than 2 samples.
    static func probability(ofMeanAboveZero samples: [Double]) -> Double {
        guard samples.count >= 2 else { return 1 }
        let (mean, error) = meanAndError(samples)
        if error == 0 { return mean > 0 ? 0 : 1 }
        return 1 - cstatistics_t_cdf(mean / error, Double(samples.count - 1))
    }

    /// The ratio of paired samples, or nil where one is not above 0.
    static func ratio(_ a: [Double], _ b: [Double]) -> TuningEstimate? {
        guard !a.isEmpty, a.count == b.count, (a + b).allSatisfy({ $0 > 0 }) else { return nil }
        return estimate(zip(a, b).map { $0 / $1 })
    }

    private static func meanAndError(_ values: [Double]) -> (mean: Double, error: Double) {
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(1, count - 1)
        return (mean, (variance / count).squareRoot())
    }
}
