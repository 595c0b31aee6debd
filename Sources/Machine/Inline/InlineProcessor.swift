/// The only processor of the inline machine: one thread, whose device runs inside its polls and doorbells.
///
/// For scripts, golden runs and instruction counts. Memory accesses compile as on the native machine.
/// Time is virtual: each poll is a microsecond.
@usableFromInline
package struct InlineProcessor<Agent: InlineAgent>: Processor {
    @usableFromInline package typealias Dependency = UntrackedDependency

    @usableFromInline package var agent: Agent
    @usableFromInline var port: InlinePort
    @usableFromInline let words: AtomicWords
    @usableFromInline let memory: MachineMemory
    @usableFromInline var nanoseconds: UInt64 = 0

    package init(memory: MachineMemory, agent: Agent) {
        self.memory = memory
        self.words = memory.words
        self.port = InlinePort(words: memory.words)
        self.agent = agent
    }

    /// Lets the device act on its own, outside any operation of the processor.
    package mutating func withAgent<Result>(_ body: (inout Agent, inout InlinePort) -> Result) -> Result {
        body(&agent, &port)
    }
}

// Memory
extension InlineProcessor {
    @inlinable @inline(__always)
    package mutating func load32(_ word: Word32, _ ordering: LoadOrdering, at site: Site, dependingOn dependency: Dependency) -> Reading32 {
        Reading(words.load32(word, ordering), .none)
    }
    @inlinable @inline(__always)
    package mutating func load64(_ word: Word64, _ ordering: LoadOrdering, at site: Site, dependingOn dependency: Dependency) -> Reading64 {
        Reading(words.load64(word, ordering), .none)
    }
    @inlinable @inline(__always)
    package mutating func store32(_ word: Word32, _ value: UInt32, _ ordering: StoreOrdering, at site: Site, dependingOn dependency: Dependency) {
        words.store32(word, value, ordering)
    }
    @inlinable @inline(__always)
    package mutating func store64(_ word: Word64, _ value: UInt64, _ ordering: StoreOrdering, at site: Site, dependingOn dependency: Dependency) {
        words.store64(word, value, ordering)
    }
    @inlinable @inline(__always)
    package mutating func storeEntries<Entry: BitwiseCopyable>(_ entries: Span<Entry>, from first: Word64, at site: Site, dependingOn dependency: Dependency) {
        words.storeEntries(entries, from: first)
    }
    @inlinable @inline(__always)
    package mutating func compareExchange32(_ word: Word32, expected: UInt32, desired: UInt32, _ ordering: UpdateOrdering, at site: Site) -> Reading32 {
        Reading(words.compareExchange32(word, expected: expected, desired: desired, ordering), .none)
    }
    @inlinable @inline(__always)
    package mutating func compareExchange64(_ word: Word64, expected: UInt64, desired: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        Reading(words.compareExchange64(word, expected: expected, desired: desired, ordering), .none)
    }
    @inlinable @inline(__always)
    package mutating func fetchAdd32(_ word: Word32, _ value: UInt32, _ ordering: UpdateOrdering, at site: Site) -> Reading32 {
        Reading(words.fetchAdd32(word, value, ordering), .none)
    }
    @inlinable @inline(__always)
    package mutating func fetchAdd64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        Reading(words.fetchAdd64(word, value, ordering), .none)
    }
    @inlinable @inline(__always)
    package mutating func xor64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) {
        words.xor64(word, value, ordering)
    }
    @inlinable @inline(__always)
    package mutating func fence(_ fence: Fence, at site: Site) {
        words.fence(fence)
    }
}

// Registers
extension InlineProcessor {
    @inlinable @inline(__always)
    package mutating func readRegister(_ register: Register32, _ ordering: RegisterReadOrdering, at site: Site) -> Reading32 {
        agent.registerRead(register, port: &port)
        return Reading(words.load32(register.word, .relaxed), .none)
    }
    @inlinable @inline(__always)
    package mutating func writeRegister(_ register: Register32, _ value: UInt32, _ ordering: RegisterWriteOrdering, at site: Site, dependingOn dependency: Dependency) {
        words.store32(register.word, value, .relaxed)
        agent.registerWritten(register, port: &port)
    }
}

// Waiting
extension InlineProcessor {
    @inlinable @inline(__always)
    package mutating func wait32(_ word: Word32, at site: Site, until condition: (UInt32) -> Bool) -> Reading32 {
        var poll = Poll(timeout: .max)
        while true {
            let value = words.load32(word, .relaxed)
            if condition(value) { return Reading(value, .none) }
            waitForNothing(&poll, at: site)
        }
    }
    @inlinable @inline(__always)
    package mutating func wait64(_ word: Word64, at site: Site, until condition: (UInt64) -> Bool) -> Reading64 {
        var poll = Poll(timeout: .max)
        while true {
            let value = words.load64(word, .relaxed)
            if condition(value) { return Reading(value, .none) }
            waitForNothing(&poll, at: site)
        }
    }
    @inlinable @inline(__always)
    package mutating func wait32(_ word: Word32, at site: Site, timeout: UInt64, until condition: (UInt32) -> Bool) -> Reading32? {
        var poll = Poll(timeout: timeout)
        repeat {
            let value = words.load32(word, .relaxed)
            if condition(value) { return Reading(value, .none) }
        } while self.poll(&poll, at: site)
        return nil
    }
    @inlinable @inline(__always)
    package mutating func wait64(_ word: Word64, at site: Site, timeout: UInt64, until condition: (UInt64) -> Bool) -> Reading64? {
        var poll = Poll(timeout: timeout)
        repeat {
            let value = words.load64(word, .relaxed)
            if condition(value) { return Reading(value, .none) }
        } while self.poll(&poll, at: site)
        return nil
    }

    @inlinable
    package mutating func poll(_ poll: inout Poll, at site: Site) -> Bool {
        let deadline = poll.deadline ?? (nanoseconds &+ min(poll.timeout, .max &- nanoseconds))
        poll.deadline = deadline
        agent.polled(port: &port)
        nanoseconds &+= 1000
        return nanoseconds <= deadline
    }

    @inlinable @inline(__always)
    package mutating func concede(_ poll: inout Poll, at site: Site) {}

    /// With one processor nobody else can satisfy a wait that has no timeout, unless its device does: an algorithm that waits on is broken.
    @usableFromInline
    mutating func waitForNothing(_ poll: inout Poll, at site: Site) {
        poll.looks += 1
        precondition(poll.looks < 10_000_000, "the only processor waits for ever at \(site)")
        agent.polled(port: &port)
        nanoseconds &+= 1000
    }

    @inlinable @inline(__always)
    package mutating func spend(nanoseconds: UInt64, at site: Site) {
        self.nanoseconds &+= nanoseconds
    }

    @inlinable @inline(__always)
    package mutating func clock() -> UInt64 { nanoseconds }
}
