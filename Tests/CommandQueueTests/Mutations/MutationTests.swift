import CommandQueue
import Machine
import SMMUv3
import Testing

/// Interleavings of two producers, fixed by running the second one inside the first one's operations.
/// Each must be silent for the true algorithm and fail a check with its mutation.
///
/// m1 (no barrier), m4 (readl relaxed) and the exact m5 (own bits left out) only weaken an ordering: on
/// one thread, and on processors that keep stores in order, they change nothing that can be seen.
/// `InsertionOrderTests` pins their orderings and dependencies instead.
@Suite("Mutations of the algorithm are found")
struct MutationTests {
    typealias Mutated = MutatingProcessor<RecordingProcessor<InlineProcessor<TestAgent>>>

    let fixture = QueueFixture(log2Entries: 4)
    let checker: InvariantChecker

    init() { checker = InvariantChecker(fixture) }

    func processor(_ mutation: Mutation) -> (processor: Mutated, recording: Recording) {
        let (recorder, recording) = fixture.recorder()
        checker.watch(recording)
        return (MutatingProcessor(recorder, mutation, placement: fixture.placement), recording)
    }

    /// Silent without the mutation, and with it not.
    func expect(_ mutation: Mutation, _ applied: Bool) {
        if applied { #expect(!checker.problems.isEmpty, "\(mutation) goes unseen") } else { #expect(checker.problems == []) }
    }

    @Test("m2: an owner that rings as soon as all is valid must find the shared lock taken", arguments: [Mutation.none, .validBeforeLock])
    func validBeforeLock(mutation: Mutation) {
        // Another producer owns an open gather and has written slot 0.
        let placement = fixture.placement
        fixture.memory.set(placement.slot(0), to: command(0).word0)
        fixture.memory.set(placement.pointers.low, to: LinuxQueue.owned | 1)
        fixture.memory.set(placement.validMap, to: 1)
        fixture.device.isRunning = false
        checker.look()
        var (processor, recording) = processor(mutation)
        var hasRung = false
        recording.after = { [checker, fixture] operation in
            checker.look(after: operation)
            let map = fixture.memory.inspect(placement.validMap)
            guard !hasRung, map == 0b111 else { return }
            hasRung = true
            fixture.memory.set(placement.pointers.low, to: 3)
            checker.look()
            fixture.memory.set(placement.prod, to: 3)
            checker.look()
            fixture.memory.set(placement.ownerProd, to: 3)
            fixture.device.isRunning = true
        }
        var observer = NoQueueObserver()
        let outcome = fixture.queue().issue(commands(1, from: 1).span, sync: true, on: &processor, observer: &observer)
        #expect(outcome == .done && hasRung)
        expect(mutation, mutation == .validBeforeLock)
    }

    @Test("m3: the next owner rings as soon as it is handed the turn; PROD must not move back after that", arguments: [Mutation.none, .handOverBeforeDoorbell])
    func handOverBeforeDoorbell(mutation: Mutation) {
        var (processor, recording) = processor(mutation)
        let other = fixture.processor()
        recording.after = { [checker, fixture] operation in
            checker.look(after: operation)
            guard operation.site == .handOver else { return }
            var other = other
            var observer = NoQueueObserver()
            _ = fixture.queue().issue(commands(2, from: 10).span, sync: false, on: &other, observer: &observer)
            checker.look()
        }
        var observer = NoQueueObserver()
        _ = fixture.queue().issue(commands(1).span, sync: false, on: &processor, observer: &observer)
        expect(mutation, mutation == .handOverBeforeDoorbell)
    }

    @Test("m5: a doorbell must not cover slots that another producer has not written", arguments: [Mutation.none, .noAwaitValid])
    func noAwaitValid(mutation: Mutation) {
        fixture.device.isRunning = false
        var (processor, recording) = processor(mutation)
        recording.before = { [fixture] operation in
            guard operation.site == .closeGather else { return }
            fixture.memory.set(fixture.placement.pointers.low, to: LinuxQueue.owned | 2)
        }
        fixture.device.onPoll = { [fixture] _ in
            fixture.memory.set(fixture.placement.slot(1), to: command(1).word0)
            fixture.memory.set(fixture.placement.validMap, to: 0b11)
        }
        var observer = NoQueueObserver()
        _ = fixture.queue().issue(commands(1).span, sync: false, on: &processor, observer: &observer)
        #expect(fixture.state.hardwareProd == 2)
        expect(mutation, mutation == .noAwaitValid)
    }

    @Test("m7: a gather is closed only in turn, or there are two owners", arguments: [Mutation.none, .closeBeforeTurn])
    func closeBeforeTurn(mutation: Mutation) {
        // The previous owner has closed its gather, slots 0 and 1, and has not rung yet.
        let placement = fixture.placement
        for slot in 0..<2 as Range<UInt32> { fixture.memory.set(placement.slot(slot), to: command(0).word0) }
        fixture.memory.set(placement.pointers.low, to: 2)
        fixture.memory.set(placement.validMap, to: 0b11)
        checker.look()
        var (processor, _) = processor(mutation)
        fixture.device.onPoll = { [fixture, checker] poll in
            guard poll == 3 else { return }
            fixture.memory.set(placement.prod, to: 2)
            checker.look()
            fixture.memory.set(placement.ownerProd, to: 2)
        }
        var observer = NoQueueObserver()
        _ = fixture.queue().issue(commands(1).span, sync: true, on: &processor, observer: &observer)
        expect(mutation, mutation == .closeBeforeTurn)
    }

    @Test("m8: of two CMD_SYNCs in flight only the last holder stores cons", arguments: [Mutation.none, .alwaysLastHolder])
    func alwaysLastHolder(mutation: Mutation) {
        var (first, recording) = processor(mutation)
        var (second, _) = processor(mutation)
        var hasRun = false
        recording.before = { [fixture] operation in
            guard operation.site == .tryUnlock, !hasRun else { return }
            hasRun = true
            var observer = NoQueueObserver()
            _ = fixture.queue().issue(commands(1, from: 5).span, sync: true, on: &second, observer: &observer)
        }
        var observer = NoQueueObserver()
        _ = fixture.queue().issue(commands(1).span, sync: true, on: &first, observer: &observer)
        #expect(hasRun)
        expect(mutation, mutation == .alwaysLastHolder)
    }
}
