import CommandQueue
import Machine
import SMMUv3
import Testing

/// Situations in which space is waited for after the allocation, made by hand: other producers are what the test writes in their name.
@Suite("fetch-add, where it could wait for ever")
struct FetchAddDeadlockTests {
    /// Adds a list to the gather, in the name of another producer that has not written it.
    func allocate(_ count: UInt64, sync: Bool, in fixture: QueueFixture) {
        let word = fixture.placement.pointers
        fixture.memory.set(word, to: fixture.memory.inspect(word) + FetchAddQueue.gatherUnit + (sync ? FetchAddQueue.syncUnit : 0) + count)
    }

    /// Writes an entry and toggles its valid bit.
    func write(_ command: Command, at pointer: UInt32, in fixture: QueueFixture) {
        let (slot, index) = (fixture.placement.slot(pointer), fixture.placement.geometry.index(pointer))
        fixture.memory.set(slot, to: command.word0)
        fixture.memory.set(slot.advanced(by: 1), to: command.word1)
        fixture.memory.set(fixture.placement.validMap, to: fixture.state.validMap[0] ^ 1 << UInt64(index))
    }

    func sync(at pointer: UInt32, in fixture: QueueFixture) -> Command {
        .sync(.irq, msiAddress: fixture.placement.slotAddress(pointer))
    }

    @Test("B4: an issuer that takes its own share keeps its siblings from space", arguments: [Mutation.none, .issuerLocks])
    func issuerLocks(mutation: Mutation) {
        let fixture = QueueFixture(log2Entries: 2)
        let placement = fixture.placement
        let queue = FetchAddQueue(placement: placement, completion: .msi, timeout: 1_000_000)
        // Two entries are consumed, and cons does not know it. Another producer owns the open gather and has written slot 2.
        var first = fixture.processor()
        var observer = SpaceObserver(fixture: fixture)
        #expect(queue.issue(commands(2).span, sync: false, on: &first, observer: &observer) == .done)
        allocate(1, sync: false, in: fixture)
        write(command(2), at: 2, in: fixture)

        // The issuer: a CMD_SYNC in slot 3. While it waits, a sibling needs slot 4, then the owner publishes.
        let (recorder, recording) = fixture.recorder()
        var issuer = MutatingProcessor(recorder, mutation, placement: placement)
        var hasRun = false
        recording.before = { operation in
            guard operation.site == .awaitSync, !hasRun else { return }
            hasRun = true
            var sibling = fixture.processor()
            let impatient = FetchAddQueue(placement: placement, completion: .msi, timeout: 5000)
            #expect(impatient.issue(commands(1, from: 4).span, sync: false, on: &sibling, observer: &observer) == .done)
            #expect(fixture.memory.inspect(placement.pointers) == 1 << 48 | 3 << 32 | 5)
            fixture.memory.set(placement.pointers, to: 5)
            fixture.memory.set(placement.lock, to: 1)
            fixture.memory.set(placement.prod, to: 5)
            fixture.memory.set(placement.ownerProd, to: 5)
        }
        var none = NoQueueObserver()
        #expect(queue.issue([Command]().span, sync: true, on: &issuer, observer: &none) == .done)
        #expect(hasRun)
        if mutation == .none { #expect(observer.timeouts == 0) } else { #expect(observer.timeouts == 1, "\(mutation) goes unseen") }
        #expect(fixture.state.lock == 0 && fixture.state.hardwareCons == 5)
    }

    @Test("a gather longer than the ring is published in parts, and each CMD_SYNC's share is taken with its part", arguments: [false, true])
    func parts(ownerSyncs: Bool) {
        let fixture = QueueFixture(log2Entries: 3)
        let placement = fixture.placement
        let queue = FetchAddQueue(placement: placement, completion: .msi, timeout: 1_000_000)
        var (processor, recording) = fixture.recorder()
        var locks: [UInt32] = []
        recording.before = { operation in
            switch operation.site {
            case .closeGather:
                // Others fill the ring without a CMD_SYNC, one adds a CMD_SYNC, and two lists more lie beyond the ring.
                let own: UInt32 = ownerSyncs ? 2 : 1
                allocate(UInt64(8 - own), sync: true, in: fixture)
                for slot in own..<7 { write(command(Int(slot)), at: slot, in: fixture) }
                write(sync(at: 7, in: fixture), at: 7, in: fixture)
                allocate(1, sync: false, in: fixture)
                allocate(2, sync: true, in: fixture)
            case .doorbell: locks.append(fixture.state.lock)
            default: break
            }
        }
        fixture.device.onPoll = { _ in
            // Who waits beyond the ring writes once what it laps is consumed: never before, or this test would show nothing.
            guard fixture.state.hardwareCons == 4, fixture.state.validMap == [0xff] else { return }
            #expect(fixture.state.lock == 0, "a share that is held now keeps cons from being refreshed")
            write(command(8), at: 8, in: fixture)
            write(command(9), at: 9, in: fixture)
            write(sync(at: 10, in: fixture), at: 10, in: fixture)
        }
        var observer = DoorbellObserver()
        #expect(queue.issue(commands(1).span, sync: ownerSyncs, on: &processor, observer: &observer) == .done)
        #expect(observer.doorbells.map { [$0.start, $0.end] } == [[0, 4], [4, 11]])
        #expect(observer.insertions == 1 && observer.timedOut == (ownerSyncs ? [false] : []))
        #expect(locks == [ownerSyncs ? 1 : 0, 2])
        #expect(fixture.device.executed.commands == [command(0)] + commands(6, from: 1).filter { !ownerSyncs || $0 != command(1) } + commands(2, from: 8))
        #expect(fixture.device.executed.syncCount == (ownerSyncs ? 3 : 2))
        #expect(fixture.memory.inspect(placement.pointers) == 11 && fixture.state.ownerProd == 11)
        #expect(fixture.state.lock == 2, "the others'")
    }

    @Test("an owner whose own list lies beyond the ring waits for space and then rings")
    func ownerWaits() {
        let fixture = QueueFixture(log2Entries: 2)
        let queue = FetchAddQueue(placement: fixture.placement, completion: .msi, timeout: 1_000_000)
        var (processor, recording) = fixture.recorder()
        var observer = DoorbellObserver()
        for lap in 0..<5 {
            recording.operations = []
            #expect(queue.issue(commands(3, from: lap * 3).span, sync: false, on: &processor, observer: &observer) == .done)
            // From the second lap on cons is a list behind.
            #expect(recording.numbers(at: .refreshCons).count == (lap == 0 ? 0 : 1))
        }
        #expect(fixture.device.executed.commands == commands(15))
        #expect(observer.spaceTimeouts == 0)
    }

    /// Counts waits for space that took too long, and ends them as nothing else would.
    struct SpaceObserver: QueueObserver {
        let fixture: QueueFixture
        var timeouts = 0

        mutating func spaceTimedOut() {
            timeouts += 1
            fixture.memory.set(fixture.placement.lock, to: 0)
        }
    }
}
