@testable import Experiment
import Testing

/// Runs on real threads, with every agent's doings on a board.
@Suite(.serialized) struct WatchedRunTests {
    private func watched(
        _ scenario: Scenario, mutation: ProtocolMutation = .none, fault: StressFault? = nil, patience: UInt64 = 20_000_000_000
    ) throws -> WatchedRun.Result {
        try scenario.validateFields()
        var streams = RecordedStreams()
        let plan = try RunPlan(scenario, streams: &streams)
        return WatchedRun(
            scenario: scenario, plan: plan, mutation: mutation, fault: fault, patience: patience, cancellation: Cancellation()
        ).run()
    }

    private func finished(_ result: WatchedRun.Result) throws -> RepeatOutcome {
        guard case .finished(let outcome) = result.ending else {
            Issue.record("\(result.ending)")
            throw CancellationError()
        }
        return outcome
    }

    @Test(arguments: Algorithm.allCases, SyncMode.allCases)
    func aSoundQueuePasses(algorithm: Algorithm, sync: SyncMode) throws {
        var scenario = quick(producers: 3, commands: 1001)
        (scenario.algorithm, scenario.sync, scenario.log2Entries, scenario.allowSmallRing) = (algorithm, sync, 3, true)
        let result = try watched(scenario)
        let outcome = try finished(result)
        #expect(outcome.violations.lines == [] && outcome.executed == 1001 && outcome.counts.syncs == 1001)
        #expect(outcome.wraps == 2002 / 8)
        // Three producers and eight entries: somebody has waited for somebody.
        #expect(!result.longestWaits.isEmpty && result.longestWaits.keys.allSatisfy(\.isWait))
        #expect(!result.wasSlow)
    }

    /// What is not mutated passes through the mutation's processors, on queues of each kind.
    @Test(arguments: [QueueKind.main, .vcmdq, .ecmdq], SyncMode.allCases)
    func aHarmlessMutationPasses(queue: QueueKind, sync: SyncMode) throws {
        var scenario = quick(producers: 4, commands: 2000)
        (scenario.queue, scenario.sync) = (queue, sync)
        if queue == .vcmdq { (scenario.vintfs, scenario.vcmdqsPerVINTF, scenario.workload) = (2, 2, .mix(.init())) }
        for mutation in [ProtocolMutation.orderedMSI, .fullBarriers] {
            let outcome = try finished(watched(scenario, mutation: mutation))
            #expect(outcome.violations.lines == [] && outcome.executed == 2000)
        }
    }

    /// A mutation of a producer and one of the device, and both queues of a producer that has two.
    @Test func mutationsAreMade() throws {
        var scenario = quick(producers: 2, commands: 400)
        scenario.device.tlbiNanoseconds = 200_000
        #expect(try finished(watched(scenario, mutation: .noSyncWait)).violations.count > 0)
        scenario.batch = 4
        #expect(try finished(watched(scenario, mutation: .deviceMSIFirst)).violations.count > 0)
        scenario.sync = .cons
        #expect(try finished(watched(scenario, mutation: .deviceConsFirst)).violations.count > 0)
    }

    /// A producer that never publishes stops all others, and the watchdog says what each of them does.
    @Test func aHangIsStuck() throws {
        var scenario = quick(producers: 3, commands: 100_000)
        (scenario.log2Entries, scenario.allowSmallRing) = (2, true)
        let result = try watched(scenario, fault: .hang, patience: 500_000_000)
        guard case .stuck(let report) = result.ending else {
            Issue.record("\(result.ending)")
            return
        }
        #expect(report.agents.map(\.name) == ["device thread 0", "producer 0", "producer 1", "producer 2"])
        let phases = Dictionary(uniqueKeysWithValues: report.agents.map { ($0.name, $0.phase) })
        #expect(phases["producer 0"] == .writing && phases["device thread 0"] == .lookingForWork)
        #expect(phases["producer 1"]?.isWait == true && phases["producer 2"]?.isWait == true)
        #expect(report.seconds >= 0.5 && report.processorSeconds > 0)
        #expect(report.agents.allSatisfy { $0.processorSeconds != nil && $0.seconds > 0.4 })
        #expect(report.summary.hasPrefix("stuck: nothing has advanced for "))
        #expect(report.lines[1].hasPrefix("producer 0: writing slots for "))
    }

    /// Slots that nobody marks valid: stuck by a bug of the algorithm.
    @Test func aMutationThatStopsAllIsStuck() throws {
        let result = try watched(quick(producers: 2, commands: 1000), mutation: .shortPublish, patience: 500_000_000)
        guard case .stuck(let report) = result.ending else {
            Issue.record("\(result.ending)")
            return
        }
        #expect(report.agents.contains { $0.phase == .awaitingValid })
    }

    /// A device that takes its time is not stuck, however impatient one is.
    @Test func slowIsNotStuck() throws {
        var scenario = quick(producers: 2, commands: 60)
        scenario.device.tlbiNanoseconds = 20_000_000
        let outcome = try finished(watched(scenario, patience: 300_000_000))
        #expect(outcome.violations.lines == [] && outcome.executed == 60)
    }
}
