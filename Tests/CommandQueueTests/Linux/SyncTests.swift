import CommandQueue
import Machine
import SMMUv3
import TestSupport
import Testing

@Suite("CMD_SYNCs: completion, timeouts, and lists of nothing else")
struct SyncTests {
    @Test("a CMD_SYNC that never completes ends with a timeout; by MSI the cons that is stored is its own slot")
    func msiTimeout() {
        let fixture = QueueFixture(log2Entries: 4)
        fixture.rest(at: 5)
        fixture.device.isRunning = false
        var (processor, recording) = fixture.recorder()
        var observer = DoorbellObserver()
        let queue = fixture.queue(.msi, timeout: 20_000)
        #expect(queue.issue(commands(3).span, sync: true, on: &processor, observer: &observer) == .syncTimedOut)
        #expect(observer.timedOut == [true] && observer.insertions == 1)
        #expect(fixture.state.cons == 8, "the CMD_SYNC's slot, not the one after it")
        #expect(fixture.state.lock == 0)
        #expect(fixture.state.hardwareProd == 9)
        #expect(recording.lines.suffix(3) == [
            "load relaxed tryUnlock lock", "store relaxed updateCons pointers.cons", "fetchAdd release unlockShared lock",
        ])
    }

    @Test("by CONS it is the CONS that was read last", arguments: [SyncCompletion.cons, .consUnsignalled])
    func consTimeout(completion: SyncCompletion) {
        let fixture = QueueFixture(log2Entries: 4)
        fixture.rest(at: 5)
        fixture.device.isRunning = false
        // The device stops after two of the three commands, with an error code that the index arithmetic must not see.
        fixture.device.onPoll = { if $0 == 4 { fixture.memory.set(fixture.placement.cons, to: 0x0100_0007) } }
        var (processor, recording) = fixture.recorder()
        var observer = DoorbellObserver()
        let queue = fixture.queue(completion, timeout: 20_000)
        #expect(queue.issue(commands(3).span, sync: true, on: &processor, observer: &observer) == .syncTimedOut)
        #expect(fixture.device.polls == 21, "twenty polls in time, one late")
        #expect(recording.numbers(at: .readSyncCons).count == 1 + 21)
        #expect(observer.timedOut == [true])
        #expect(fixture.state.cons == 0x0100_0007, "as Linux: the register's bits, error code and all")
        #expect(fixture.state.lock == 0)
    }

    @Test("the queue works on after a timeout, error bits in cons or not", arguments: [SyncCompletion.msi, .cons])
    func afterTimeout(completion: SyncCompletion) {
        let fixture = QueueFixture(log2Entries: 2)
        fixture.device.isRunning = false
        var processor = fixture.processor()
        var observer = DoorbellObserver()
        #expect(fixture.queue(completion, timeout: 1000).issue(commands(2).span, sync: true, on: &processor, observer: &observer) == .syncTimedOut)
        fixture.memory.set(fixture.placement.pointers.high, to: fixture.state.cons | 0x0200_0000)
        // As in Linux, an MSI's timeout stores a cons that the device need not have reached; it does now.
        fixture.device.isRunning = true
        processor.withAgent { agent, port in agent.run(port: &port) }
        for first in 0..<20 {
            #expect(fixture.queue(completion).issue(commands(2, from: first).span, sync: true, on: &processor, observer: &observer) == .done)
        }
        #expect(fixture.device.executed.commands == commands(2) + (0..<20).flatMap { commands(2, from: $0) })
        #expect(fixture.restingProblems() == [])
    }

    @Test("lone CMD_SYNCs, many laps of every small ring", arguments: 1...5, [SyncCompletion.msi, .cons, .consUnsignalled])
    func lone(log2Entries: Int, completion: SyncCompletion) {
        let fixture = QueueFixture(log2Entries: log2Entries)
        var processor = fixture.processor()
        var observer = DoorbellObserver()
        for number in 1...100 as ClosedRange<UInt32> {
            #expect(fixture.queue(completion).issue([Command]().span, sync: true, on: &processor, observer: &observer) == .done)
            #expect(fixture.device.executed.syncCount == Int(number))
            let geometry = fixture.placement.geometry
            #expect(fixture.restingProblems(cons: number & geometry.pointerMask) == [])
        }
        #expect(observer.doorbells.count == 100)
    }

    @Test("random lists over many laps are executed whole and in order", arguments: seeds, 1...5)
    func manyLaps(seed: UInt64, log2Entries: Int) {
        var random = SeededGenerator(seed: seed)
        let fixture = QueueFixture(log2Entries: log2Entries, layout: Bool.random(using: &random) ? .linux : .padded)
        let entries = Int(fixture.placement.geometry.entries)
        let completion = [SyncCompletion.msi, .cons, .consUnsignalled].randomElement(using: &random)!
        let queue = fixture.queue(completion, lock: Bool.random(using: &random) ? .counted : .legacy)
        var processor = fixture.processor()
        var observer = DoorbellObserver()
        var inserted = 0
        var syncs = 0
        for _ in 0..<200 {
            let sync = Bool.random(using: &random)
            let count = Int.random(in: (sync ? 0 : 1)...(sync ? entries - 1 : entries), using: &random)
            #expect(queue.issue(commands(count, from: inserted).span, sync: sync, on: &processor, observer: &observer) == .done)
            inserted += count
            syncs += sync ? 1 : 0
            let problems = fixture.restingProblems()
            if !problems.isEmpty { Issue.record("after \(inserted) commands and \(syncs) CMD_SYNCs: \(problems)") }
            #expect(fixture.device.executed.entries.count == inserted + syncs)
        }
        #expect(fixture.device.executed.commands == commands(inserted))
        #expect(observer.attempts.allSatisfy { $0 == 1 } && observer.spaceTimeouts == 0)
    }

    @Test("a compare-and-swap that fails is tried again with what it found, and counted")
    func retries() {
        let fixture = QueueFixture(log2Entries: 4)
        var (processor, recording) = fixture.recorder()
        var failures = 3
        recording.before = { operation in
            guard operation.site == .allocate, operation.kind == .compareExchange, failures > 0 else { return }
            failures -= 1
            // A holder refreshes cons: only the high half changes, yet the exchange of the whole word must fail.
            fixture.memory.set(fixture.placement.pointers.high, to: fixture.memory.inspect(fixture.placement.pointers.high) ^ 0x0100_0000)
        }
        var observer = DoorbellObserver()
        #expect(fixture.queue().issue(commands(1).span, sync: true, on: &processor, observer: &observer) == .done)
        #expect(observer.attempts == [4] && observer.starts == [0])
        #expect(recording.numbers(at: .allocate).count == 1 + 4, "one load, then the exchange's own result")
    }
}
