import Device
import Machine
import SMMUv3
import TestSupport
import Testing

@Suite("Executing commands")
struct ExecutionTests {
    @Test("a turn with nothing to do reads PROD and does nothing else")
    func idle() {
        let fixture = DeviceFixture(log2Entries: 3)
        var (port, observer, log) = fixture.session()
        var queue = fixture.deviceQueue()
        #expect(queue.turn(limit: .max, port: &port, observer: &observer) == 0)
        #expect(log.events == [.ownRead("PROD", 0)])
    }

    @Test("fetches, executes in order, and writes CONS at the end")
    func order() {
        let fixture = DeviceFixture(log2Entries: 3)
        fixture.insert(tlbis(2))
        var (port, observer, log) = fixture.session()
        var queue = fixture.deviceQueue()
        #expect(queue.turn(limit: .max, port: &port, observer: &observer) == 2)
        #expect(log.events == [
            .ownRead("PROD", 2), .readProd(0, 2), .dmaRead(0), .dmaRead(1), .dmaRead(2), .dmaRead(3), .executed(0), .executed(1),
            .ownWrite("CONS", 2),
        ])
        #expect(observer.commands == tlbis(2))
        #expect(queue.executedCommands == 2 && queue.executedSyncs == 0 && queue.cons == 2 && queue.prod == 2)
    }

    @Test("entries are fetched in groups of 16 at most", arguments: [1, 15, 16, 17, 32, 50])
    func groups(count: Int) {
        let fixture = DeviceFixture(log2Entries: 6)
        fixture.insert(tlbis(count))
        var (port, observer, log) = fixture.session()
        var timing = DeviceTiming()
        timing.consEvery = 1000
        var queue = fixture.deviceQueue(timing)
        #expect(queue.turn(limit: .max, port: &port, observer: &observer) == UInt32(count))
        // A run of fetches, then as many executions.
        var groups: [(fetched: Int, executed: Int)] = []
        var last: PortEvent?
        for event in log.events {
            switch (event, last) {
            case (.dmaRead, .dmaRead): groups[groups.count - 1].fetched += 1
            case (.dmaRead, _): groups.append((1, 0))
            case (.executed, _): groups[groups.count - 1].executed += 1
            default: break
            }
            last = event
        }
        #expect(groups.map(\.fetched) == groups.map { 2 * $0.executed }, "two words per entry")
        let expected = Array(repeating: 16, count: count / 16) + (count % 16 == 0 ? [] : [count % 16])
        #expect(groups.map(\.executed) == expected)
    }

    @Test("a turn ends at its limit, and the next goes on without looking at PROD")
    func limit() {
        let fixture = DeviceFixture(log2Entries: 5)
        fixture.insert(tlbis(25))
        var (port, observer, log) = fixture.session()
        var queue = fixture.deviceQueue()
        #expect(queue.turn(limit: 20, port: &port, observer: &observer) == 20)
        #expect(fixture.cons == 20)
        #expect(queue.turn(limit: 20, port: &port, observer: &observer) == 5)
        #expect(log.events.filter { if case .ownRead = $0 { true } else { false } }.count == 1)
        #expect(queue.turn(limit: 20, port: &port, observer: &observer) == 0)
        #expect(observer.commands == tlbis(25))
        #expect(fixture.cons == 25)
    }

    @Test("many laps with random batches and limits: all in order", arguments: [1, 2, 3, 5], [7, 8, 9] as [UInt64])
    func laps(log2Entries: Int, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let fixture = DeviceFixture(log2Entries: log2Entries)
        let geometry = fixture.placement.geometry
        var (port, observer, _) = fixture.session()
        var timing = DeviceTiming()
        timing.consEvery = .random(in: 1...20, using: &random)
        var queue = fixture.deviceQueue(timing)
        var inserted = 0
        for _ in 0..<300 {
            let space = Int(geometry.space(prod: fixture.prod, cons: fixture.cons))
            let count = Int.random(in: 0...space, using: &random)
            fixture.insert(tlbis(count, from: inserted))
            inserted += count
            _ = queue.turn(limit: .random(in: 0...40, using: &random), port: &port, observer: &observer)
        }
        while queue.turn(limit: .max, port: &port, observer: &observer) > 0 {}
        #expect(observer.commands == tlbis(inserted))
        #expect(fixture.cons == fixture.prod)
        #expect(inserted >= 50 << log2Entries, "many laps")
    }

    @Test("CONS is written at the latest every N entries, and at the end of a turn", arguments: [1, 3, 7, 16, 100] as [UInt32])
    func lazyCons(every: UInt32) {
        let fixture = DeviceFixture(log2Entries: 6)
        fixture.insert(tlbis(40))
        var (port, observer, log) = fixture.session()
        var timing = DeviceTiming()
        timing.consEvery = every
        var queue = fixture.deviceQueue(timing)
        _ = queue.turn(limit: .max, port: &port, observer: &observer)
        let expected = Array(stride(from: every, through: 40, by: Int(every))) + (40 % every == 0 ? [] : [40])
        #expect(log.writes(of: "CONS") == expected)
    }

    @Test("timing: one fetch per group, so much for each command and each CMD_SYNC")
    func timing() {
        let fixture = DeviceFixture(log2Entries: 6)
        fixture.insert(tlbis(20) + [.sync(.none)] + tlbis(3) + [.sync(.sev)])
        var (port, observer, log) = fixture.session()
        var timing = DeviceTiming()
        (timing.command, timing.sync, timing.fetch) = (5000, 70_000, 900_000)
        var queue = fixture.deviceQueue(timing)
        #expect(queue.turn(limit: .max, port: &port, observer: &observer) == 25)
        // A fetch ends at a CMD_SYNC; 16 entries, the other 4 with the CMD_SYNC, and the last 4.
        #expect(log.spent(at: .fetchEntries) == [900, 900, 900])
        // Commands between two writes of CONS are spent together, before any of them counts as executed.
        #expect(log.spent(at: .execute) == [80, 20, 15] as [UInt64])
        #expect(log.spent(at: .completeSync) == [70, 70])
        #expect(log.events[log.events.firstIndex(of: .executed(0))! - 1] == .spend(80, .execute))
        #expect(log.events[log.events.firstIndex(of: .executed(20))! - 1] == .spend(70, .completeSync))
        #expect(queue.executedCommands == 23 && queue.executedSyncs == 2)

        let quick = DeviceFixture(log2Entries: 6)
        quick.insert(tlbis(20) + [.sync(.none)])
        var (quickPort, quickObserver, quickLog) = quick.session()
        var quickQueue = quick.deviceQueue()
        _ = quickQueue.turn(limit: .max, port: &quickPort, observer: &quickObserver)
        #expect(!quickLog.events.contains { if case .spend = $0 { true } else { false } }, "0 spends nothing")
    }
}
