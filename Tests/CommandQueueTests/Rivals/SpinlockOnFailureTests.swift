import CommandQueue
import Machine
import SMMUv3
import Testing

@Suite("spinlock-on-failure, step by step")
struct SpinlockOnFailureTests {
    let fixture = QueueFixture(log2Entries: 3, queuedProducers: 3)
    var queue: SpinlockOnFailureQueue { SpinlockOnFailureQueue(fixture.queue()) }

    /// Sites of what is done to allocate and to lock.
    let steps: Set<Site> = [.allocate, .lockQueue, .unlockQueue, .lockExclusive, .awaitSpace, .writeSlots]

    /// Lets another producer insert a command right before the compare-and-swaps of these numbers, counted from 1.
    func failing(_ numbers: Set<Int>, _ recording: Recording) {
        var tries = 0
        recording.before = { [fixture] operation in
            guard operation.kind == .compareExchange, operation.site == .allocate else { return }
            tries += 1
            guard numbers.contains(tries) else { return }
            var other = fixture.processor()
            var observer = NoQueueObserver()
            _ = fixture.queue().issue(commands(1).span, sync: false, on: &other, observer: &observer)
        }
    }

    @Test("without a failure it does what Linux does")
    func uncontended() {
        let lines = [true, false].map { isLinux -> [String] in
            let fixture = QueueFixture(log2Entries: 3, queuedProducers: 3)
            var (processor, recording) = fixture.recorder()
            var observer = NoQueueObserver()
            let outcome = isLinux
                ? fixture.queue().issue(commands(2).span, sync: true, on: &processor, observer: &observer)
                : SpinlockOnFailureQueue(fixture.queue()).issue(commands(2).span, sync: true, on: &processor, observer: &observer)
            #expect(outcome == .done)
            return recording.lines
        }
        #expect(lines[0] == lines[1])
    }

    @Test("a failure takes the lock once, tries go on under it, and it is given back before anything else", arguments: 1...3)
    func failures(count: Int) {
        var (processor, recording) = fixture.recorder()
        failing(Set(1...count), recording)
        var observer = DoorbellObserver()
        #expect(queue.issue(commands(2).span, sync: true, on: &processor, observer: &observer) == .done)
        let cas = "compareExchange relaxed allocate pointers"
        #expect(recording.operations.filter { steps.contains($0.site) }.map(\.line).prefix { !$0.contains("writeSlots") } == [
            "load relaxed allocate pointers", cas, "fetchAdd relaxed lockQueue queueLock", "wait lockQueue lockTurn[0]",
            "load relaxed allocate pointers",
        ] + Array(repeating: cas, count: count) + ["store release unlockQueue lockTurn[1]"])
        #expect(observer.attempts == [UInt32(count + 1)])
        #expect(fixture.restingProblems() == [])
    }

    @Test("space is waited for without the lock, and the tries then begin anew without it")
    func spaceWithoutLock() {
        var (processor, recording) = fixture.recorder()
        var observer = NoQueueObserver()
        _ = fixture.queue().issue(commands(6).span, sync: false, on: &processor, observer: &observer)
        recording.operations = []
        // CONS is 6 and cons 0; the one entry of the failure leaves one of two.
        failing([1, 2], recording)
        #expect(queue.issue(commands(2).span, sync: false, on: &processor, observer: &observer) == .done)
        let sites = recording.operations.map(\.site).filter { [.lockQueue, .unlockQueue, .lockExclusive].contains($0) }
        #expect(sites == [.lockQueue, .lockQueue, .unlockQueue, .lockExclusive, .lockQueue, .lockQueue, .unlockQueue])
        #expect(fixture.restingProblems() == [])
    }

    @Test("tickets go round the places, past 2^32, one turn after the other")
    func turns() {
        var (processor, recording) = fixture.recorder()
        var observer = NoQueueObserver()
        // Where the 2^32 tickets before would have left them.
        let first = 0xffff_fffd as UInt32
        fixture.memory.set(fixture.placement.queueLock, to: first)
        fixture.memory.set(fixture.placement.lockTurns.advanced(by: 8).low, to: first)
        for number in 0..<9 as Range<UInt32> {
            recording.operations = []
            failing([1], recording)
            #expect(queue.issue(commands(1).span, sync: true, on: &processor, observer: &observer) == .done)
            let ticket = first &+ number
            #expect(fixture.memory.inspect(fixture.placement.queueLock) == ticket &+ 1)
            #expect(recording.lines.contains("wait lockQueue lockTurn[\(ticket & 3)]"))
            #expect(recording.lines.contains("store release unlockQueue lockTurn[\((ticket &+ 1) & 3)]"))
            #expect(fixture.memory.inspect(fixture.placement.lockTurns.advanced(by: Int((ticket &+ 1) & 3) * 8).low) == ticket &+ 1)
        }
    }

    @Test("a queue has as many places as a power of two that is enough", arguments: [(0, 0), (1, 1), (2, 2), (3, 4), (96, 128), (1024, 1024)])
    func places(producers: Int, places: Int) {
        #expect(QueueFixture(log2Entries: 1, queuedProducers: producers).placement.lockTurnCount == places)
    }

    @Test("B5: a spinlock that is not given back keeps the next one that fails waiting for nobody", arguments: [Mutation.none, .leakedSpinlock])
    func leak(mutation: Mutation) {
        let (recorder, recording) = fixture.recorder()
        failing([1, 3], recording)
        var held: [UInt32] = []
        // On one thread nobody else holds the lock: who would wait for it would wait for ever.
        recording.onWait = { [fixture] operation, condition in
            guard operation.site == .lockQueue else { return }
            let ticket = fixture.memory.inspect(fixture.placement.queueLock) &- 1
            let turn = fixture.placement.lockTurns.advanced(by: Int(ticket & 3) * 8).low
            guard !condition(UInt64(fixture.memory.inspect(turn))) else { return }
            held.append(ticket)
            fixture.memory.set(turn, to: ticket)
        }
        var processor = MutatingProcessor(recorder, mutation, placement: fixture.placement)
        var observer = NoQueueObserver()
        for _ in 0..<2 { #expect(queue.issue(commands(1).span, sync: true, on: &processor, observer: &observer) == .done) }
        #expect(held == (mutation == .none ? [] : [1]))
    }
}
