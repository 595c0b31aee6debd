import CommandQueue
import Machine
import SMMUv3
import Testing

@Suite("Batches")
struct BatchTests {
    /// What `count` adds and a submit come to: (first slot, slots) of each doorbell, and CMD_SYNCs.
    func run(_ count: Int, rule: BatchRule) -> (sizes: [UInt32], fixture: QueueFixture) {
        let fixture = QueueFixture(log2Entries: 9)
        var processor = fixture.processor()
        var observer = DoorbellObserver()
        var batch = CommandBatch(rule: rule)
        for command in commands(count) {
            #expect(batch.add(command, to: fixture.queue(), on: &processor, observer: &observer) == .done)
        }
        #expect(batch.submit(to: fixture.queue(), on: &processor, observer: &observer) == .done)
        #expect(batch.commands.isEmpty)
        #expect(fixture.device.executed.commands == commands(count))
        return (observer.doorbells.map { $0.end - $0.start }, fixture)
    }

    @Test("64 commands are one insertion of 65 slots; the 65th flushes them without a CMD_SYNC", arguments: [
        (0, [1]), (1, [2]), (63, [64]), (64, [65]), (65, [64, 2]), (128, [64, 65]), (129, [64, 64, 2]),
    ] as [(Int, [UInt32])])
    func standard(count: Int, sizes: [UInt32]) {
        let run = run(count, rule: .standard)
        #expect(run.sizes == sizes)
        #expect(run.fixture.device.executed.syncCount == 1)
    }

    @Test("with force-sync, 63 commands are flushed with a CMD_SYNC when a 64th comes", arguments: [
        (62, [63]), (63, [64]), (64, [64, 2]), (126, [64, 64]), (127, [64, 64, 2]),
    ] as [(Int, [UInt32])])
    func forceSync(count: Int, sizes: [UInt32]) {
        let run = run(count, rule: .forceSync)
        #expect(run.sizes == sizes)
        #expect(run.fixture.device.executed.syncCount == sizes.count)
    }

    @Test("the rule says beforehand what a batch comes to", arguments: [BatchRule.standard, .forceSync])
    func insertions(rule: BatchRule) {
        for count in 0...300 {
            for sync in [true, false] {
                let insertions = rule.insertions(count: count, sync: sync)
                #expect(insertions.reduce(0) { $0 + $1.count } == count)
                #expect(insertions.last!.sync == sync)
                #expect(insertions.dropLast().allSatisfy { $0.count == rule.capacity && $0.sync == rule.syncsFullBatch })
                #expect((count == 0 ? 0...0 : 1...rule.capacity).contains(insertions.last!.count))
            }
        }
    }

    @Test("a batch is split as the rule says", arguments: [BatchRule.standard, .forceSync])
    func agrees(rule: BatchRule) {
        for count in [0, 1, 63, 64, 65, 130, 190] {
            let expected = rule.insertions(count: count, sync: true).map { UInt32($0.count + ($0.sync ? 1 : 0)) }
            #expect(run(count, rule: rule).sizes == expected)
        }
    }

    @Test("a batch that its queue can never hold is refused")
    func tooLarge() {
        let fixture = QueueFixture(log2Entries: 6)
        var processor = fixture.processor()
        var observer = NoQueueObserver()
        var batch = CommandBatch(rule: .standard)
        for command in commands(64) { _ = batch.add(command, to: fixture.queue(), on: &processor, observer: &observer) }
        #expect(batch.submit(to: fixture.queue(), on: &processor, observer: &observer) == .neverFits)
        #expect(fixture.device.executed.entries.isEmpty)
    }
}

@Suite("Recovering from a command that stopped the queue")
struct ErrorRecoveryTests {
    let fixture = QueueFixture(log2Entries: 4)

    @Test("an illegal command becomes a CMD_SYNC with the queue's signal, and the device goes on", arguments: [CompletionSignal.sev, .none])
    func illegal(signal: CompletionSignal) {
        var (processor, recording) = fixture.recorder()
        var observer = NoQueueObserver()
        let list = [command(0), Command(word0: 0xff, word1: 0x1234), command(1)]
        _ = fixture.queue().issue(list.span, sync: false, on: &processor, observer: &observer)
        #expect(fixture.device.queue.error == .illegal)
        let before = fixture.state
        recording.operations = []
        let recovery = ErrorRecovery(placement: fixture.placement, replacement: signal)
        #expect(recovery.handle(on: &processor))
        #expect(recording.lines == [
            "readRegister orderedReads readError GERROR", "readRegister relaxed readError GERRORN", "readRegister orderedReads readError CONS",
            "load relaxed readBadSlot slot[1].0", "load relaxed readBadSlot slot[1].1",
            "store relaxed replaceBadSlot slot[1].0", "store relaxed replaceBadSlot slot[1].1",
            "writeRegister orderedStores acknowledgeError GERRORN",
        ])
        #expect(fixture.entry(1) == .sync(signal))
        #expect(fixture.device.queue.error == .none)
        #expect(fixture.device.executed.commands == commands(2))
        #expect(fixture.device.executed.syncCount == 1)
        var expected = before
        expected.hardwareCons = 3
        #expect(fixture.state == expected, "the producers' words are not touched")
        #expect(!recovery.handle(on: &processor), "nothing is active any more")
    }

    @Test("what the device can retry stays; what is not known is replaced", arguments: [
        (UInt32(0), false), (1, true), (2, false), (3, false), (4, true), (0x7f, true),
    ])
    func codes(code: UInt32, isReplaced: Bool) {
        fixture.device.isRunning = false
        let slot = fixture.placement.slot(5)
        fixture.memory.set(slot, to: 0x1111)
        fixture.memory.set(fixture.placement.cons, to: code << 24 | 0x15)
        fixture.memory.set(fixture.placement.gerror, to: 1)
        var processor = fixture.processor()
        #expect(ErrorRecovery(placement: fixture.placement, replacement: .sev).handle(on: &processor))
        #expect(fixture.entry(5) == (isReplaced ? .sync(.sev) : Command(word0: 0x1111, word1: 0)))
        #expect(fixture.memory.inspect(fixture.placement.gerrorn) == 1)
    }

    @Test("another error is acknowledged and no slot is touched")
    func otherError() {
        fixture.device.isRunning = false
        fixture.memory.set(fixture.placement.cons, to: 0x0100_0000)
        fixture.memory.set(fixture.placement.gerror, to: 0x11)
        fixture.memory.set(fixture.placement.gerrorn, to: 1)
        var processor = fixture.processor()
        #expect(ErrorRecovery(placement: fixture.placement, replacement: .sev).handle(on: &processor))
        #expect(fixture.entry(0) == Command(word0: 0, word1: 0))
        #expect(fixture.memory.inspect(fixture.placement.gerrorn) == 0x11)
    }
}
