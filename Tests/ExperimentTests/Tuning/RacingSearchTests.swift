import Foundation
import TestSupport
import Testing

@testable import Experiment

@Suite struct RacingSearchTests {
    private static let jumps: [Double] = [1, 0.35, 2.1, 0.9, 3, 0.4, 1.7]

    private func race(
        _ rate: @escaping (Scenario) -> Double, noise: Double, seed: UInt64 = 1, evaluations: Double = 60, batches: ClosedRange<Int> = 1...8
    ) throws -> TuningOutcome {
        var landscape = Landscape(rate: rate)
        landscape.noise = noise
        landscape.generator = SeededGenerator(seed: seed)
        // The host's speed changes by factors from round to round.
        landscape.drift = { Self.jumps[$0 % Self.jumps.count] }
        return try landscape.tune(
            Landscape.task(batches: batches, machine: .native, repeats: 1, limits: TuningLimits(evaluations: evaluations)) { base, _ in base.warmups = 0 })
    }

    @Test(arguments: seeds)
    func theBestIsSeparated(seed: UInt64) throws {
        let outcome = try race({ 1e6 * (1 + 0.2 * Double(8 - abs(($0.batch ?? 1) - 5))) }, noise: 0.03, seed: seed, evaluations: 300)
        #expect(outcome.best?.scenario.batch == 5 && outcome.stop == nil)
        #expect(outcome.notSeparated?.isEmpty == true && outcome.candidates.dropFirst().allSatisfy { $0.dropped != nil })
    }

    @Test func equalCandidatesAreNotSeparatedAndTheReportSaysFromWhich() throws {
        let outcome = try race({ ($0.batch ?? 1) > 5 ? 3e6 : 1e6 }, noise: 0.05, evaluations: 150)
        #expect(outcome.stop == .evaluations && [6, 7, 8].contains(outcome.best?.scenario.batch))
        let left = Set((outcome.notSeparated ?? []).compactMap(\.scenario.batch) + [outcome.best!.scenario.batch!])
        #expect(left == [6, 7, 8])
    }

    /// In how many races between equals any is dropped; the level of the test is 5 %.
    @Test func equalsAreSeldomDropped() throws {
        var wrong = 0
        let task = try Landscape.task(batches: 1...5, machine: .native, limits: TuningLimits(evaluations: 100)) { base, _ in base.warmups = 0 }
        for seed in 1...60 {
            var landscape = Landscape(rate: { _ in 1e6 })
            landscape.noise = 0.1
            landscape.generator = SeededGenerator(seed: UInt64(seed))
            let outcome = try landscape.tune(task)
            if outcome.candidates.contains(where: { $0.dropped != nil }) { wrong += 1 }
        }
        #expect(wrong <= 6, "\(wrong) of 60")
    }

    /// What pairing by rounds is for: with the rounds shuffled against one another, the same figures prove nothing.
    @Test func withoutPairingTheDriftHidesTheDifference() throws {
        let outcome = try race({ ($0.batch ?? 1) == 3 ? 1.5e6 : 1e6 }, noise: 0.01, evaluations: 80)
        #expect(outcome.best?.scenario.batch == 3)
        let best = try #require(outcome.best)
        let other = try #require(outcome.candidates.last)
        #expect(best.probability(ofLeadOver: other, outcome.task.goal).probability < 0.01)
        let samples = best.samples(of: .throughput)
        let shifted = Array(other.samples(of: .throughput).dropFirst() + other.samples(of: .throughput).prefix(1))
        #expect(TuningStatistics.probability(ofMeanAboveZero: TuningStatistics.pairedDifferences(Array(samples.prefix(shifted.count)), shifted)) > 0.05)
    }

    @Test func whatLiesBetweenJoins() throws {
        let outcome = try race({ 1e6 * exp(-abs(log(Double($0.batch ?? 1) / 22))) }, noise: 0.01, evaluations: 600, batches: 1...64)
        #expect(outcome.best?.scenario.batch == 22, "\(outcome.best?.scenario.batch ?? 0)")
        #expect(outcome.candidates.count < 50)
    }

    @Test func aMissedConstraintEndsACandidate() throws {
        var landscape = Landscape(rate: { 1e6 * Double($0.batch ?? 1) })
        landscape.noise = 0.01
        let outcome = try landscape.tune(
            Landscape.task(batches: 1...8, machine: .native, constraints: ["p99-sync<4.5us"], limits: TuningLimits(evaluations: 100)))
        #expect(outcome.best?.scenario.batch == 4 && outcome.isFeasible)
        #expect(outcome.candidates.filter { ($0.scenario.batch ?? 0) > 4 }.allSatisfy { $0.dropped == "it misses a constraint" })
    }

    @Test func everyCandidateWarmsUpOnce() throws {
        let landscape = Landscape(rate: { 1e6 * Double($0.batch ?? 1) })
        let outcome = try landscape.tune(Landscape.task(batches: 1...4, machine: .native, repeats: 5, limits: TuningLimits(evaluations: 20)))
        #expect(landscape.record.runs.filter(\.isWarmup).count == 5)
        // An evaluation is five runs and a warm-up.
        #expect(abs(outcome.evaluations - Double(landscape.record.runs.count) / 6) < 1e-9)
    }
}
