import CommandQueue
import Machine
import SMMUv3
import Testing

private let exclusive: UInt32 = 1 << 31

@Suite("The queue's lock")
struct QueueLockTests {
    @Test("a CMD_SYNC under an exclusive lock counts itself in and waits", arguments: QueueLock.Form.allCases, [0, 1, 5] as [UInt32])
    func sharedWaits(form: QueueLock.Form, others: UInt32) {
        let fixture = QueueFixture(log2Entries: 4)
        fixture.device.isRunning = false
        let lock = fixture.placement.lock
        fixture.memory.set(lock, to: exclusive &+ others)
        var (processor, recording) = fixture.recorder()
        var observer = NoQueueObserver()
        var seen: [UInt32] = []
        fixture.device.onPoll = { poll in
            seen.append(fixture.memory.inspect(lock))
            if poll == 3 {
                // The holder unlocks, in its form.
                switch form {
                case .counted: fixture.memory.set(lock, to: fixture.memory.inspect(lock) & ~exclusive)
                case .legacy: fixture.memory.set(lock, to: 0)
                }
                fixture.device.isRunning = true
            }
        }
        #expect(fixture.queue(lock: form).issue(commands(1).span, sync: true, on: &processor, observer: &observer) == .done)
        #expect(seen.prefix(3) == [exclusive + others + 1, exclusive + others + 1, exclusive + others + 1])
        let waits = recording.numbers(at: .awaitShared).map { recording.operations[$0].line }
        switch form {
        case .counted:
            #expect(waits == ["wait awaitShared lock"])
            #expect(fixture.state.lock == others, "the waiters before are still counted")
        case .legacy:
            #expect(waits == ["wait awaitShared lock", "compareExchange relaxed awaitShared lock"])
            #expect(fixture.state.lock == 0, "the unlock dropped the waiters")
        }
        #expect(fixture.state.cons == (form == .counted && others > 0 ? 0 : 2), "only the last holder stores cons")
    }

    @Test("the counted form waits for a count above 0, the legacy form for one of 0 or above")
    func conditions() {
        for form in QueueLock.Form.allCases {
            let fixture = QueueFixture(log2Entries: 4)
            fixture.memory.set(fixture.placement.lock, to: exclusive)
            var (processor, recording) = fixture.recorder()
            fixture.device.onPoll = { _ in fixture.memory.set(fixture.placement.lock, to: form == .counted ? 1 : 0) }
            var verdicts: [Bool] = []
            recording.onWait = { operation, condition in
                guard operation.site == .awaitShared else { return }
                verdicts = ([exclusive, exclusive + 9, 0xffff_ffff, 0, 1, 7] as [UInt32]).map { condition(UInt64($0)) }
            }
            var observer = NoQueueObserver()
            #expect(fixture.queue(lock: form).issue(commands(1).span, sync: true, on: &processor, observer: &observer) == .done)
            #expect(verdicts == [false, false, false, form == .legacy, true, true])
        }
    }

    @Test("a legacy waiter whose compare-and-swap fails tries again with what it found")
    func legacyRetry() {
        let fixture = QueueFixture(log2Entries: 4)
        let lock = fixture.placement.lock
        fixture.memory.set(lock, to: exclusive)
        var (processor, recording) = fixture.recorder()
        fixture.device.onPoll = { _ in fixture.memory.set(lock, to: 0) }
        var interfered = false
        recording.before = { operation in
            guard operation.site == .awaitShared, operation.kind == .compareExchange, !interfered else { return }
            interfered = true
            fixture.memory.set(lock, to: 3)
        }
        var observer = NoQueueObserver()
        #expect(fixture.queue(lock: .legacy).issue(commands(1).span, sync: true, on: &processor, observer: &observer) == .done)
        #expect(interfered)
        #expect(recording.numbers(at: .awaitShared).map { recording.operations[$0].kind } == [.wait, .compareExchange, .wait, .compareExchange])
        #expect(fixture.state.lock == 3)
    }

    @Test("the exclusive unlock keeps the waiters in its counted form and drops them in the legacy form", arguments: QueueLock.Form.allCases)
    func exclusiveUnlock(form: QueueLock.Form) {
        let fixture = QueueFixture(log2Entries: 2)
        fixture.fill()
        var (processor, recording) = fixture.recorder()
        var seen: (locked: UInt32, unlocked: UInt32)?
        recording.before = { operation in
            guard operation.site == .unlockExclusive else { return }
            let locked = fixture.memory.inspect(fixture.placement.lock)
            fixture.memory.set(fixture.placement.lock, to: locked + 2)
            seen = (locked, 0)
        }
        recording.after = { operation in
            guard operation.site == .unlockExclusive else { return }
            seen?.unlocked = fixture.memory.inspect(fixture.placement.lock)
        }
        var observer = NoQueueObserver()
        #expect(fixture.queue(lock: form).issue(commands(1).span, sync: false, on: &processor, observer: &observer) == .done)
        #expect(seen?.locked == exclusive)
        #expect(seen?.unlocked == (form == .counted ? 2 : 0))
        let lines = recording.lines.prefix(6)
        #expect(lines == [
            "load relaxed allocate pointers",
            "compareExchange relaxed lockExclusive lock",
            "readRegister relaxed readSpaceCons CONS",
            "store relaxed refreshCons pointers.cons",
            form == .counted ? "fetchAdd release unlockExclusive lock" : "store release unlockExclusive lock",
            "load relaxed allocate pointers",
        ])
        #expect(recording.operations[3].dependency.operations == [2])
    }

    @Test("a holder that is not the last gives up its share and leaves cons alone", arguments: QueueLock.Form.allCases)
    func notLast(form: QueueLock.Form) {
        let fixture = QueueFixture(log2Entries: 4)
        fixture.memory.set(fixture.placement.lock, to: 1)
        var (processor, recording) = fixture.recorder()
        var observer = NoQueueObserver()
        #expect(fixture.queue(lock: form).issue(commands(1).span, sync: true, on: &processor, observer: &observer) == .done)
        #expect(recording.lines.suffix(2) == ["load relaxed tryUnlock lock", "fetchAdd release unlockShared lock"])
        #expect(fixture.state.lock == 1 && fixture.state.cons == 0)
    }
}

@Suite("Waiting for space")
struct SpaceTests {
    @Test("with the lock free, cons is refreshed from CONS and the caller looks again", arguments: 1...4)
    func lockFree(log2Entries: Int) {
        let fixture = QueueFixture(log2Entries: log2Entries)
        fixture.fill()
        let entries = fixture.placement.geometry.entries
        var (processor, recording) = fixture.recorder()
        var observer = DoorbellObserver()
        #expect(fixture.queue().issue(commands(1).span, sync: true, on: &processor, observer: &observer) == .done)
        #expect(recording.numbers(at: .refreshCons).count == 1)
        #expect(observer.starts == [entries])
        #expect(fixture.restingProblems(cons: (entries + 2) & fixture.placement.geometry.pointerMask) == [])
    }

    @Test("with the lock taken, the caller waits until the queue is not full, which need not be enough")
    func lockTaken() {
        let fixture = QueueFixture(log2Entries: 2)
        fixture.fill()
        fixture.memory.set(fixture.placement.lock, to: 1)
        var (processor, recording) = fixture.recorder()
        // The holder's share ends after a while: first one slot is known to be free, then all.
        fixture.device.onPoll = { poll in
            if poll == 2 { fixture.memory.set(fixture.placement.pointers.high, to: 1) }
        }
        var waits = 0
        recording.before = { operation in
            guard operation.site == .awaitSpace else { return }
            waits += 1
            if waits == 2 { fixture.memory.set(fixture.placement.pointers.high, to: 4) }
        }
        var observer = DoorbellObserver()
        #expect(fixture.queue().issue(commands(2).span, sync: false, on: &processor, observer: &observer) == .done)
        #expect(waits == 2, "one free slot is not enough for two")
        #expect(recording.numbers(at: .lockExclusive).count == 2)
        #expect(recording.numbers(at: .refreshCons).isEmpty)
        #expect(observer.starts == [4] && observer.spaceTimeouts == 0)
    }

    @Test("a wait for space that takes too long is reported and goes on")
    func timesOut() {
        let fixture = QueueFixture(log2Entries: 2)
        fixture.fill()
        fixture.memory.set(fixture.placement.lock, to: 1)
        fixture.device.onPoll = { poll in
            if poll == 25 { fixture.memory.set(fixture.placement.pointers.high, to: 4) }
        }
        var processor = fixture.processor()
        var observer = DoorbellObserver()
        // Ten polls of a microsecond each, then one that is late.
        let queue = fixture.queue(timeout: 10_000)
        #expect(queue.issue(commands(1).span, sync: false, on: &processor, observer: &observer) == .done)
        #expect(observer.spaceTimeouts == 2)
        #expect(fixture.device.polls == 25)
    }

    @Test("an insertion that can never fit is refused and changes nothing", arguments: 1...5)
    func neverFits(log2Entries: Int) {
        let fixture = QueueFixture(log2Entries: log2Entries)
        let before = fixture.state
        let entries = Int(fixture.placement.geometry.entries)
        for (count, sync) in [(entries + 1, false), (entries, true), (entries + 7, true), (4 * entries, false)] {
            var (processor, recording) = fixture.recorder()
            var observer = DoorbellObserver()
            #expect(fixture.queue().issue(commands(count).span, sync: sync, on: &processor, observer: &observer) == .neverFits)
            #expect(recording.operations.isEmpty && observer.starts.isEmpty)
        }
        #expect(fixture.state == before)
        var processor = fixture.processor()
        var observer = DoorbellObserver()
        #expect(fixture.queue().issue(commands(entries).span, sync: false, on: &processor, observer: &observer) == .done)
        #expect(fixture.queue().issue(commands(entries - 1).span, sync: true, on: &processor, observer: &observer) == .done)
        #expect(fixture.restingProblems(cons: 0) == [], "two laps")
    }
}

extension QueueFixture {
    /// Fills the ring from slot 0 on; the device executes it, but the software cons does not know.
    func fill() {
        var processor = processor()
        var observer = NoQueueObserver()
        _ = queue().issue(commands(Int(placement.geometry.entries), from: 1000).span, sync: false, on: &processor, observer: &observer)
        device.polls = 0
    }
}
