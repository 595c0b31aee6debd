/// What one processor can do to shared memory and to device registers.
///
/// The algorithms of `CommandQueue` are written against this and nothing else. Operations are named as
/// the Linux kernel's memory model names them. Each states its ordering, its site, and what it depends
/// on where the algorithm relies on that.
///
/// A processor is a value owned by the thread or fiber that it models.
@usableFromInline
package protocol Processor {
    associatedtype Dependency: ProcessorDependency
    typealias Reading32 = Reading<UInt32, Dependency>
    typealias Reading64 = Reading<UInt64, Dependency>
    typealias Either32 = EitherReading<Reading32>

    mutating func load32(_ word: Word32, _ ordering: LoadOrdering, at site: Site, dependingOn dependency: Dependency) -> Reading32
    mutating func load64(_ word: Word64, _ ordering: LoadOrdering, at site: Site, dependingOn dependency: Dependency) -> Reading64
    mutating func store32(_ word: Word32, _ value: UInt32, _ ordering: StoreOrdering, at site: Site, dependingOn dependency: Dependency)
    mutating func store64(_ word: Word64, _ value: UInt64, _ ordering: StoreOrdering, at site: Site, dependingOn dependency: Dependency)

    /// Stores `entries` one after the other from `first` on, each as 64-bit words, relaxed and in no order among themselves.
    /// `Entry` is made of 64-bit words only.
    mutating func storeEntries<Entry: BitwiseCopyable>(
        _ entries: Span<Entry>, from first: Word64, at site: Site, dependingOn dependency: Dependency)

    /// Writes `desired` where the word holds `expected`; returns what it held.
    mutating func compareExchange32(_ word: Word32, expected: UInt32, desired: UInt32, _ ordering: UpdateOrdering, at site: Site) -> Reading32
    mutating func compareExchange64(_ word: Word64, expected: UInt64, desired: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64
    /// Tries to allocate entries of a ring by a compare-and-swap with `ordering` that expects `old`. A machine may go on trying, each time
    /// expecting what the last try has found, as a loop around this would.
    mutating func exchange64(
        _ word: Word64, from old: UInt64, by step: RingAdvance, _ ordering: UpdateOrdering, at site: Site
    ) -> Exchange<Dependency>
    /// Adds, wrapping around; returns what the word held before.
    mutating func fetchAdd32(_ word: Word32, _ value: UInt32, _ ordering: UpdateOrdering, at site: Site) -> Reading32
    mutating func fetchAdd64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64
    /// Keeps the bits that are set in `value` too; returns what the word held before. One read-modify-write.
    mutating func fetchAnd64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64
    mutating func xor64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site)

    mutating func fence(_ fence: Fence, at site: Site)

    mutating func readRegister(_ register: Register32, _ ordering: RegisterReadOrdering, at site: Site) -> Reading32
    mutating func writeRegister(_ register: Register32, _ value: UInt32, _ ordering: RegisterWriteOrdering, at site: Site, dependingOn dependency: Dependency)

    /// Waits until the word satisfies the condition (Linux's `smp_cond_load_relaxed`); `condition` must depend on its argument alone.
    mutating func wait32(_ word: Word32, at site: Site, until condition: (UInt32) -> Bool) -> Reading32
    mutating func wait64(_ word: Word64, at site: Site, until condition: (UInt64) -> Bool) -> Reading64
    /// Waits until the bits of `mask` are as in `expected`, each of them on its own. What it returns orders as the reads of a `wait64` do.
    mutating func waitBits64(_ word: Word64, mask: UInt64, expected: UInt64, at site: Site) -> Dependency
    /// As `wait32`, but gives up when `timeout` nanoseconds have passed: nil.
    mutating func wait32(_ word: Word32, at site: Site, timeout: UInt64, until condition: (UInt32) -> Bool) -> Reading32?
    mutating func wait64(_ word: Word64, at site: Site, timeout: UInt64, until condition: (UInt64) -> Bool) -> Reading64?

    /// Looks at two words in turn, relaxed, until one of them satisfies its condition; nil when the poll's time is over.
    mutating func waitEither32(
        _ first: Word32, at firstSite: Site, until isFirst: (UInt32) -> Bool,
        or second: Word32, at secondSite: Site, until isSecond: (UInt32) -> Bool, poll: inout Poll
    ) -> Either32?

    /// One step of waiting between two looks at something that `wait` cannot wait for; false when the poll's time is over.
    mutating func poll(_ poll: inout Poll, at site: Site) -> Bool

    /// A place where an algorithm comes round again without a pause. A kernel's processor runs on; a machine whose
    /// processors share cores takes a step of its backoff here, for it may hold the core that it waits for.
    mutating func concede(_ poll: inout Poll, at site: Site)

    /// Spends time without touching memory.
    mutating func spend(nanoseconds: UInt64, at site: Site)
    /// The machine's clock, in nanoseconds from an arbitrary start.
    mutating func clock() -> UInt64
}

/// What has ended a wait for either of two words.
@usableFromInline
package enum EitherReading<Reading: Sendable>: Sendable {
    case first(Reading)
    case second(Reading)
}

/// The state of a polling loop: how often it has looked, and when it must give up.
@usableFromInline
package struct Poll: Sendable {
    /// Nanoseconds from the first step on.
    @usableFromInline package let timeout: UInt64
    @usableFromInline package var looks: UInt32 = 0
    /// The next busy delay, in nanoseconds, of policies that delay.
    @usableFromInline package var delay: UInt64 = 1000
    /// Set at the first look at the clock.
    @usableFromInline package var deadline: UInt64?

    /// What is waited for sends an event (SEV): a machine with WFE sleeps until one comes.
    @usableFromInline package let waitsForEvents: Bool

    @inlinable package init(timeout: UInt64, waitsForEvents: Bool = false) {
        self.timeout = timeout
        self.waitsForEvents = waitsForEvents
    }
}

/// A processor of the native machine's kind, which can also block on a mutual-exclusion lock of its operating system.
@usableFromInline
package protocol BlockingProcessor: Processor {
    mutating func lockMutex(_ mutex: Int)
    mutating func unlockMutex(_ mutex: Int)
    /// Runs nothing for so long, as a thread that its operating system has descheduled: its core is others'.
    mutating func sleep(nanoseconds: UInt64, at site: Site)
}

extension Processor {
    // A machine that keeps words as words sees all bits at once.
    @inlinable @inline(__always)
    package mutating func waitBits64(_ word: Word64, mask: UInt64, expected: UInt64, at site: Site) -> Dependency {
        wait64(word, at: site) { $0 & mask == expected }.dependency
    }
    @inlinable @inline(__always)
    package mutating func waitEither32(
        _ first: Word32, at firstSite: Site, until isFirst: (UInt32) -> Bool,
        or second: Word32, at secondSite: Site, until isSecond: (UInt32) -> Bool, poll: inout Poll
    ) -> Either32? {
        repeat {
            let one = load32(first, .relaxed, at: firstSite)
            if isFirst(one.value) { return .first(one) }
            let other = load32(second, .relaxed, at: secondSite)
            if isSecond(other.value) { return .second(other) }
        } while self.poll(&poll, at: secondSite)
        return nil
    }
}

// Most accesses rely on no dependency.
extension Processor {
    @inlinable @inline(__always)
    package mutating func load32(_ word: Word32, _ ordering: LoadOrdering, at site: Site) -> Reading32 {
        load32(word, ordering, at: site, dependingOn: .none)
    }
    @inlinable @inline(__always)
    package mutating func load64(_ word: Word64, _ ordering: LoadOrdering, at site: Site) -> Reading64 {
        load64(word, ordering, at: site, dependingOn: .none)
    }
    @inlinable @inline(__always)
    package mutating func store32(_ word: Word32, _ value: UInt32, _ ordering: StoreOrdering, at site: Site) {
        store32(word, value, ordering, at: site, dependingOn: .none)
    }
    @inlinable @inline(__always)
    package mutating func store64(_ word: Word64, _ value: UInt64, _ ordering: StoreOrdering, at site: Site) {
        store64(word, value, ordering, at: site, dependingOn: .none)
    }
    @inlinable @inline(__always)
    package mutating func writeRegister(_ register: Register32, _ value: UInt32, _ ordering: RegisterWriteOrdering, at site: Site) {
        writeRegister(register, value, ordering, at: site, dependingOn: .none)
    }
}
