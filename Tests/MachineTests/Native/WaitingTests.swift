import Machine
import Testing

@Suite("Waiting on the native machine")
struct WaitingTests {
    static let policies: [Backoff] = [.spin, .yield(looks: 1), .yield(looks: 50), .yield(looks: 5000), .linux]
    let fixture = NativeFixture()

    @Test("a condition that holds returns at once, even with no time", arguments: policies)
    func satisfied(policy: Backoff) {
        var processor = fixture.processor(policy)
        fixture.memory.set(fixture.words, to: 0x0000_0009_0000_0004)
        #expect(processor.wait32(fixture.words.high, at: .audit, timeout: 0) { $0 == 9 }?.value == 9)
        #expect(processor.wait64(fixture.words, at: .audit, timeout: 0) { $0 >> 32 == 9 }?.value == 0x0000_0009_0000_0004)
        #expect(processor.wait32(fixture.words.low, at: .audit) { $0 == 4 }.value == 4)
        #expect(processor.wait64(fixture.words, at: .audit) { $0 != 0 }.value == 0x0000_0009_0000_0004)
    }

    @Test("a condition that never holds ends with nil", arguments: policies, [0, 1, 50_000] as [UInt64])
    func timesOut(policy: Backoff, timeout: UInt64) {
        var processor = fixture.processor(policy)
        #expect(processor.wait32(fixture.words.low, at: .audit, timeout: timeout) { $0 != 0 } == nil)
        #expect(processor.wait64(fixture.words, at: .audit, timeout: timeout) { $0 != 0 } == nil)
    }

    @Test("a poll says when its time is over, and a poll without end does not", arguments: policies)
    func polls(policy: Backoff) {
        var processor = fixture.processor(policy)
        var poll = Poll(timeout: 1)
        while processor.poll(&poll, at: .audit) {}
        let deadline = poll.deadline
        #expect(deadline != nil)
        #expect(processor.clock() > deadline!)

        var endless = Poll(timeout: .max)
        for _ in 0..<100 { #expect(processor.poll(&endless, at: .audit)) }
        #expect(endless.deadline == nil)
    }

    @Test("the linux policy delays after ten looks, each time twice as long")
    func linuxDelays() {
        var processor = fixture.processor(.linux)
        var poll = Poll(timeout: .max)
        var delays: [UInt64] = []
        for _ in 0..<40 {
            _ = processor.poll(&poll, at: .audit)
            delays.append(poll.delay)
        }
        // The delay doubles at the 10th look, the 20th, the 30th and the 40th.
        var expected = [UInt64](repeating: 1000, count: 9)
        for delay in [2000, 4000, 8000] as [UInt64] { expected += Array(repeating: delay, count: 10) }
        #expect(delays == expected + [16000])
    }

    @Test("a wait ends when another thread writes the word", arguments: policies)
    func woken(policy: Backoff) throws {
        let words = fixture.words
        try NativeThreads.run(count: 2, pinned: false) { [fixture] agent in
            var processor = fixture.processor(policy == .spin ? .yield(looks: 100) : policy)
            if agent == 0 {
                _ = processor.wait32(words.low, at: .audit) { $0 == 1 }
                processor.store32(words.high, 1, .release, at: .audit)
            } else {
                processor.store32(words.low, 1, .release, at: .audit)
                _ = processor.wait64(words, at: .audit) { $0 >> 32 == 1 }
            }
        }
        #expect(fixture.memory.inspect(words) == 0x1_0000_0001)
    }

    @Test("the clock does not go backwards and passes what was spent")
    func clock() {
        var processor = fixture.processor()
        let start = processor.clock()
        processor.spend(nanoseconds: 0, at: .audit)
        processor.spend(nanoseconds: 20_000, at: .audit)
        #expect(processor.clock() - start >= 20_000)
    }
}
