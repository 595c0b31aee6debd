import Dispatch
import Foundation
import Machine

/// One run of a scenario, on threads of its own and under a watchdog.
struct WatchedRun: Sendable {
    let scenario: Scenario
    let plan: RunPlan
    var mutation = ProtocolMutation.none
    var fault: StressFault?
    /// Nanoseconds for which nobody may get anything done.
    var patience: UInt64 = 10_000_000_000
    let cancellation: Cancellation

    enum Ending: Sendable {
        case finished(RepeatOutcome)
        /// Its threads have come to rest and stay until the process ends.
        case stuck(StuckReport)
        case refused(ScenarioError)
    }

    struct Result: Sendable {
        var ending: Ending
        var longestWaits: [AgentPhase: UInt64]
        /// Some producer got nothing done for longer than the patience while others did.
        var wasSlow: Bool
    }

    private static let distanceOfLooks = DispatchTimeInterval.milliseconds(20)

    func run() -> Result {
        let board = WatchBoard(devices: min(scenario.device.threads, RunSetup.queueCount(of: scenario)), producers: scenario.producers)
        let outcome = RunEnd()
        let watch = RunWatch(board: board, mutation: mutation, fault: fault)
        Thread.detachNewThread {
            // The memory of the run goes with this scope, before anybody hears of the end.
            do throws(ScenarioError) {
                let value = try NativeRepeat(scenario: scenario, plan: plan, cancellation: cancellation).run(under: watch)
                outcome.set(.finished(value))
            } catch {
                outcome.set(.refused(error))
            }
        }
        var watchdog = Watchdog(patience: patience, now: monotonicNanoseconds(), processorTime: NativeThreads.processorNanoseconds)
        var wasSlow = false
        while !outcome.wait(Self.distanceOfLooks) {
            let (now, processorTime) = (monotonicNanoseconds(), NativeThreads.processorNanoseconds)
            let looks = board.roles.indices.map { AgentLook(role: board.roles[$0], state: board.state(of: $0)) }
            switch watchdog.look(looks, now: now, processorTime: processorTime) {
            case .goesOn: break
            case .slow: wasSlow = true
            case .stuck:
                let report = report(board, watchdog, now: now, processorTime: processorTime)
                board.abandon()
                return Result(ending: .stuck(report), longestWaits: board.longestWaits, wasSlow: wasSlow)
            }
        }
        if fault == .overRead { board.readBehind() }
        return Result(ending: outcome.ending!, longestWaits: board.longestWaits, wasSlow: wasSlow)
    }

    private func report(_ board: WatchBoard, _ watchdog: Watchdog, now: UInt64, processorTime: UInt64) -> StuckReport {
        let silence = watchdog.silence(now: now, processorTime: processorTime)
        return StuckReport(
            seconds: Double(silence.nanoseconds) / 1e9, processorSeconds: Double(silence.processorTime) / 1e9,
            agents: zip(board.roles.indices, watchdog.sinceWhen).map { agent, since in
                let state = board.state(of: agent)
                return StuckReport.Agent(
                    name: board.roles[agent].name, phase: state.phase, seconds: Double(now - since) / 1e9, holdsShare: state.holdsShare,
                    progress: state.progress, processorSeconds: ProcessStatus.processorSeconds(ofThread: board.thread(of: agent)))
            })
    }
}

/// How a run ended, handed from its thread to the one that watches.
private final class RunEnd: @unchecked Sendable {
    // Sound: guarded by the lock.
    private let lock = NSLock()
    private var value: WatchedRun.Ending?
    private let isSet = DispatchSemaphore(value: 0)

    func set(_ ending: WatchedRun.Ending) {
        lock.withLock { value = ending }
        isSet.signal()
    }

    func wait(_ time: DispatchTimeInterval) -> Bool { isSet.wait(timeout: .now() + time) == .success }

    var ending: WatchedRun.Ending? { lock.withLock { value } }
}
