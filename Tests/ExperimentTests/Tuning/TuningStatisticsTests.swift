import CStatistics
import Foundation
import TestSupport
import Testing

@testable import Experiment

@Suite struct TuningStatisticsTests {
    /// Values of printed tables.
    @Test(arguments: [(0.975, 1.0, 12.7062), (0.975, 2, 4.30265), (0.95, 4, 2.13185), (0.995, 9, 3.24984), (0.975, 30, 2.04227), (0.5, 7, 0)])
    func quantiles(probability: Double, freedom: Double, expected: Double) {
        let quantile = cstatistics_t_quantile(probability, freedom)
        #expect(abs(quantile - expected) < 1e-4 * max(1, expected))
        #expect(abs(cstatistics_t_cdf(quantile, freedom) - probability) < 1e-12)
    }

    @Test func theEndsAreValues() {
        #expect(cstatistics_t_cdf(.infinity, 3) == 1 && cstatistics_t_cdf(-.infinity, 3) == 0 && cstatistics_t_cdf(.nan, 3).isNaN)
        #expect(cstatistics_t_quantile(0, 3) == -.infinity && cstatistics_t_quantile(1, 3) == .infinity)
    }

    @Test func estimates() throws {
        #expect(TuningStatistics.estimate([]) == nil)
        #expect(TuningStatistics.estimate([5]) == TuningEstimate(value: 5))
        #expect(TuningStatistics.estimate([5, 5, 5]) == TuningEstimate(value: 5, low: 5, high: 5))
        #expect(TuningStatistics.estimate([1, .infinity]) == nil)
        let geometric = try #require(TuningStatistics.estimate([1, 4]))
        #expect(abs(geometric.value - 2) < 1e-12)
        let arithmetic = try #require(TuningStatistics.estimate([-1, 0, 4]))
        #expect(abs(arithmetic.value - 1) < 1e-12)
        #expect(abs((arithmetic.high ?? 0) - (1 + 4.30265 * (7.0 / 3).squareRoot())) < 1e-3)
    }

    /// Normal samples: the interval holds the true mean in 95 of 100 cases, and a test at 5 % rejects what is true in 5.
    @Test func coverage() {
        var generator = SeededGenerator(seed: 11)
        func normal() -> Double {
            let (u, v) = (Double.random(in: .ulpOfOne...1, using: &generator), Double.random(in: 0...1, using: &generator))
            return (-2 * log(u)).squareRoot() * cos(2 * .pi * v)
        }
        var (held, rejected) = (0, 0)
        let rounds = 4000
        for _ in 0..<rounds {
            let samples = (0..<5).map { _ in normal() }
            if let estimate = TuningStatistics.estimate(samples.map { exp($0) }), let low = estimate.low, let high = estimate.high, low <= 1, 1 <= high { held += 1 }
            if TuningStatistics.probability(ofMeanAboveZero: samples) < 0.05 { rejected += 1 }
        }
        // Four standard errors.
        #expect(abs(Double(held) / Double(rounds) - 0.95) < 0.014, "\(held)")
        #expect(abs(Double(rejected) / Double(rounds) - 0.05) < 0.014, "\(rejected)")
    }

    @Test func oneSampleProvesNothing() {
        #expect(TuningStatistics.probability(ofMeanAboveZero: [1000]) == 1)
        #expect(TuningStatistics.probability(ofMeanAboveZero: [1, 1]) == 0)
        #expect(TuningStatistics.probability(ofMeanAboveZero: [-1, -1]) == 1)
    }
}
