import CommandQueue
import Machine
import SMMUv3
import Testing

@Suite("The rivals, step by step")
struct RivalTests {
    let fixture = QueueFixture(log2Entries: 3)

    @Test("the spinlock queue takes its lock and writes PROD for each command")
    func spinlock() {
        var (processor, recording) = fixture.recorder()
        var observer = DoorbellObserver()
        let queue = SpinlockQueue(placement: fixture.placement, completion: .msi)
        #expect(queue.issue(commands(2).span, sync: true, on: &processor, observer: &observer) == .done)
        #expect(observer.doorbells.map { [$0.start, $0.end] } == [[0, 1], [1, 2], [2, 3]])
        #expect(recording.operations.filter { $0.site == .doorbell }.map(\.line) == Array(repeating: "writeRegister orderedStores doorbell PROD", count: 3))
        #expect(recording.numbers(at: .lockQueue).count == 3 && recording.numbers(at: .unlockQueue).count == 3)
        #expect(recording.numbers(at: .unlockQueue).last! < recording.numbers(at: .awaitSync).first!, "an MSI is waited for outside the lock")
        #expect(fixture.device.executed.commands == commands(2))
        #expect(fixture.memory.inspect(fixture.placement.queueLock) == 0)
    }

    @Test("by CONS the lock is held until the CMD_SYNC is consumed")
    func spinlockCons() {
        var (processor, recording) = fixture.recorder()
        var observer = NoQueueObserver()
        let queue = SpinlockQueue(placement: fixture.placement, completion: .cons)
        #expect(queue.issue(commands(1).span, sync: true, on: &processor, observer: &observer) == .done)
        #expect(recording.numbers(at: .unlockQueue).last! > recording.numbers(at: .readSyncCons).last!)
    }

    @Test("CMD_SYNCs by MSI are numbered inside the lock, in queue order, and write their number")
    func numbers() {
        var (processor, recording) = fixture.recorder()
        var observer = NoQueueObserver()
        let spinlock = SpinlockQueue(placement: fixture.placement, completion: .msi)
        let mutex = MutexQueue(placement: fixture.placement, completion: .msi, mutex: 0)
        // The number wraps around on the way.
        fixture.memory.set(fixture.placement.syncCount, to: 0xffff_fffd_ffff_fffd)
        for count in 1...6 as ClosedRange<UInt32> {
            recording.operations = []
            let outcome = count % 2 == 0
                ? mutex.issue(commands(1).span, sync: true, on: &processor, observer: &observer)
                : spinlock.issue(commands(1).span, sync: true, on: &processor, observer: &observer)
            #expect(outcome == .done)
            let number = 0xffff_fffd &+ count
            #expect(fixture.memory.inspect(fixture.placement.syncCount) == UInt64(number) << 32 | UInt64(number))
            let sequence = recording.numbers(at: .sequence)
            #expect(recording.numbers(at: .lockQueue).last! < sequence.first! && sequence.last! < recording.numbers(at: .unlockQueue).last!)
        }
    }

    @Test("the mutex queue writes PROD once per insertion and refuses what never fits", arguments: [SyncCompletion.msi, .cons])
    func mutex(completion: SyncCompletion) {
        var (processor, _) = fixture.recorder()
        var observer = DoorbellObserver()
        let queue = MutexQueue(placement: fixture.placement, completion: completion, mutex: 0)
        for lap in 0..<10 {
            #expect(queue.issue(commands(5, from: 5 * lap).span, sync: true, on: &processor, observer: &observer) == .done)
        }
        #expect(observer.doorbells.count == 10)
        #expect(fixture.device.executed.commands == commands(50))
        #expect(queue.issue(commands(8).span, sync: true, on: &processor, observer: &observer) == .neverFits)
        #expect(queue.issue(commands(9).span, sync: false, on: &processor, observer: &observer) == .neverFits)
        #expect(queue.issue(commands(0).span, sync: false, on: &processor, observer: &observer) == .done)
        #expect(observer.doorbells.count == 10)
    }

    @Test("a CMD_SYNC that is given up releases the lock", arguments: [SyncCompletion.msi, .cons])
    func timeout(completion: SyncCompletion) {
        fixture.device.isRunning = false
        var (processor, recording) = fixture.recorder()
        var observer = DoorbellObserver()
        let spinlock = SpinlockQueue(placement: fixture.placement, completion: completion, timeout: 5000)
        #expect(spinlock.issue(commands(1).span, sync: true, on: &processor, observer: &observer) == .syncTimedOut)
        #expect(fixture.memory.inspect(fixture.placement.queueLock) == 0)
        let mutex = MutexQueue(placement: fixture.placement, completion: completion, mutex: 0, timeout: 5000)
        #expect(mutex.issue(commands(1).span, sync: true, on: &processor, observer: &observer) == .syncTimedOut)
        #expect(recording.lines.filter { $0.hasSuffix("mutex[0]") } == ["wait lockQueue mutex[0]", "store unlockQueue mutex[0]"])
        #expect(observer.timedOut == [true, true])
    }
}
