import Machine
import Testing

/// Logs its callbacks; fills in the register before a read, and the word after some polls.
private struct LoggingAgent: InlineAgent {
    enum Event: Equatable { case written(Register32, UInt32), read(Register32), polled }
    var events: [Event] = []
    var answer: UInt32 = 0
    /// At this poll (from 1) the word gets the value 1.
    var wakeAt: (poll: Int, word: Word64)?
    var polls = 0

    mutating func registerWritten(_ register: Register32, port: inout InlinePort) {
        events.append(.written(register, port.ownRegister(register, at: .audit)))
    }
    mutating func registerRead(_ register: Register32, port: inout InlinePort) {
        events.append(.read(register))
        port.setOwnRegister(register, answer, at: .audit)
    }
    mutating func polled(port: inout InlinePort) {
        events.append(.polled)
        polls += 1
        if let wakeAt, wakeAt.poll == polls { port.dmaWrite64(wakeAt.word, 1, at: .audit) }
    }
}

@Suite("The inline machine")
struct InlineProcessorTests {
    let word: Word64
    let register: Register32
    let memory: MachineMemory

    init() {
        var plan = MemoryPlan()
        word = plan.reserveLine()
        register = plan.reserveRegister()
        memory = MachineMemory(plan: plan)
    }

    private func processor(wakeAt poll: Int? = nil) -> InlineProcessor<LoggingAgent> {
        var agent = LoggingAgent()
        agent.wakeAt = poll.map { ($0, word) }
        return InlineProcessor(memory: memory, agent: agent)
    }

    @Test("memory accesses, fences and time call nobody")
    func quietOperations() {
        var processor = processor()
        processor.store64(word, 1 << 40, .release, at: .audit)
        processor.store32(word.low, 5, .relaxed, at: .audit)
        #expect(processor.load64(word, .acquire, at: .audit).value == 1 << 40 | 5)
        #expect(processor.load32(word.high, .relaxed, at: .audit).value == 256)
        #expect(processor.compareExchange32(word.low, expected: 5, desired: 6, .full, at: .audit).value == 5)
        #expect(processor.compareExchange64(word, expected: 0, desired: 6, .full, at: .audit).value == 1 << 40 | 6)
        #expect(processor.fetchAdd32(word.low, 2, .relaxed, at: .audit).value == 6)
        #expect(processor.fetchAdd64(word, 1, .relaxed, at: .audit).value == 1 << 40 | 8)
        processor.xor64(word, 1, .relaxed, at: .audit)
        processor.fence(.dmaWrite, at: .audit)
        let entries: [UInt64] = [1, 2]
        processor.storeEntries(entries.span, from: word.advanced(by: 1), at: .audit, dependingOn: .none)
        processor.spend(nanoseconds: 1234, at: .audit)
        #expect(processor.clock() == 1234)
        #expect(memory.inspect(word) == 1 << 40 | 8)
        #expect(memory.inspect(word.advanced(by: 2)) == 2)
        #expect(processor.agent.events.isEmpty)
    }

    @Test("a register write is followed by one call that sees the value")
    func registerWrite() {
        var processor = processor()
        processor.writeRegister(register, 7, .relaxed, at: .audit)
        processor.writeRegister(register, 8, .orderedStores, at: .audit)
        #expect(processor.agent.events == [.written(register, 7), .written(register, 8)])
    }

    @Test("a register read is preceded by one call whose answer it returns")
    func registerRead() {
        var processor = processor()
        processor.agent.answer = 41
        #expect(processor.readRegister(register, .relaxed, at: .audit).value == 41)
        processor.agent.answer = 42
        #expect(processor.readRegister(register, .orderedReads, at: .audit).value == 42)
        #expect(processor.agent.events == [.read(register), .read(register)])
        #expect(processor.clock() == 0)
    }

    @Test("a wait polls once per failed look, a microsecond each")
    func waits() {
        var processor = processor(wakeAt: 3)
        #expect(processor.wait64(word, at: .audit) { $0 == 1 }.value == 1)
        #expect(processor.agent.events == [.polled, .polled, .polled])
        #expect(processor.clock() == 3000)
        #expect(processor.wait32(word.low, at: .audit) { $0 == 1 }.value == 1)
        #expect(processor.wait32(word.low, at: .audit, timeout: 0) { $0 == 1 }?.value == 1)
        #expect(processor.agent.polls == 3, "a condition that holds needs no poll")
    }

    @Test("a wait with a timeout gives up when its time is over")
    func timeouts() {
        var processor = processor()
        #expect(processor.wait32(word.low, at: .audit, timeout: 0) { $0 == 1 } == nil)
        #expect(processor.agent.polls == 1)
        #expect(processor.wait64(word, at: .audit, timeout: 5000) { $0 == 1 } == nil)
        #expect(processor.agent.polls == 1 + 6, "five polls in time, a sixth that is not")
        var woken = self.processor(wakeAt: 5)
        #expect(woken.wait64(word, at: .audit, timeout: 5000) { $0 == 1 }?.value == 1)
        memory.set(word, to: 0)
        var late = self.processor(wakeAt: 6)
        #expect(late.wait64(word, at: .audit, timeout: 5000) { $0 == 1 } == nil)
    }

    @Test("a timeout counts from its own first poll, and the longest one never ends")
    func timeoutsStartLater() {
        var processor = processor()
        processor.spend(nanoseconds: 10_000_000, at: .audit)
        var poll = Poll(timeout: 2000)
        #expect(processor.poll(&poll, at: .audit))
        #expect(processor.poll(&poll, at: .audit))
        #expect(!processor.poll(&poll, at: .audit))
        var endless = Poll(timeout: .max)
        for _ in 0..<50 { #expect(processor.poll(&endless, at: .audit)) }
    }

    @Test("the device can act outside any operation")
    func agentAlone() {
        var processor = processor()
        let seen = processor.withAgent { agent, port in
            agent.polls = 9
            port.dmaWrite32(word.high, 3, at: .audit)
            return port.dmaRead64(word, at: .audit)
        }
        #expect(seen == 3 << 32)
        #expect(processor.agent.polls == 9)
    }
}
