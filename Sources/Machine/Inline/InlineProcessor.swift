/// The only processor of the inline machine: one thread, whose device runs inside its polls and doorbells.
///
/// For scripts, golden runs and instruction counts. Memory accesses compile as on the native machine.
/// Time is virtual: each poll is a microsecond.
@usableFromInline
package struct InlineProcessor<Agent: InlineAgent>: WordProcessor {
    @usableFromInline package typealias Dependency = UntrackedDependency

    @usableFromInline package var agent: Agent
    @usableFromInline var port: InlinePort
    @usableFromInline package let words: AtomicWords
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
    @inlinable @inline(never)
    package mutating func pauseUntimed(_ poll: inout Poll, at site: Site) {
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
