@testable import cmdqsim
import Experiment
import TestSupport
import Testing
import Workload

@Suite struct SweepTests {
    private func points(_ arguments: [String]) throws -> [Scenario] {
        let command = try CompareCommand.parse(arguments)
        return try command.sweep.sweep(command.common).points()
    }

    @Test func theDefaultsAreTheComparisonOfTheIssue() throws {
        let points = try points([])
        #expect(points.map(\.producers) == [1, 1, 1, 2, 2, 2, 4, 4, 4, 8, 8, 8])
        #expect(points.prefix(3).map(\.queue) == [.main, .vcmdq, .vcmdq])
        #expect(points.prefix(3).map(\.vintfs) == [1, 4, 4])
        #expect(points.prefix(3).map(\.vcmdqsPerVINTF) == [1, 1, 2])
        for point in points { try point.validateFields() }
    }

    @Test func rivalsRunOnTheMainQueueWithOneLock() throws {
        let points = try points([
            "--algorithm", "linux,spinlock,mutex", "--lock", "counted,legacy", "--producers", "2", "--vcmdqs-per-vintf", "1",
        ])
        #expect(points.map { "\($0.queue) \($0.algorithm) \($0.lock)" } == [
            "main linux counted", "main linux legacy", "main spinlock counted", "main mutex counted",
            "vcmdq linux counted", "vcmdq linux legacy",
        ])
        let proposed = try self.points(["--algorithm", "spinlock-on-failure,fetch-add", "--lock", "counted,legacy", "--producers", "2"])
        #expect(proposed.map { "\($0.queue) \($0.algorithm.rawValue) \($0.lock)" } == [
            "main spinlock-on-failure counted", "main spinlock-on-failure legacy", "main fetch-add counted",
        ])
    }

    @Test func vcmdqsDoNotMultiplyByTheSyncMode() throws {
        let points = try points(["--sync", "cons,msi", "--producers", "1", "--vcmdqs-per-vintf", "1"])
        #expect(points.map { "\($0.queue) \($0.sync)" } == ["main cons", "main msi", "vcmdq cons"])
    }

    @Test func ecmdqsHaveTheirOwnRingUnlessAsked() throws {
        let points = try points(["--queues", "main,ecmdq", "--producers", "1,2", "--sync", "msi,cons"])
        #expect(points.map { "\($0.queue) \($0.sync) \($0.producers) \($0.log2Entries)" } == [1, 2].flatMap { producers in
            ["main msi \(producers) 12", "main cons \(producers) 12", "ecmdq msi \(producers) 8", "ecmdq cons \(producers) 8"]
        })
        // All the same it is one comparison, with the main queue for reference.
        #expect(points.comparisons.map(\.count) == [4, 4])
        let keys = Set(points.map(\.key))
        #expect(points.allSatisfy { point in point.mainQueueReferences.contains { keys.contains($0.key) } })
        let asked = try self.points(["--queues", "main,ecmdq", "--producers", "2", "--log2-entries", "8,12"])
        #expect(asked.map { "\($0.queue) \($0.log2Entries)" } == ["main 8", "ecmdq 8", "main 12", "ecmdq 12"])
        #expect(asked.comparisons.map(\.count) == [2, 2])
    }

    @Test func vcmdqsAloneWithoutLinuxAreRefused() throws {
        #expect(throws: CommandFailure.self) { try points(["--queues", "vcmdq,ecmdq", "--algorithm", "fetch-add"]) }
        #expect(throws: CommandFailure.self) { try points(["--queues", "vcmdq", "--algorithm", "spinlock"]) }
        let both = try points(["--algorithm", "spinlock", "--producers", "1"])
        #expect(both.map(\.queue) == [.main])
    }

    @Test func hugeSweepsAreRefusedWithoutBeingMade() {
        let list = "1..1000"
        let arguments = ["--producers", list, "--batch", list, "--tlbi-ns", list, "--sync-ns", list, "--fetch-ns", list,
            "--cons-every", list, "--turn-limit", list, "--pages-per-unmap", list]
        #expect(throws: CommandFailure.self) { try points(arguments) }
        #expect(throws: CommandFailure.self) { try points(["--producers", "1..1000", "--batch", "1..4"]) }
    }

    @Test func everyPointIsThereOnceAndCounted() throws {
        for seed in UInt64(1)...30 {
            var random = SeededGenerator(seed: seed)
            func pick<Value>(_ values: [Value]) -> [Value] {
                Array(values.shuffled(using: &random).prefix(Int.random(in: 1...values.count, using: &random)))
            }
            var sweep = Sweep(base: Scenario())
            sweep.queues = [.main, .vcmdq, .ecmdq]
            let rivals = pick([Algorithm.spinlock, .fetchAdd, .mutex])
            let locked = pick([Algorithm.linux, .spinlockOnFailure])
            sweep.algorithms = Array(Set(locked + [.linux])) + rivals
            sweep.producers = pick([1, 2, 3])
            sweep.vintfs = pick([1, 2])
            sweep.vcmdqsPerVINTF = pick([1, 2, 4])
            sweep.batches = pick([nil, 1, 8])
            sweep.locks = pick([.counted, .legacy])
            sweep.syncs = pick([.msi, .cons])
            sweep.layouts = pick([.linux, .padded])
            let rings = pick([7, 9])
            sweep.log2Entries = rings
            let points = try sweep.points()
            let main = (sweep.locks.count * Set(locked + [.linux]).count + rivals.count) * sweep.syncs.count
            let vcmdq = sweep.vintfs.count * sweep.vcmdqsPerVINTF.count * sweep.locks.count
            let ecmdq = sweep.locks.count * sweep.syncs.count
            let groups = sweep.producers.count * sweep.batches.count * rings.count
            #expect(points.count == (main + vcmdq + ecmdq) * sweep.layouts.count * groups, "seed \(seed)")
            #expect(Set(points.map(\.key)).count == points.count, "seed \(seed)")
            // Every point has its reference beside it.
            let keys = Set(points.map(\.key))
            #expect(points.allSatisfy { keys.contains($0.mainQueueReference.key) }, "seed \(seed)")
        }
    }

    @Test func flagsReachTheScenario() throws {
        let point = try #require(
            try points([
                "--queues", "main", "--producers", "3", "--batch", "5", "--log2-entries", "9", "--sync", "cons", "--lock", "legacy",
                "--layout", "padded", "--backoff", "spin", "--device-threads", "2", "--tlbi-ns", "10", "--sync-ns", "20",
                "--fetch-ns", "30", "--cons-every", "4", "--turn-limit", "6", "--force-sync", "--duration", "1.5", "--repeat", "7",
                "--warmup", "0", "--pin", "--seed", "99", "--timeout-ms", "50", "--latency-sampling", "1", "--checks", "full",
                "--vintf-owner", "host", "--allow-small-ring", "--flush", "lazy", "--unmaps-per-flush", "16",
                "--range-invalidation", "--pages-per-unmap", "12",
            ]).first)
        var expected = Scenario()
        expected.producers = 3
        expected.batch = 5
        expected.log2Entries = 9
        expected.sync = .cons
        expected.lock = .legacy
        expected.layout = .padded
        expected.backoff = .spin
        expected.device.threads = 2
        expected.device.tlbiNanoseconds = 10
        expected.device.syncNanoseconds = 20
        expected.device.fetchNanoseconds = 30
        expected.device.consEvery = 4
        expected.device.turnLimit = 6
        expected.forceSync = true
        expected.length = .seconds(1.5)
        expected.repeats = 7
        expected.warmups = 0
        expected.pinned = true
        expected.seed = 99
        expected.timeoutMilliseconds = 50
        expected.latencySampling = 1
        expected.checks = .full
        expected.vintfOwner = .host
        expected.allowSmallRing = true
        var loop = DMALoop()
        loop.flush = .lazy
        loop.unmapsPerFlush = 16
        loop.rangeInvalidation = true
        loop.pagesPerUnmap = 12
        expected.workload = .dma(loop)
        #expect(point == expected)
    }

    @Test func workloadFlagsThatContradictAreRefused() {
        for arguments in [
            ["--trace", "x", "--workload", "dma"], ["--trace", "x", "--mix", "ATC_INV=1"], ["--trace", ""],
            ["--mix", "ATC_INV=1", "--workload", "dma"], ["--mix", "ATC_INV=1", "--pages-per-unmap", "2"],
            ["--workload", "mix", "--flush", "lazy"], ["--commands", "1", "--duration", "1"],
        ] {
            #expect(throws: CommandFailure.self, "\(arguments)") { try points(arguments) }
        }
    }

    @Test func pagesMultiplyTheDMALoopOnly() throws {
        let points = try points([
            "--workload", "dma,mix", "--pages-per-unmap", "1,4", "--queues", "main", "--producers", "1", "--mix", "ATC_INV=1",
        ])
        #expect(points.map(\.workload.description) == ["dma", "dma", "mix"])
        #expect(points.map { $0.dmaLoop?.pagesPerUnmap } == [1, 4, nil])
    }
}
