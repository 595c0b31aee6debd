import Machine
import Testing

@Suite("Threads and mutexes")
struct ThreadTests {
    @Test("every agent runs once and its plain results are visible afterwards", arguments: [1, 2, 7], [false, true])
    func allRun(count: Int, pinned: Bool) throws {
        let fixture = NativeFixture(lines: 8)
        try NativeThreads.run(count: count, pinned: pinned) { agent in
            var processor = fixture.processor()
            _ = processor.fetchAdd64(fixture.words.advanced(by: agent), UInt64(agent) + 100, .relaxed, at: .audit)
        }
        for agent in 0..<8 {
            #expect(fixture.memory.inspect(fixture.words.advanced(by: agent)) == (agent < count ? UInt64(agent) + 100 : 0))
        }
    }

    @Test("no agents, no threads")
    func none() throws {
        try NativeThreads.run(count: 0, pinned: true) { _ in Issue.record("ran") }
    }

    @Test("threads run beside each other: each waits for all")
    func together() throws {
        let fixture = NativeFixture()
        try NativeThreads.run(count: 4, pinned: false) { _ in
            var processor = fixture.processor()
            _ = processor.fetchAdd32(fixture.words.low, 1, .full, at: .audit)
            _ = processor.wait32(fixture.words.low, at: .audit) { $0 == 4 }
        }
        #expect(fixture.memory.inspect(fixture.words) == 4)
    }

    @Test("there is a processor to run on")
    func processors() {
        #expect(NativeThreads.availableProcessors >= 1)
    }

    @Test("a mutex lets one thread in at a time, and mutexes are independent")
    func exclusion() throws {
        let fixture = NativeFixture()
        let mutexes = MutexSet(count: 2)
        let (counter, inside, overlaps) = (fixture.words, fixture.words.advanced(by: 1), fixture.words.advanced(by: 2))
        try NativeThreads.run(count: 3, pinned: false) { _ in
            var processor = NativeProcessor(memory: fixture.memory, backoff: .yield(looks: 20), mutexes: mutexes)
            for _ in 0..<2000 {
                processor.lockMutex(1)
                if processor.fetchAdd64(inside, 1, .relaxed, at: .audit).value != 0 {
                    _ = processor.fetchAdd64(overlaps, 1, .relaxed, at: .audit)
                }
                // Not atomic as a whole: two threads inside would lose an increment.
                let value = processor.load64(counter, .relaxed, at: .audit).value
                processor.store64(counter, value + 1, .relaxed, at: .audit)
                _ = processor.fetchAdd64(inside, ~0, .relaxed, at: .audit)
                processor.unlockMutex(1)
            }
        }
        #expect(fixture.memory.inspect(counter) == 6000)
        #expect(fixture.memory.inspect(overlaps) == 0)

        var processor = NativeProcessor(memory: fixture.memory, backoff: .spin, mutexes: mutexes)
        processor.lockMutex(0)
        processor.lockMutex(1)
        processor.unlockMutex(0)
        processor.unlockMutex(1)
    }
}
