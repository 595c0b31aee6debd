import CommandQueue
import Device
@testable import Experiment
import Machine
import SMMUv3
import Testing
import Workload

/// Runs on real threads: every configuration passes its own checks and does what it was asked to.
@Suite(.serialized) struct RunnerTests {
    @Test(arguments: Algorithm.allCases, SyncMode.allCases)
    func everyAlgorithmAndSyncMode(algorithm: Algorithm, sync: SyncMode) throws {
        for layout in LayoutKind.allCases {
            var scenario = quick(producers: 3, commands: 3001)
            (scenario.algorithm, scenario.sync, scenario.layout) = (algorithm, sync, layout)
            let result = try run(scenario)
            #expect(result.violations == [], "\(algorithm) \(sync) \(layout)")
            #expect(result.commandsIssued == 3001 && result.commandsExecuted == 3001)
            #expect(result.syncsCompleted == 3001)
            #expect(result.sync == sync.rawValue && result.algorithm == algorithm.rawValue)
            let comparesAndSwaps = [.linux, .spinlockOnFailure].contains(algorithm)
            #expect((result.casAttemptsPerAllocation != nil) == comparesAndSwaps)
            #expect((result.lock != nil) == comparesAndSwaps)
        }
    }

    @Test(arguments: [1, 2, 3], [1, 2, 4])
    func vcmdqs(vintfs: Int, queues: Int) throws {
        var scenario = quick(producers: 4, commands: 2000)
        (scenario.queue, scenario.vintfs, scenario.vcmdqsPerVINTF) = (.vcmdq, vintfs, queues)
        let result = try run(scenario)
        #expect(result.violations == [])
        #expect(result.commandsExecuted == 2000 && result.fallbacksToMain == 0)
        #expect(result.sync == "cons" && result.queue == "vcmdq")
    }

    @Test(arguments: [1, 3, 5], SyncMode.allCases)
    func ecmdqs(producers: Int, sync: SyncMode) throws {
        for lock in LockForm.allCases {
            var scenario = quick(producers: producers, commands: 2000)
            (scenario.queue, scenario.sync, scenario.lock, scenario.log2Entries) = (.ecmdq, sync, lock, 8)
            scenario.checks = lock == .counted ? .full : .standard
            let result = try run(scenario)
            #expect(result.violations == [])
            #expect(result.commandsExecuted == 2000 && result.syncsCompleted == 2000 && result.fallbacksToMain == 0)
            #expect(result.queue == "ecmdq" && result.sync == sync.rawValue && result.vintfs == 0 && result.vcmdqsPerVintf == 0)
            // Nobody else inserts into a producer's queue.
            #expect(result.casAttemptsPerAllocation == 1)
        }
    }

    /// A queue for each of more producers than there may be VCMDQs.
    @Test func manyECMDQs() throws {
        var scenario = quick(producers: 200, commands: 2000)
        (scenario.queue, scenario.log2Entries, scenario.repeats, scenario.device.threads) = (.ecmdq, 8, 1, 2)
        #expect(try run(scenario).violations == [])
    }

    /// EN and ENACK are set in all that is written to the registers.
    @Test func ecmdqsStayEnabled() throws {
        var scenario = quick(producers: 2, commands: 1)
        (scenario.queue, scenario.log2Entries) = (.ecmdq, 8)
        let setup = RunSetup(scenario)
        #expect(setup.queues.map(\.name) == ["main", "ECMDQ0", "ECMDQ1"])
        #expect((0..<2).map { RunSetup.ownQueue(of: $0, in: scenario) } == [1, 2])
        let memory = MachineMemory(plan: setup.plan)
        var processor = NativeProcessor(memory: memory, backoff: .yield(looks: 20))
        for queue in setup.queues {
            let enabled: UInt32 = queue.name == "main" ? 0 : 1 << 31
            #expect(memory.inspect(queue.placement.prod) == enabled && memory.inspect(queue.placement.cons) == enabled)
            guard enabled != 0 else { continue }
            let linux = LinuxQueue(placement: queue.placement, completion: queue.completion, lock: .counted)
            var observer = NoQueueObserver()
            let list = [Command(word0: 0x12, word1: 0), Command(word0: 0x12, word1: 1)]
            #expect(ECMDQ(linux).issue(list.span, sync: false, on: &processor, observer: &observer) == .done)
            #expect(memory.inspect(queue.placement.prod) == 2 | 1 << 31)
            var device = DeviceQueue(
                placement: queue.devicePlacement,
                addresses: AddressMap(base: RunSetup.addressBase, byteCount: setup.plan.byteCount), timing: DeviceTiming())
            var deviceObserver = NoDeviceObserver()
            #expect(device.turn(limit: .max, port: &processor, observer: &deviceObserver) == 2)
            #expect(memory.inspect(queue.placement.cons) == 2 | 1 << 31)
            // Through an error as well.
            let illegal = [Command(word0: 0xff, word1: 0)]
            #expect(ECMDQ(linux).issue(illegal.span, sync: false, on: &processor, observer: &observer) == .done)
            #expect(device.turn(limit: .max, port: &processor, observer: &deviceObserver) == 0)
            let stopped = memory.inspect(queue.placement.cons)
            #expect(stopped >> 31 == 1 && CommandError(cons: stopped) == .illegal)
            #expect(ErrorRecovery(placement: queue.placement, replacement: .sev).handle(on: &processor))
            #expect(device.turn(limit: .max, port: &processor, observer: &deviceObserver) == 1)
            #expect(memory.inspect(queue.placement.cons) == 3 | 1 << 31)
        }
    }

    @Test(arguments: [(4, 5), (5, 15), (7, 60)], SyncMode.allCases)
    func fetchAddAtItsBound(ring: (log2Entries: Int, producers: Int), sync: SyncMode) throws {
        var scenario = quick(producers: ring.producers, commands: 3000)
        (scenario.algorithm, scenario.log2Entries, scenario.allowSmallRing, scenario.sync) = (.fetchAdd, ring.log2Entries, true, sync)
        for checks in CheckLevel.allCases {
            scenario.checks = checks
            let result = try run(scenario)
            #expect(result.violations == [] && result.commandsExecuted == 3000 && result.syncsCompleted == 3000)
        }
        scenario.producers = 1 << ring.log2Entries
        #expect(throws: ScenarioError.self) { try run(scenario) }
    }

    /// Batches of more than 64 commands begin with lists without a CMD_SYNC.
    @Test(arguments: [Algorithm.fetchAdd, .spinlockOnFailure], [1, 63, 65, 200])
    func proposalsSplitBatches(algorithm: Algorithm, batch: Int) throws {
        var scenario = quick(producers: 3, commands: 6000)
        (scenario.algorithm, scenario.batch, scenario.log2Entries) = (algorithm, batch, 8)
        let result = try run(scenario)
        #expect(result.violations == [] && result.commandsExecuted == 6000)
        #expect(result.syncsCompleted == UInt64(3 * ((2000 + batch - 1) / batch)))
    }

    @Test func unsupportedCommandsFallBackToTheMainQueue() throws {
        var scenario = quick(producers: 2, commands: 1000)
        (scenario.queue, scenario.vintfs) = (.vcmdq, 2)
        var mix = OpcodeMix()
        mix.weights = ["TLBI_NH_VA": 1, "CFGI_STE": 1]
        scenario.workload = .mix(mix)
        scenario.batch = 8
        let guest = try run(scenario)
        #expect(guest.violations == [] && guest.commandsExecuted == 1000)
        #expect(guest.fallbacksToMain > 300 && guest.fallbacksToMain < 700)
        // A sync for each part of a batch, not only for each batch.
        #expect(guest.syncsCompleted > 125)
        scenario.vintfOwner = .host
        let host = try run(scenario)
        #expect(host.violations == [] && host.fallbacksToMain == 0 && host.syncsCompleted == 126)
    }

    @Test(arguments: [1, 2, 3, 6], SyncMode.allCases)
    func smallRingsThatWrapAndFill(log2Entries: Int, sync: SyncMode) throws {
        var scenario = quick(producers: 2, commands: 1500)
        (scenario.log2Entries, scenario.allowSmallRing, scenario.sync) = (log2Entries, true, sync)
        let result = try run(scenario)
        #expect(result.violations == [] && result.commandsExecuted == 1500)
    }

    @Test(arguments: [1, 8, 63, 64, 65, 200], [false, true])
    func batchesSplitAsInLinux(batch: Int, forceSync: Bool) throws {
        var scenario = quick(producers: 2, commands: 4000)
        (scenario.batch, scenario.forceSync) = (batch, forceSync)
        let result = try run(scenario)
        #expect(result.violations == [] && result.commandsExecuted == 4000)
        // Per producer: 2000 commands in operations of `batch`; a forced sync after each 63 within one.
        let whole = 2000 / batch
        let rest = 2000 % batch
        func syncs(_ count: Int) -> Int { count == 0 ? 0 : forceSync ? (count + 62) / 63 : 1 }
        #expect(result.syncsCompleted == UInt64(2 * (whole * syncs(batch) + syncs(rest))))
    }

    @Test func recordedStreamsRunOnceOrToTheirLimit() throws {
        var scenario = quick(producers: 3, commands: 1)
        scenario.workload = .sample(name: "linux-lazy")
        scenario.length = .workload
        let once = try run(scenario)
        #expect(once.violations == [])
        #expect(once.commandsExecuted == UInt64(SampleStream.lazy.commandCount))
        #expect(once.syncsCompleted == UInt64(SampleStream.lazy.syncCount))
        scenario.length = .commands(5000)
        #expect(try run(scenario).commandsExecuted == 5000)
    }

    @Test func insertionsThatNeverFitAreRefusedBeforeTheRun() throws {
        var scenario = quick(producers: 2, commands: 100)
        (scenario.workload, scenario.log2Entries, scenario.allowSmallRing) = (.sample(name: "linux-strict-noril"), 3, true)
        scenario.length = .workload
        let error = #expect(throws: ScenarioError.self) { try scenario.validate() }
        #expect(error?.kind == .usage)
        #expect(error?.message.contains("inserts up to 33 entries at once, more than the queue of 8 entries; a log2Entries of 6") == true, "\(error?.message ?? "")")
        #expect(throws: ScenarioError.self) { try run(scenario) }
        scenario.log2Entries = 6
        #expect(try run(scenario).violations == [])
        (scenario.log2Entries, scenario.algorithm) = (3, .spinlock)
        #expect(try run(scenario).violations == [], "one command at a time")
    }

    @Test func durationEndsARun() throws {
        var scenario = quick(producers: 2, commands: 1)
        scenario.length = .seconds(0.05)
        let result = try run(scenario)
        #expect(result.violations == [] && result.commandsExecuted == result.commandsIssued)
        #expect(result.commandsIssued > 0 && !result.partial)
    }

    @Test func cancellationEndsARun() throws {
        var scenario = quick(producers: 2, commands: 1)
        (scenario.length, scenario.repeats) = (.seconds(3600), 1)
        let cancellation = Cancellation()
        let outcome = try Runner(cancellation: cancellation).run(scenario) { done, _ in
            if done == 0 { cancellation.cancel() }
        }
        #expect(outcome == nil)
    }

    @Test func comparedScenariosTakeTurns() throws {
        var other = quick(producers: 1, commands: 300)
        (other.queue, other.warmups) = (.vcmdq, 1)
        var reported: [Int] = []
        let outcomes = try Runner(cancellation: Cancellation())
            .run(sideBySide: [quick(producers: 2, commands: 200), other]) { done, all in
                reported.append(done)
                #expect(all == 5)
            }
        #expect(reported == [0, 1, 2, 3, 4, 5])
        #expect(outcomes.map { $0?.result.commandsIssued } == [200, 300])
        #expect(outcomes.allSatisfy { $0?.result.commandsPerSecondRepeats.count == 2 && $0?.result.violations == [] })
    }

    @Test func deviceTimingAndThreadsAreUsed() throws {
        var scenario = quick(producers: 2, commands: 200)
        scenario.device.tlbiNanoseconds = 20_000
        // 200 commands of 20 microseconds each, by a device that does one after the other.
        #expect(try run(scenario).seconds >= 0.004)
        (scenario.queue, scenario.vintfs, scenario.vcmdqsPerVINTF, scenario.device.threads) = (.vcmdq, 2, 2, 3)
        #expect(try run(scenario).violations == [])
    }

    @Test func latenciesAreSampledAsAsked() throws {
        var scenario = quick(producers: 1, commands: 1000)
        scenario.latencySampling = 1
        let outcome = try #require(try Runner(cancellation: Cancellation()).run(scenario) { _, _ in })
        #expect(outcome.insertion?.totalCount == 2000 && outcome.sync?.totalCount == 2000)
        let latency = try #require(outcome.result.syncNanoseconds)
        #expect(latency.p50 <= latency.p90 && latency.p90 <= latency.p99 && latency.p99 <= latency.p999 && latency.p999 <= latency.max)
        scenario.latencySampling = 0
        #expect(try run(scenario).insertionNanoseconds == nil)
    }
}

/// A scenario that is over in no time; two repeats.
func quick(producers: Int, commands: Int) -> Scenario {
    var scenario = Scenario()
    scenario.producers = producers
    scenario.length = .commands(commands)
    scenario.repeats = 2
    scenario.warmups = 0
    scenario.backoff = .yield(looks: 20)
    scenario.latencySampling = 16
    scenario.checks = .full
    return scenario
}

func run(_ scenario: Scenario) throws -> RunResult {
    let outcome = try Runner(cancellation: Cancellation()).run(scenario) { _, _ in }
    return try #require(outcome).result
}
