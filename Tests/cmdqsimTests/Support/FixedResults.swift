@testable import cmdqsim
@testable import Experiment
import Histogram

/// Results whose every figure is made up, for renderings.
enum FixedResults {
    static let host = Experiment.Host(
        processor: "Example, 3 GHz \"E\"", cores: 4, architecture: "aarch64", operatingSystem: "Linux 6.12",
        memoryBytes: 16_000_000_000)

    static func point(_ scenario: Scenario, rate: Double, partial: Bool = false, violations: [String] = []) -> Point {
        let isSampled = scenario.latencySampling > 0
        let isMain = scenario.queue == .main
        let latency = Latency(mean: 812.5, p50: 700, p90: 1500, p99: 4321, p999: 20_000, max: 1_234_567)
        var histogram = Histogram<UInt64>(numberOfSignificantValueDigits: .three)
        for value in 1...100 { histogram.record(UInt64(value * 10)) }
        return Point(
            asked: scenario,
            outcome: RunOutcome(
                result: RunResult(
                    machine: "native", queue: scenario.queue.rawValue, algorithm: scenario.algorithm.rawValue,
                    lock: scenario.algorithm.comparesAndSwaps ? scenario.lock.rawValue : nil,
                    sync: isMain ? scenario.sync.rawValue : "cons", layout: scenario.layout.rawValue,
                    workload: scenario.workload.description, producers: scenario.producers,
                    vintfs: scenario.vintfs, vcmdqsPerVintf: scenario.vcmdqsPerVINTF, batch: scenario.batch,
                    log2Entries: scenario.log2Entries, commandsIssued: 1_000_000, commandsExecuted: 1_000_000,
                    syncsCompleted: 125_000, seconds: 0.25, commandsPerSecond: rate,
                    commandsPerSecondSpread: [rate * 0.75, rate * 1.5],
                    commandsPerSecondRepeats: [rate, rate * 0.75, rate * 1.5], syncsPerSecond: rate / 8,
                    casAttemptsPerAllocation: scenario.algorithm.comparesAndSwaps ? 1.125 : nil,
                    commandsPerDoorbell: 12.5, doorbells: 80_000, fallbacksToMain: isMain ? 0 : 42,
                    partial: partial, insertionNanoseconds: isSampled ? latency : nil,
                    syncNanoseconds: isSampled ? latency : nil, violations: violations,
                    checks: ["executed once", "order"], histograms: "1 insertion in \(scenario.latencySampling)",
                    oversubscribed: scenario.producers + scenario.device.threads > 4, syncTimeouts: 0, spaceTimeouts: 0, disturbances: [:],
                    scenario: scenario),
                insertion: isSampled ? histogram : nil, sync: nil))
    }

    /// Two groups, of 1 and of 8 producers, with a rival and a VCMDQ side.
    static var comparison: [Point] {
        [1, 8].flatMap { producers in
            var main = Scenario()
            main.producers = producers
            main.batch = 8
            var spinlock = main
            spinlock.algorithm = .spinlock
            var vcmdq = main
            vcmdq.queue = .vcmdq
            vcmdq.vintfs = 4
            vcmdq.vcmdqsPerVINTF = 2
            return [
                point(main, rate: 8_000_000), point(spinlock, rate: 2_000_000), point(vcmdq, rate: 25_000_000),
            ]
        }
    }

    static func document(_ points: [Point], partial: Bool = false) -> ResultDocument {
        ResultDocument(host: host, seed: 7, results: points.map(\.result), partial: partial)
    }
}
