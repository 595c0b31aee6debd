import CommandQueue
@testable import Experiment
@testable import ExploringMachine
import Foundation
import Machine
import Testing

@Suite("Explorations by several threads, and in several goes") struct SharedExplorationTests {
    private static func scenario(_ change: (inout ExplorationScenario) -> Void = { _ in }) -> ExplorationScenario {
        var scenario = ExplorationScenario()
        change(&scenario)
        return scenario
    }

    private static func shared(_ scenario: ExplorationScenario, _ change: (inout ExplorationControl) -> Void = { _ in }) throws -> Exploration {
        var control = ExplorationControl()
        control.runsPerTask = 20
        change(&control)
        return try #require(try QueueExploration.run(scenario, control))
    }

    /// However the work is cut and shared, it is that of one thread without cuts.
    @Test(arguments: [MemoryModel.sc, .tso, .arm, .c11], [1, 3])
    func anyNumberOfThreadsComesToTheSame(model: MemoryModel, threads: Int) throws {
        for mutation in [ProtocolMutation.none, .alwaysLastHolder, .noDMAWriteBarrier] {
            let scenario = Self.scenario {
                $0.model = model
                $0.mutation = mutation
                $0.isStrict = mutation != .none
                $0.limits.looksOn = 0
            }
            let alone = try #require(QueueExploration(scenario).run())
            let together = try Self.shared(scenario) { $0.threads = threads }
            #expect(Counts(together) == Counts(alone), "\(mutation)")
        }
    }

    @Test func runsThatTimeoutsCarryOnAreShared() throws {
        for wait in LinuxQueue.SpaceWait.allCases {
            let scenario = Self.scenario {
                ($0.sync, $0.batch, $0.deviceStopsAfter, $0.spaceWait, $0.limits.looksOn) = (.cons, 2, 1, wait, 0)
            }
            let alone = try #require(QueueExploration(scenario).run())
            #expect((alone.verdict == .complete) == (wait == .enough))
            #expect(Counts(try Self.shared(scenario) { ($0.threads, $0.runsPerTask) = (3, 4) }) == Counts(alone))
        }
    }

    /// The limit is reached where one thread would reach it.
    @Test(arguments: [1, 19, 20, 21, 77, 133, 134, 135]) func limitsAreExact(executions: Int) throws {
        let scenario = Self.scenario { $0.limits.executions = executions }
        let alone = try #require(QueueExploration(scenario).run())
        for threads in [1, 2, 4] {
            #expect(Counts(try Self.shared(scenario) { $0.threads = threads }) == Counts(alone), "\(threads) threads")
        }
    }

    @Test(arguments: [MemoryModel.sc, .arm], [ExplorationScenario.Strategy.random, .pct])
    func drawnRunsAreTheSame(model: MemoryModel, strategy: ExplorationScenario.Strategy) throws {
        let scenario = Self.scenario {
            $0.model = model
            $0.strategy = strategy
            $0.limits.executions = 330
        }
        let results = try [1, 2, 4].map { threads in Counts(try Self.shared(scenario) { $0.threads = threads }) }
        #expect(results[0].executions == 330 && results[0].distinct > 1)
        #expect(results.allSatisfy { $0 == results[0] })
    }

    /// Goes on again and again, through the file's text, to the totals of an exploration that nothing has interrupted.
    @Test(arguments: [true, false]) func whatIsLeftIsGoneOnWith(byTime: Bool) throws {
        let sync = byTime ? ExplorationScenario.Sync.cons : .msi
        let whole = Counts(try #require(QueueExploration(Self.scenario { $0.sync = sync }).run()))
        let scenario = Self.scenario {
            $0.sync = sync
            if byTime { $0.limits.seconds = 0 } else { $0.limits.executions = 30 }
        }
        let kept = Kept<String>()
        var goes = 0
        var result = Exploration()
        repeat {
            goes += 1
            let text = kept.value
            result = try Self.shared(scenario) {
                $0.threads = 2
                $0.resumed = text.flatMap { try? CheckpointFile(reading: $0) }
                $0.save = { file in kept.value = file.text }
            }
        } while result.verdict == .limit && goes < 50
        #expect(goes > 2)
        #expect(Counts(result) == whole)
    }

    /// Interrupted with tasks done out of order.
    @Test func interruptionsLeaveNothingOut() throws {
        let whole = Counts(try #require(QueueExploration(Self.scenario()).run()))
        let kept = Kept<String>()
        let result = try Self.shared(Self.scenario()) {
            $0.threads = 3
            $0.isCancelled = { true }
            $0.save = { file in kept.value = file.text }
        }
        #expect(result.limit == "interrupted" && result.executions > 0)
        let file = try CheckpointFile(reading: try #require(kept.value))
        #expect(Counts(try Self.shared(Self.scenario()) { $0.resumed = file }) == whole)
    }

    private static func checkpoint() throws -> CheckpointFile {
        let kept = Kept<CheckpointFile>()
        _ = try shared(scenario { $0.limits.executions = 50 }) { $0.save = { file in kept.value = file } }
        return try #require(kept.value)
    }

    @Test func whatDoesNotFitIsRefused() throws {
        let good = try Self.checkpoint()
        func problem(_ scenario: ExplorationScenario = Self.scenario(), _ change: (inout CheckpointFile) -> Void = { _ in }) -> String? {
            var file = good
            change(&file)
            do {
                _ = try Self.shared(scenario) { $0.resumed = file }
                return nil
            } catch { return (error as? ScenarioError)?.message }
        }
        #expect(problem() == nil)
        #expect(problem(Self.scenario { $0.model = .sc })?.hasPrefix("a checkpoint of another exploration") == true)
        #expect(problem { $0.program ^= 1 }?.contains("another version") == true)
        func damaged(_ change: (inout ExplorationPart) -> Void) -> Bool {
            problem { file in
                for number in file.work.pieces.indices {
                    guard case .left(var part) = file.work.pieces[number] else { continue }
                    change(&part)
                    file.work.pieces[number] = .left(part)
                }
            }?.contains("damaged") == true
        }
        #expect(damaged { $0.events[0].location = 250 })
        #expect(damaged { $0.events[0].agent = 7 })
        #expect(damaged { $0.events[0].site = 255 })
        #expect(damaged { $0.events[$0.events.count - 1].source = 300 })
        #expect(damaged { $0.graphs[0].end += 1 })
        #expect(damaged { $0.layout.keys[0] = -1 })
        #expect(damaged { $0.layout.usages.removeLast() })
        let digits = good.text.replacing("\"executions\":50", with: "\"executions\":51")
        #expect(digits != good.text)
        #expect(throws: ScenarioError.self) { try CheckpointFile(reading: digits) }
        #expect(throws: ScenarioError.self) { try CheckpointFile(reading: good.text.replacing("checkpoint/1", with: "checkpoint/0")) }
    }
}

/// What must not depend on how it was explored.
private struct Counts: Equatable {
    var verdict: Exploration.Verdict
    var executions: Int
    var distinct: Int
    var blocked: Int
    var timeouts: Int
    var cut: Int
    var violation: String?

    init(_ result: Exploration) {
        (verdict, executions, distinct, blocked) = (result.verdict, result.executions, result.distinct, result.blocked)
        (timeouts, cut, violation) = (result.timeouts, result.cut, result.violation)
    }
}

/// What another thread has handed over.
private final class Kept<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var kept: Value?

    var value: Value? {
        get { lock.withLock { kept } }
        set { lock.withLock { kept = newValue } }
    }
}
