import CommandQueue
import Machine
import SMMUv3
import Testing

/// The exact operations of one insertion, against the reference's phases (1.3) and ordering table (1.9).
@Suite("The operations of one insertion, in order")
struct InsertionOrderTests {
    /// Phases 1 to 3 of an insertion at slot 0 with a CMD_SYNC in slot `sync`.
    func start(sync: Int) -> [String] {
        [
            "load relaxed allocate pointers",
            "compareExchange relaxed allocate pointers",
            "storeEntries writeSlots slot[0].0",
            "store relaxed writeSlots slot[\(sync)].0",
            "store relaxed writeSlots slot[\(sync)].1",
            "fetchAdd relaxed lockShared lock",
            "fence dmaWrite publishSlots",
            "load relaxed publishSlots validMapPointer",
            "xor relaxed publishSlots validMap[0]",
        ]
    }
    /// Phase 4.
    let owner = [
        "wait awaitOwner ownerProd",
        "fetchAdd relaxed closeGather pointers",
        "wait awaitValid validMap[0]",
        "writeRegister relaxed doorbell PROD",
        "store release handOver ownerProd",
    ]
    /// How a last holder ends.
    let lastHolder = [
        "load relaxed tryUnlock lock",
        "store relaxed updateCons pointers.cons",
        "fetchAdd release unlockShared lock",
    ]

    @Test("an owner with a CMD_SYNC by MSI")
    func ownerMSI() {
        let fixture = QueueFixture(log2Entries: 3)
        var (processor, recording) = fixture.recorder()
        var observer = NoQueueObserver()
        #expect(fixture.queue(.msi).issue(commands(2).span, sync: true, on: &processor, observer: &observer) == .done)
        #expect(recording.lines == start(sync: 2) + owner + ["wait timeout awaitSync slot[2].0"] + lastHolder)
        #expect(recording.operations[1].value == 0x8000_0003)
        #expect(recording.operations[2].value == 4)
        #expect(recording.operations[3].value == 0x0fc0_1046)
        #expect(recording.operations[4].value == QueueFixture.addressBase + UInt64(fixture.placement.slots.offset) + 32)
        #expect(recording.operations[8].value == 0b111)
        #expect(recording.operations[10].value == 1 << 31)
        #expect(recording.operations[12].value == 3)
        #expect(recording.operations[13].value == 3)
        #expect(recording.operations[16].value == 3)
        #expect(fixture.restingProblems(cons: 3) == [])
    }

    @Test("an owner with a CMD_SYNC that polls CONS", arguments: [
        (SyncCompletion.cons, 0x0fc0_2046 as UInt64), (.consUnsignalled, 0x0fc0_0046),
    ])
    func ownerCons(completion: SyncCompletion, word0: UInt64) {
        let fixture = QueueFixture(log2Entries: 3)
        var (processor, recording) = fixture.recorder()
        var observer = NoQueueObserver()
        #expect(fixture.queue(completion).issue(commands(1).span, sync: true, on: &processor, observer: &observer) == .done)
        let polling = [
            "load relaxed readSyncCons pointers",
            "poll awaitSync",
            "readRegister orderedReads readSyncCons CONS",
        ]
        #expect(recording.lines == start(sync: 1) + owner + polling + lastHolder)
        #expect(recording.operations[3].value == word0)
        #expect(recording.operations[4].value == 0)
        #expect(fixture.restingProblems(cons: 2) == [])
    }

    @Test("an owner without a CMD_SYNC takes no lock and waits for nothing")
    func ownerWithoutSync() {
        let fixture = QueueFixture(log2Entries: 3)
        var (processor, recording) = fixture.recorder()
        var observer = NoQueueObserver()
        #expect(fixture.queue().issue(commands(3).span, sync: false, on: &processor, observer: &observer) == .done)
        let phases = start(sync: 0).filter { !$0.hasPrefix("store relaxed") && !$0.hasSuffix(" lock") }
        #expect(recording.lines == phases + owner)
        #expect(fixture.restingProblems(cons: 0) == [])
    }

    @Test("a producer that finds OWNED set returns when its slots are valid, without a doorbell")
    func nonOwner() {
        let fixture = QueueFixture(log2Entries: 3)
        fixture.memory.set(fixture.placement.pointers, to: UInt64(LinuxQueue.owned) | 1)
        var (processor, recording) = fixture.recorder()
        var observer = NoQueueObserver()
        #expect(fixture.queue().issue(commands(2).span, sync: false, on: &processor, observer: &observer) == .done)
        #expect(recording.lines == [
            "load relaxed allocate pointers", "compareExchange relaxed allocate pointers", "storeEntries writeSlots slot[1].0",
            "fence dmaWrite publishSlots", "load relaxed publishSlots validMapPointer", "xor relaxed publishSlots validMap[0]",
        ])
        let state = fixture.state
        #expect(state.prod == 3 && state.isOwned && state.hardwareProd == 0 && state.ownerProd == 0)
        #expect(state.validMap == [0b110])
    }

    @Test("a list that wraps is stored in two runs and publishes in as many words as it touches")
    func wraps() {
        let fixture = QueueFixture(log2Entries: 3)
        fixture.advance(to: 6)
        var (processor, recording) = fixture.recorder()
        var observer = NoQueueObserver()
        #expect(fixture.queue().issue(commands(3).span, sync: true, on: &processor, observer: &observer) == .done)
        let writes = recording.numbers(at: .writeSlots).map { recording.operations[$0].line }
        #expect(writes == [
            "storeEntries writeSlots slot[6].0", "storeEntries writeSlots slot[0].0",
            "store relaxed writeSlots slot[1].0", "store relaxed writeSlots slot[1].1",
        ])
        let toggles = recording.operations.filter { $0.kind == .xor }.map(\.value)
        #expect(toggles == [0b1100_0000, 0b11])
        #expect(fixture.restingProblems(cons: 10) == [])
    }

    @Test("the padded layout has the same operations on the same words")
    func paddedLayout() {
        let lines = QueuePlacement.Layout.allCases.map { layout -> [String] in
            let fixture = QueueFixture(log2Entries: 3, layout: layout)
            var (processor, recording) = fixture.recorder()
            var observer = NoQueueObserver()
            _ = fixture.queue().issue(commands(2).span, sync: true, on: &processor, observer: &observer)
            return recording.lines
        }
        #expect(lines[0] == lines[1])
    }

    @Test("what relies on a read names it: slots on the allocation, the doorbell on all that makes it safe, cons on its source and on holding the lock")
    func dependencies() {
        for completion in [SyncCompletion.msi, .cons] {
            let fixture = QueueFixture(log2Entries: 3)
            var (processor, recording) = fixture.recorder()
            var observer = NoQueueObserver()
            _ = fixture.queue(completion).issue(commands(2).span, sync: true, on: &processor, observer: &observer)
            func single(_ site: Site) -> Operation { recording.operations[recording.numbers(at: site).last!] }
            for number in recording.numbers(at: .writeSlots) {
                #expect(recording.operations[number].dependency.operations == [1], "the compare-and-swap")
            }
            let expected = Set([Site.awaitOwner, .closeGather, .awaitValid].flatMap(recording.numbers(at:)))
            #expect(expected.count == 3)
            #expect(single(.doorbell).dependency.operations == expected)
            let source = recording.numbers(at: completion == .msi ? .awaitSync : .readSyncCons).last!
            let held = [Site.lockShared, .tryUnlock].map { recording.numbers(at: $0).first! }
            #expect(single(.updateCons).dependency.operations == Set([source] + held))
        }
    }
}

@Suite("The state after each phase of one insertion")
struct PhaseStateTests {
    @Test("allocation, slots, lock, valid bits, gather, doorbell, hand-over, cons")
    func phases() {
        let fixture = QueueFixture(log2Entries: 3)
        fixture.advance(to: 2)
        var (processor, recording) = fixture.recorder()
        var states: [Site: QueueState] = [:]
        recording.after = { states[$0.site] = fixture.state }
        var observer = NoQueueObserver()
        var expected = fixture.state
        _ = fixture.queue(.msi).issue(commands(2).span, sync: true, on: &processor, observer: &observer)
        (expected.prod, expected.isOwned) = (5, true)
        #expect(states[.allocate] == expected)
        #expect(states[.writeSlots] == expected)
        expected.lock = 1
        #expect(states[.lockShared] == expected)
        expected.validMap = [0b11111]
        #expect(states[.publishSlots] == expected)
        #expect(states[.awaitOwner] == expected)
        expected.isOwned = false
        #expect(states[.closeGather] == expected)
        #expect(states[.awaitValid] == expected)
        // The device of this machine runs inside the doorbell.
        (expected.hardwareProd, expected.hardwareCons) = (5, 5)
        #expect(states[.doorbell] == expected)
        expected.ownerProd = 5
        #expect(states[.handOver] == expected)
        #expect(states[.awaitSync] == expected)
        expected.cons = 5
        #expect(states[.updateCons] == expected)
        expected.lock = 0
        #expect(states[.unlockShared] == expected)
        #expect(fixture.device.executed.commands == commands(2))
        #expect(fixture.entry(4) == Command(word0: 0, word1: fixture.placement.slotAddress(4)), "the MSI wrote the low half; the high half was 0")
    }
}
