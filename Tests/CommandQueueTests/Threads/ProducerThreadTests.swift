import CommandQueue
import Device
import Machine
import SMMUv3
import Testing

/// Producers and a device on real threads.
struct ThreadedRun: Sendable {
    let placement: QueuePlacement
    let memory: MachineMemory
    let byteCount: Int
    let producers: Int
    /// Lists per producer.
    let lists: Int

    init(fixture: QueueFixture, producers: Int, lists: Int) {
        (placement, memory, byteCount) = (fixture.placement, fixture.memory, fixture.byteCount)
        (self.producers, self.lists) = (producers, lists)
    }

    /// Commands per list: 1 to as many as fit beside a CMD_SYNC, at most 5.
    func size(of list: Int) -> Int {
        1 + list % min(5, Int(placement.geometry.entries) - 1)
    }

    /// Runs until all lists are inserted or a producer finds that `stopAfter` nanoseconds have passed; returns what was executed and how many lists each producer has inserted.
    func run(
        stopAfter: UInt64 = .max, insert: @escaping @Sendable (Span<Command>, inout NativeProcessor) -> IssueOutcome
    ) throws -> (log: ExecutedLog, lists: [Int], timeouts: UInt64) {
        var plan = MemoryPlan()
        let running = plan.reserveLine().low
        let timeouts = plan.reserveLine()
        let stop = plan.reserveLine().low
        let done = plan.reserve(bytes: 64)
        let flags = MachineMemory(plan: plan)
        flags.set(running, to: UInt32(producers))
        let mutexes = MutexSet(count: 1)
        let result = ResultBox()
        try NativeThreads.run(count: producers + 1, pinned: false) { [self] agent in
            var processor = NativeProcessor(memory: memory, backoff: .yield(looks: 20), mutexes: mutexes)
            var flag = NativeProcessor(memory: flags, backoff: .yield(looks: 20))
            if agent == producers {
                var queue = placement.deviceQueue(byteCount: byteCount)
                var log = ExecutedLog()
                var idle = Poll(timeout: .max)
                while true {
                    if queue.turn(limit: .max, port: &processor, observer: &log) > 0 { continue }
                    if flag.load32(running, .acquire, at: .audit).value == 0,
                        queue.turn(limit: .max, port: &processor, observer: &log) == 0 { break }
                    _ = processor.poll(&idle, at: .fetchProd)
                }
                result.log = log
                return
            }
            let begin = flag.clock()
            for list in 0..<lists {
                if flag.load32(stop, .relaxed, at: .audit).value != 0 { break }
                let list = commands(size(of: list), from: list * 8, producer: agent)
                if insert(list.span, &processor) != .done { _ = flag.fetchAdd64(timeouts, 1, .relaxed, at: .audit) }
                _ = flag.fetchAdd64(done.advanced(by: agent), 1, .relaxed, at: .audit)
                if flag.clock() - begin > stopAfter { flag.store32(stop, 1, .relaxed, at: .audit) }
            }
            _ = flag.fetchAdd32(running, 0xffff_ffff, .full, at: .audit)
        }
        return (result.log, (0..<producers).map { Int(flags.inspect(done.advanced(by: $0))) }, flags.inspect(timeouts))
    }

    /// Everything executed once, each producer's commands in their order and each list contiguous.
    func problems(_ log: ExecutedLog, lists: [Int]) -> [String] {
        var problems: [String] = []
        for producer in 0..<producers {
            let own = log.commands.filter { Int($0.word1 >> 48) == producer }
            let expected = (0..<lists[producer]).flatMap { commands(size(of: $0), from: $0 * 8, producer: producer) }
            if own != expected { problems.append("producer \(producer): \(own.count) commands of \(expected.count), or not in order") }
        }
        return problems
    }

    /// Written by the device's thread, read when all threads have ended.
    private final class ResultBox: @unchecked Sendable { var log = ExecutedLog() }
}

@Suite("Producers on threads", .serialized)
struct ProducerThreadTests {
    struct Setting: CustomTestStringConvertible {
        var log2Entries: Int
        var producers: Int
        var completion: SyncCompletion
        var lock: QueueLock.Form
        var testDescription: String { "2^\(log2Entries) entries, \(producers) producers, \(completion), \(lock)" }
    }

    static let settings: [Setting] = [1, 2, 3, 7].flatMap { log2Entries in
        [SyncCompletion.msi, .cons].flatMap { completion in
            QueueLock.Form.allCases.map { lock in
                Setting(log2Entries: log2Entries, producers: log2Entries % 3 + 2, completion: completion, lock: lock)
            }
        }
    }

    @Test("all is executed once and in order, and the queue is at rest at the end", arguments: settings)
    func linux(setting: Setting) throws {
        let fixture = QueueFixture(log2Entries: setting.log2Entries, layout: setting.lock == .counted ? .linux : .padded)
        // No CMD_SYNC may time out, and with it store a cons that is not reached: no end within a test's time.
        let queue = fixture.queue(setting.completion, lock: setting.lock, timeout: 60_000_000_000)
        let run = ThreadedRun(fixture: fixture, producers: setting.producers, lists: 2000)
        // The legacy lock can starve a producer (bug B1), and a busy host takes its time for every hand-over: what is not
        // inserted after a while is left out.
        let (log, lists, timeouts) = try run.run(stopAfter: 100_000_000) { list, processor in
            var observer = NoQueueObserver()
            // Two of three with a CMD_SYNC.
            return queue.issue(list, sync: (list[0].word1 >> 15 & 0xffff) % 3 != 0, on: &processor, observer: &observer)
        }
        #expect(run.problems(log, lists: lists) == [])
        #expect(timeouts == 0)
        #expect(lists.allSatisfy { $0 > 0 })
        #expect(fixture.restingProblems() == [])
        #expect(isContiguous(log, run))
    }

    struct ProposalSetting: CustomTestStringConvertible {
        var log2Entries: Int
        var producers: Int
        var completion: SyncCompletion
        /// Of so many lists one has a CMD_SYNC.
        var syncEvery: Int
        var testDescription: String { "2^\(log2Entries) entries, \(producers) producers, \(completion), a sync in \(syncEvery)" }
    }

    /// Producers times the largest list (5 commands and a CMD_SYNC) as near to the entries as fetch-add allows,
    /// and lists without a CMD_SYNC that can fill a ring while their owner waits.
    static let proposals: [ProposalSetting] = [(3, 1), (4, 2), (5, 5), (7, 7)].flatMap { log2Entries, producers in
        [SyncCompletion.msi, .cons].flatMap { completion in
            [1, 50].map { ProposalSetting(log2Entries: log2Entries, producers: producers, completion: completion, syncEvery: $0) }
        }
    }

    @Test("fetch-add: all is executed once and in order, nothing waits for ever, and the queue is at rest at the end", arguments: proposals)
    func fetchAdd(setting: ProposalSetting) throws {
        let fixture = QueueFixture(log2Entries: setting.log2Entries)
        let queue = FetchAddQueue(placement: fixture.placement, completion: setting.completion, timeout: 60_000_000_000)
        let run = ThreadedRun(fixture: fixture, producers: setting.producers, lists: 1000)
        let (log, lists, timeouts) = try run.run(stopAfter: 50_000_000) { list, processor in
            var observer = NoQueueObserver()
            return queue.issue(list, sync: (list[0].word1 >> 15 & 0xffff) % UInt64(setting.syncEvery) == 0, on: &processor, observer: &observer)
        }
        #expect(run.problems(log, lists: lists) == [])
        #expect(timeouts == 0 && lists.allSatisfy { $0 > 0 })
        #expect(isContiguous(log, run))
        let state = fixture.state
        #expect(fixture.memory.inspect(fixture.placement.pointers) == UInt64(state.hardwareProd))
        #expect(state.lock == 0 && state.ownerProd == state.hardwareProd && state.hardwareCons == state.hardwareProd)
        #expect(state.validMap == restingValidMap(state.geometry, at: state.hardwareProd))
    }

    @Test("fetch-add: gathers longer than the ring are published in parts, and nothing waits for ever", arguments: [SyncCompletion.msi, .cons], [2, 5])
    func fetchAddInParts(completion: SyncCompletion, syncEvery: UInt64) throws {
        // On a busy host the one that fills the ring may be over before the owner begins.
        for _ in 0..<20 where try fetchAddInPartsOnce(completion, syncEvery) > 0 { return }
        Issue.record("no gather was longer than the ring")
    }

    /// Returns how many insertions rang more than once.
    func fetchAddInPartsOnce(_ completion: SyncCompletion, _ syncEvery: UInt64) throws -> UInt64 {
        let fixture = QueueFixture(log2Entries: 4)
        let placement = fixture.placement
        let queue = FetchAddQueue(placement: placement, completion: completion, timeout: 60_000_000_000)
        let run = ThreadedRun(fixture: fixture, producers: 2, lists: 5000)
        // A word that fetch-add has no use for counts them.
        let parts = placement.syncCount
        let (log, lists, timeouts) = try run.run(stopAfter: 100_000_000) { list, processor in
            var observer = DoorbellObserver()
            // The other producer never waits for a CMD_SYNC: it fills the ring while this one owns the gather.
            let isFirst = list[0].word1 >> 48 == 0
            var late = MutatingProcessor(processor, isFirst ? .lateClose : .none, placement: placement)
            let sync = isFirst && (list[0].word1 >> 15 & 0xffff) % syncEvery == 0
            let outcome = queue.issue(list, sync: sync, on: &late, observer: &observer)
            if observer.doorbells.count > 1 { _ = processor.fetchAdd64(parts, 1, .relaxed, at: .audit) }
            return outcome
        }
        #expect(run.problems(log, lists: lists) == [])
        #expect(timeouts == 0 && isContiguous(log, run))
        let state = fixture.state
        #expect(fixture.memory.inspect(placement.pointers) == UInt64(state.hardwareProd) && state.lock == 0)
        return fixture.memory.inspect(parts)
    }

    @Test("spinlock-on-failure: all is executed once and in order, and the lock's tickets are used up", arguments: proposals)
    func spinlockOnFailure(setting: ProposalSetting) throws {
        let fixture = QueueFixture(log2Entries: setting.log2Entries, queuedProducers: setting.producers)
        let queue = SpinlockOnFailureQueue(fixture.queue(setting.completion, timeout: 60_000_000_000))
        let run = ThreadedRun(fixture: fixture, producers: setting.producers, lists: 1000)
        let (log, lists, timeouts) = try run.run(stopAfter: 50_000_000) { list, processor in
            var observer = NoQueueObserver()
            return queue.issue(list, sync: (list[0].word1 >> 15 & 0xffff) % UInt64(setting.syncEvery) == 0, on: &processor, observer: &observer)
        }
        #expect(run.problems(log, lists: lists) == [])
        #expect(timeouts == 0 && lists.allSatisfy { $0 > 0 })
        #expect(isContiguous(log, run))
        #expect(fixture.restingProblems() == [])
        // The next ticket's turn has come: nobody holds the lock.
        let ticket = fixture.memory.inspect(fixture.placement.queueLock)
        let place = Int(ticket) & (fixture.placement.lockTurnCount - 1)
        #expect(fixture.memory.inspect(fixture.placement.lockTurns.advanced(by: place * 8).low) == ticket)
    }

    /// Whether each list's commands follow one another.
    func isContiguous(_ log: ExecutedLog, _ run: ThreadedRun) -> Bool {
        zip(log.entries, log.entries.dropFirst()).allSatisfy { entry, next in
            let (number, follower) = (Int(entry.command.word1 >> 12) & 0xffff_ffff, next.command)
            guard !entry.command.isSync, number % 8 + 1 < run.size(of: number / 8) else { return true }
            return follower.word1 == entry.command.word1 + 0x1000
        }
    }

    @Test("the rivals: all is executed once and in order per producer", arguments: [1, 2, 7], [SyncCompletion.msi, .cons])
    func rivals(log2Entries: Int, completion: SyncCompletion) throws {
        let spinFixture = QueueFixture(log2Entries: log2Entries)
        let spinlock = SpinlockQueue(placement: spinFixture.placement, completion: completion, timeout: 60_000_000_000)
        let spinRun = ThreadedRun(fixture: spinFixture, producers: 3, lists: 100)
        let spun = try spinRun.run { list, processor in
            var observer = NoQueueObserver()
            return spinlock.issue(list, sync: list[0].word1 >> 12 & 8 != 0, on: &processor, observer: &observer)
        }
        #expect(spinRun.problems(spun.log, lists: [100, 100, 100]) == [])
        #expect(spun.timeouts == 0 && spun.log.syncCount == 150)

        let mutexFixture = QueueFixture(log2Entries: log2Entries)
        let mutex = MutexQueue(placement: mutexFixture.placement, completion: completion, mutex: 0, timeout: 60_000_000_000)
        let mutexRun = ThreadedRun(fixture: mutexFixture, producers: 3, lists: 100)
        let blocked = try mutexRun.run { list, processor in
            var observer = NoQueueObserver()
            return mutex.issue(list, sync: list[0].word1 >> 12 & 8 != 0, on: &processor, observer: &observer)
        }
        #expect(mutexRun.problems(blocked.log, lists: [100, 100, 100]) == [])
        #expect(isContiguous(blocked.log, mutexRun))
        #expect(blocked.timeouts == 0 && blocked.log.syncCount == 150)
    }
}
