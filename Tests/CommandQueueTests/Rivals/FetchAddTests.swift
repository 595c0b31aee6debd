import CommandQueue
import Machine
import SMMUv3
import Testing

@Suite("fetch-add, step by step")
struct FetchAddTests {
    let fixture = QueueFixture(log2Entries: 3)
    var placement: QueuePlacement { fixture.placement }

    func queue(_ completion: SyncCompletion = .msi, timeout: UInt64 = 1_000_000) -> FetchAddQueue {
        FetchAddQueue(placement: placement, completion: completion, timeout: timeout)
    }

    /// Problems with the words once nobody is at work; empty if there are none.
    func restingProblems(prod: UInt32) -> [String] {
        var state = fixture.state
        var problems: [String] = []
        if fixture.memory.inspect(placement.pointers) != UInt64(prod) { problems.append("pointers \(fixture.memory.inspect(placement.pointers))") }
        // The shared checks take cons from Linux's place.
        state.cons = fixture.memory.inspect(placement.separateCons)
        return problems + state.restingProblems()
    }

    let start = [
        "fetchAdd full allocate pointers", "load relaxed awaitSpace separateCons", "storeEntries writeSlots slot[0].0",
        "store relaxed writeSlots slot[2].0", "store relaxed writeSlots slot[2].1",
        "fence dmaWrite publishSlots", "load relaxed publishSlots validMapPointer", "xor relaxed publishSlots validMap[0]",
    ]
    let owner = [
        "wait awaitOwner ownerProd", "fetchAnd relaxed closeGather pointers", "wait awaitValid validMap[0]",
        "fetchAdd relaxed lockShared lock", "writeRegister orderedStores doorbell PROD", "store release handOver ownerProd",
    ]
    let lastHolder = ["load relaxed tryUnlock lock", "store relaxed updateCons separateCons", "fetchAdd release unlockShared lock"]

    @Test("an owner with a CMD_SYNC", arguments: [SyncCompletion.msi, .cons])
    func owner(completion: SyncCompletion) {
        var (processor, recording) = fixture.recorder()
        var observer = DoorbellObserver()
        #expect(queue(completion).issue(commands(2).span, sync: true, on: &processor, observer: &observer) == .done)
        let waiting = completion == .msi
            ? ["wait timeout awaitSync slot[2].0", "load acquire awaitSync slot[2].0"]
            : ["load relaxed readSyncCons separateCons", "poll awaitSync", "readRegister orderedReads readSyncCons CONS"]
        #expect(recording.lines == start + owner + waiting + lastHolder)
        #expect(recording.operations[0].value == 1 << 48 | 1 << 32 | 3)
        #expect(recording.operations[9].value == 0xf)
        #expect(observer.doorbells.map { [$0.start, $0.end] } == [[0, 3]])
        #expect(restingProblems(prod: 3) == [])
        #expect(fixture.memory.inspect(placement.separateCons) == 3)
        let doorbell = recording.operations[recording.numbers(at: .doorbell)[0]]
        #expect(doorbell.dependency.operations == Set([Site.awaitOwner, .closeGather, .awaitValid].flatMap(recording.numbers(at:))))
        for number in recording.numbers(at: .writeSlots) {
            #expect(recording.operations[number].dependency.operations == [0, 1], "the allocation and the space")
        }
    }

    @Test("without a CMD_SYNC nobody takes the lock")
    func withoutSync() {
        var (processor, recording) = fixture.recorder()
        var observer = NoQueueObserver()
        #expect(queue().issue(commands(3).span, sync: false, on: &processor, observer: &observer) == .done)
        #expect(recording.lines == (start + owner).filter { !$0.hasPrefix("store relaxed") && !$0.hasSuffix(" lock") })
        #expect(recording.operations[0].value == 1 << 32 | 3)
        #expect(restingProblems(prod: 3) == [])
    }

    @Test("who finds a gather open adds to it, takes no lock and does not ring")
    func nonOwner() {
        fixture.memory.set(placement.pointers, to: 1 << 48 | 1 << 32 | 1)
        var (processor, recording) = fixture.recorder()
        var observer = NoQueueObserver()
        #expect(queue().issue(commands(2).span, sync: false, on: &processor, observer: &observer) == .done)
        #expect(recording.lines == [
            "fetchAdd full allocate pointers", "load relaxed awaitSpace separateCons", "storeEntries writeSlots slot[1].0",
            "fence dmaWrite publishSlots", "load relaxed publishSlots validMapPointer", "xor relaxed publishSlots validMap[0]",
        ])
        #expect(fixture.memory.inspect(placement.pointers) == 1 << 48 | 2 << 32 | 3)
        #expect(fixture.state.hardwareProd == 0 && fixture.state.lock == 0)
    }

    @Test("the owner takes a share for each CMD_SYNC of its gather, once all is valid and before it rings")
    func shares() {
        var (processor, recording) = fixture.recorder()
        // Another producer joins, with a CMD_SYNC alone, right before the gather is closed.
        recording.before = { [fixture, placement] operation in
            guard operation.site == .closeGather else { return }
            let old = fixture.memory.inspect(placement.pointers)
            fixture.memory.set(placement.pointers, to: old + (1 << 48 | 1 << 32 | 1))
        }
        fixture.device.onPoll = { [fixture, placement] _ in
            guard fixture.state.validMap == [0b11] else { return }
            #expect(fixture.state.lock == 0, "a slot is not valid yet")
            fixture.memory.set(placement.slot(2), to: Command.sync(.irq).word0)
            fixture.memory.set(placement.slot(2).advanced(by: 1), to: placement.slotAddress(2))
            fixture.memory.set(placement.validMap, to: 0b111)
        }
        var atDoorbell: UInt32?
        recording.after = { [fixture] in if $0.site == .doorbell { atDoorbell = fixture.state.lock } }
        var observer = NoQueueObserver()
        #expect(queue().issue(commands(1).span, sync: true, on: &processor, observer: &observer) == .done)
        #expect(atDoorbell == 2)
        #expect(fixture.state.lock == 1, "the other's")
        #expect(fixture.memory.inspect(placement.separateCons) == 0, "not the last holder")
        #expect(fixture.state.hardwareProd == 3)
    }

    @Test("lists wrap, fill the ring, and what never fits is refused", arguments: [SyncCompletion.msi, .cons])
    func wraps(completion: SyncCompletion) {
        var processor = fixture.processor()
        var observer = DoorbellObserver()
        var prod: UInt32 = 0
        for (lap, count) in [5, 7, 1, 3, 7, 6, 0, 2].enumerated() {
            #expect(queue(completion).issue(commands(count, from: lap * 8).span, sync: true, on: &processor, observer: &observer) == .done)
            prod += UInt32(count) + 1
            #expect(restingProblems(prod: prod % 16) == [])
        }
        #expect(fixture.device.executed.commands == [5, 7, 1, 3, 7, 6, 0, 2].enumerated().flatMap { commands($1, from: $0 * 8) })
        #expect(queue().issue(commands(8).span, sync: true, on: &processor, observer: &observer) == .neverFits)
        #expect(queue().issue(commands(9).span, sync: false, on: &processor, observer: &observer) == .neverFits)
        #expect(queue().issue(commands(0).span, sync: false, on: &processor, observer: &observer) == .done)
        #expect(observer.doorbells.count == 8)
    }

    @Test("a CMD_SYNC that is given up returns its share and leaves cons alone", arguments: [SyncCompletion.msi, .cons])
    func timeout(completion: SyncCompletion) {
        fixture.device.isRunning = false
        var processor = fixture.processor()
        var observer = DoorbellObserver()
        #expect(queue(completion, timeout: 5000).issue(commands(1).span, sync: true, on: &processor, observer: &observer) == .syncTimedOut)
        #expect(observer.timedOut == [true])
        #expect(fixture.state.lock == 0 && fixture.memory.inspect(placement.separateCons) == 0)
    }

    @Test("a share that is returned before it is taken is not an exclusive holder")
    func earlyReturn() {
        fixture.memory.set(placement.lock, to: 0xffff_ffff)
        var processor = fixture.processor()
        var observer = NoQueueObserver()
        #expect(queue().issue(commands(1).span, sync: true, on: &processor, observer: &observer) == .done)
        #expect(Int32(bitPattern: fixture.state.lock) == -1)
    }

    @Test("an exclusive holder is waited for, and its lock is not broken")
    func exclusiveHolder() {
        fixture.memory.set(placement.lock, to: 1 << 31)
        var (processor, recording) = fixture.recorder()
        fixture.device.onPoll = { [fixture, placement] poll in
            if poll == 3 { fixture.memory.set(placement.lock, to: fixture.state.lock & ~(1 << 31)) }
        }
        var observer = NoQueueObserver()
        #expect(queue().issue(commands(1).span, sync: true, on: &processor, observer: &observer) == .done)
        #expect(recording.numbers(at: .awaitShared).count == 1)
        #expect(restingProblems(prod: 2) == [])
    }
}
