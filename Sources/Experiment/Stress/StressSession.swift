import Foundation
import Machine

/// Runs drawn scenarios one after the other until something is wrong, the time is over, or somebody says stop.
package struct StressSession {
    package let options: StressOptions
    private let cancellation: Cancellation
    private let generator: ScenarioGenerator
    private var streams = RecordedStreams()
    private var growth: GrowthWatch
    /// What the faults of a stress run keep.
    private var leaked: [[UInt8]] = []

    package init(_ options: StressOptions, cancellation: Cancellation) {
        self.options = options
        self.cancellation = cancellation
        var generator = ScenarioGenerator(seed: options.seed, threads: options.threads, cores: options.cores)
        generator.mutation = options.mutation
        generator.fault = options.seededFault
        self.generator = generator
        growth = GrowthWatch(bounds: .init(residentBytes: options.growthBytes))
    }

    /// `progress` gets the figures so far and the scenario that is next.
    package mutating func run(progress: (StressFigures, Scenario) -> Void = { _, _ in }) -> StressOutcome {
        var outcome = StressOutcome()
        let begun = monotonicNanoseconds()
        let processorTimeBefore = NativeThreads.processorNanoseconds
        func settleTimes(_ figures: inout StressFigures) {
            figures.seconds = Double(monotonicNanoseconds() - begun) / 1e9
            figures.processorSeconds = Double(NativeThreads.processorNanoseconds - processorTimeBefore) / 1e9
        }
        var index = options.first
        while options.iterations.map({ index - options.first < $0 }) ?? true {
            settleTimes(&outcome.figures)
            if let seconds = options.seconds, outcome.figures.seconds >= seconds { break }
            guard !cancellation.isCancelled else {
                outcome.isInterrupted = true
                break
            }
            let scenario = options.replayed ?? generator.scenario(index)
            progress(outcome.figures, scenario)
            let result = watched(scenario, cancellation: cancellation, patience: options.patience)
            outcome.figures.add(scenario, result)
            outcome.failure = failure(of: result.ending, scenario, index)
            if outcome.failure == nil { outcome.failure = grown(scenario, index) }
            guard outcome.failure == nil else { break }
            index += 1
        }
        settleTimes(&outcome.figures)
        outcome.figures.largestResidentBytes = growth.largest.residentBytes
        outcome.figures.largestThreads = growth.largest.threads
        outcome.figures.residentGrowth = growth.growth?.residentBytes
        outcome.figures.threadGrowth = growth.growth?.threads
        if let failure = outcome.failure { outcome.failure = shrunk(failure) }
        return outcome
    }

    private mutating func watched(_ scenario: Scenario, cancellation: Cancellation, patience: Double) -> WatchedRun.Result {
        let plan: RunPlan
        do throws(ScenarioError) {
            try scenario.validateFields()
            plan = try RunPlan(scenario, streams: &streams)
        } catch {
            return WatchedRun.Result(ending: .refused(error), longestWaits: [:], wasSlow: false)
        }
        return WatchedRun(
            scenario: scenario, plan: plan, mutation: options.mutation, fault: options.fault,
            patience: UInt64(patience * 1e9) + scenario.longestSilence, cancellation: cancellation
        ).run()
    }

    private func failure(of ending: WatchedRun.Ending, _ scenario: Scenario, _ index: Int) -> StressFailure? {
        switch ending {
        case .finished(let outcome):
            guard outcome.violations.count > 0 else { return nil }
            return StressFailure(kind: .violation, index: index, scenario: scenario, violations: outcome.violations.lines)
        case .stuck(let report):
            return StressFailure(kind: .stuck(report), index: index, scenario: scenario, violations: [report.summary])
        case .refused(let error):
            return StressFailure(kind: .refused, index: index, scenario: scenario, violations: [error.message])
        }
    }

    /// Looks at the process's size; a system that does not tell it is not watched.
    private mutating func grown(_ scenario: Scenario, _ index: Int) -> StressFailure? {
        if options.fault == .memoryLeak { leaked.append(Array(repeating: 1, count: 1 << 20)) }
        if options.fault == .threadLeak { Thread.detachNewThread { WatchBoard.rest() } }
        guard let size = ProcessStatus.size, let words = growth.add(size) else { return nil }
        return StressFailure(kind: .growth, index: index, scenario: scenario, violations: [words])
    }
}

extension Scenario {
    /// Nanoseconds for which nobody may get anything done although nothing is wrong: all sleep, or all who wait for space do so until their
    /// timeout. That happens to a sound queue: Linux's wait for space tries the lock once, and where the last two holders of a share
    /// leave at the same time, neither advances the software cons.
    fileprivate var longestSilence: UInt64 {
        let pause = disturbances.filter(\.kind.hasDuration).map(\.nanoseconds).max() ?? 0
        return UInt64(pause) + UInt64(timeoutMilliseconds) * 1_000_000
    }
}

// Making a failure smaller
extension StressSession {
    /// Runs of a smaller scenario, where the one as drawn fails each time.
    private static let tries = 4
    /// Runs that say how often the smaller scenario fails.
    private static let finalRuns = 10
    /// A run that is stuck is known by then.
    private static let patience = 3.0

    private mutating func shrunk(_ failure: StressFailure) -> StressFailure {
        switch failure.kind {
        case .growth, .refused: return failure
        case .violation, .stuck: break
        }
        guard options.shrinkSeconds > 0 else { return failure }
        var failure = failure
        let end = monotonicNanoseconds() + UInt64(options.shrinkSeconds * 1e9)
        let isOver = { [cancellation] in cancellation.isCancelled || monotonicNanoseconds() >= end }
        let again = count(failure.scenario, runs: Self.finalRuns / 2, isOver)
        failure.again = (again.failures, again.runs)
        guard again.failures > 0 else { return failure }
        // The rarer it fails the more tries, and what fails much more rarely is no better for being smaller.
        let tries = min(20, Self.tries * again.runs / again.failures)
        let enough = max(1, (tries * again.failures + 2) / (3 * again.runs))
        var session = self
        let smallest = ScenarioShrinker(
            fails: { session.count($0, runs: tries, enough: enough, isOver).failures >= enough }, isOver: isOver
        ).shrink(failure.scenario)
        self = session
        guard smallest != failure.scenario else { return failure }
        let more = monotonicNanoseconds() + UInt64(Self.patience * 3e9)
        let last = count(smallest, runs: Self.finalRuns) { [cancellation] in cancellation.isCancelled || monotonicNanoseconds() >= more }
        if last.failures > 0 {
            failure.shrunk = .init(scenario: smallest, violations: last.violations, failures: last.failures, runs: last.runs)
        }
        return failure
    }

    private mutating func count(
        _ scenario: Scenario, runs: Int, enough: Int = .max, _ isOver: () -> Bool
    ) -> (failures: Int, runs: Int, violations: [String]) {
        var counted = (failures: 0, runs: 0, violations: [String]())
        while counted.runs < runs, counted.failures < enough, !isOver() {
            let ending = watched(scenario, cancellation: cancellation, patience: min(options.patience, Self.patience)).ending
            counted.runs += 1
            if case .refused = ending { continue }
            guard let failure = failure(of: ending, scenario, 0) else { continue }
            counted.failures += 1
            if counted.violations.isEmpty { counted.violations = failure.violations }
        }
        return counted
    }
}
