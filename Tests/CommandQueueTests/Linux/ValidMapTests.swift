import CommandQueue
import Machine
import SMMUv3
import Testing

/// Seen through insertions, against a model with one bit per slot.
@Suite("The valid map")
struct ValidMapTests {
    /// Every start and count of the smaller rings; of the larger, each start with telling counts.
    static func counts(_ entries: Int) -> [Int] {
        entries <= 32 ? Array(1...entries) : [1, 2, 31, 63, 64, 65, 127, 128, 129, entries - 1, entries].filter { $0 <= entries }
    }

    @Test("setting toggles exactly the slots of the list, from every start on both laps", arguments: 1...8)
    func sets(log2Entries: Int) {
        let fixture = QueueFixture(log2Entries: log2Entries)
        fixture.device.isRunning = false
        var processor = fixture.processor()
        var observer = NoQueueObserver()
        let queue = fixture.queue()
        let geometry = fixture.placement.geometry
        let list = commands(Int(geometry.entries))
        for start in stride(from: 0, to: 2 * geometry.entries, by: geometry.entries > 64 ? 3 : 1) {
            for count in Self.counts(Int(geometry.entries)) {
                fixture.rest(at: start)
                _ = queue.issue(list.span.extracting(first: count), sync: false, on: &processor, observer: &observer)
                let end = geometry.advance(start, by: UInt32(count))
                let expected = restingValidMap(geometry, at: end)
                if fixture.state.validMap != expected {
                    Issue.record("start \(start), count \(count): \(fixture.state.validMap), not \(expected)")
                }
            }
        }
        #expect(fixture.state.hardwareProd == fixture.state.prod)
    }

    @Test("the owner waits for exactly the slots of its gather, with the polarity of their lap", arguments: 1...8)
    func awaits(log2Entries: Int) {
        let fixture = QueueFixture(log2Entries: log2Entries)
        fixture.device.isRunning = false
        var (processor, recording) = fixture.recorder()
        var observer = NoQueueObserver()
        let queue = fixture.queue()
        let geometry = fixture.placement.geometry
        let list = commands(Int(geometry.entries))
        let span = UInt64(min(64, geometry.entries))
        var problems: [String] = []
        var awaited: Set<UInt64> = []
        for start in stride(from: 0, to: 2 * geometry.entries, by: geometry.entries > 32 ? 13 : 1) {
            for count in Self.counts(Int(geometry.entries)) {
                fixture.rest(at: start)
                awaited = []
                recording.onWait = { operation, condition in
                    guard operation.site == .awaitValid else { return }
                    let word = UInt64(operation.word.dropFirst("validMap[".count).dropLast())!
                    // The word as it is now has the list's bits set: the wait must be over.
                    let now = fixture.state.validMap[Int(word)]
                    if !condition(now) { problems.append("start \(start), count \(count): would wait for word \(word)") }
                    for bit in 0..<span where !condition(now ^ 1 << bit) { awaited.insert(word * 64 + bit) }
                }
                _ = queue.issue(list.span.extracting(first: count), sync: false, on: &processor, observer: &observer)
                let slots = Set((0..<UInt32(count)).map { UInt64(geometry.index(start + $0)) })
                if awaited != slots { problems.append("start \(start), count \(count): waits for \(awaited.sorted())") }
                recording.operations = []
            }
        }
        #expect(problems == [])
    }

    @Test("the owner waits for slots that others gathered, until they are valid")
    func waitsForOthers() {
        let fixture = QueueFixture(log2Entries: 4)
        var (processor, recording) = fixture.recorder()
        // Before the gather is closed another producer takes slots 2 to 4 and leaves them unwritten.
        recording.before = { operation in
            guard operation.site == .closeGather else { return }
            fixture.memory.set(fixture.placement.pointers.low, to: LinuxQueue.owned | 5)
        }
        fixture.device.onPoll = { poll in
            #expect(fixture.state.hardwareProd == 0, "no doorbell before the slots are valid")
            // One slot per three polls.
            if poll % 3 == 0, poll <= 9 {
                let map = fixture.memory.inspect(fixture.placement.validMap)
                fixture.memory.set(fixture.placement.validMap, to: map | 1 << UInt64(1 + poll / 3))
            }
        }
        var observer = DoorbellObserver()
        _ = fixture.queue().issue(commands(2).span, sync: false, on: &processor, observer: &observer)
        #expect(observer.doorbells.map { [$0.start, $0.end] } == [[0, 5]])
        #expect(fixture.device.polls == 9)
        #expect(fixture.state.hardwareProd == 5)
    }
}

struct DoorbellObserver: QueueObserver {
    var doorbells: [(start: UInt32, end: UInt32)] = []
    var attempts: [UInt32] = []
    var starts: [UInt32] = []
    var spaceTimeouts = 0
    var timedOut: [Bool] = []
    var insertions = 0

    mutating func allocated<P: Processor>(
        start: UInt32, commands: Span<Command>, sync: Bool, attempts: UInt32, cons: UInt32, on processor: inout P
    ) {
        starts.append(start)
        self.attempts.append(attempts)
    }
    mutating func rangDoorbell(start: UInt32, end: UInt32) { doorbells.append((start, end)) }
    mutating func inserted<P: Processor>(on processor: inout P) { insertions += 1 }
    mutating func syncEnded<P: Processor>(slot: UInt32, timedOut: Bool, on processor: inout P) { self.timedOut.append(timedOut) }
    mutating func spaceTimedOut() { spaceTimeouts += 1 }
}
