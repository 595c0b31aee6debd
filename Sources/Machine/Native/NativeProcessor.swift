import CAtomicOps
import Glibc

/// A processor of the native machine: the thread that owns the value, on real memory.
@usableFromInline
package struct NativeProcessor: WordProcessor, BlockingProcessor {
    @usableFromInline package typealias Dependency = UntrackedDependency

    @usableFromInline package let words: AtomicWords
    @usableFromInline let memory: MachineMemory
    @usableFromInline let mutexes: MutexSet
    @usableFromInline let backoff: Backoff

    package init(memory: MachineMemory, backoff: Backoff, mutexes: MutexSet = MutexSet(count: 0)) {
        self.memory = memory
        self.words = memory.words
        self.backoff = backoff
        self.mutexes = mutexes
    }
}

// Registers: words that the device's thread polls. An ordered access is an acquire or a release, which
// is what readl's read barrier and writel's write barrier come to between two threads.
extension NativeProcessor {
    @inlinable @inline(__always)
    package mutating func readRegister(_ register: Register32, _ ordering: RegisterReadOrdering, at site: Site) -> Reading32 {
        switch ordering {
        case .relaxed: Reading(words.load32(register.word, .relaxed), .none)
        case .orderedReads: Reading(words.load32(register.word, .acquire), .none)
        }
    }
    @inlinable @inline(__always)
    package mutating func writeRegister(_ register: Register32, _ value: UInt32, _ ordering: RegisterWriteOrdering, at site: Site, dependingOn dependency: Dependency) {
        switch ordering {
        case .relaxed: words.store32(register.word, value, .relaxed)
        case .orderedStores: words.store32(register.word, value, .release)
        }
    }
}

// Waiting. The first look is inline; what follows a failed one is not worth inlining.
extension NativeProcessor {
    @inlinable @inline(__always)
    package mutating func poll(_ poll: inout Poll, at site: Site) -> Bool {
        let gaveCoreAway = pause(&poll)
        // The clock is looked at where time has passed anyway, and now and then while spinning.
        guard gaveCoreAway || poll.looks & 1023 == 0 else { return true }
        return Self.isInTime(&poll)
    }

    @inlinable @inline(__always)
    package mutating func pauseUntimed(_ poll: inout Poll, at site: Site) { pause(&poll) }

    @inlinable @inline(__always)
    package mutating func concede(_ poll: inout Poll, at site: Site) { pause(&poll) }

    /// One step of the backoff policy; true if it took long enough for a look at the clock to be cheap beside it.
    @inlinable @inline(__always) @discardableResult
    mutating func pause(_ poll: inout Poll) -> Bool {
        poll.looks &+= 1
        switch backoff {
        case .spin:
            cao_cpu_relax()
            return false
        case .yield(let looks):
            guard poll.looks >= looks else {
                cao_cpu_relax()
                return false
            }
            poll.looks = 0
            sched_yield()
            return true
        case .linux:
            guard poll.looks >= 10 else {
                cao_cpu_relax()
                return false
            }
            poll.looks = 0
            Self.spendBusily(poll.delay)
            // Linux's waits that double their delay time out after a second; those that do not must not sleep for ever.
            poll.delay = min(poll.delay &* 2, 1_000_000)
            return true
        }
    }

    // Static, so that a rare call does not force a copy of the processor onto the caller's stack.
    @usableFromInline
    static func isInTime(_ poll: inout Poll) -> Bool {
        guard poll.timeout != .max else { return true }
        let now = monotonicNanoseconds()
        guard let deadline = poll.deadline else {
            poll.deadline = now &+ min(poll.timeout, .max &- now)
            return true
        }
        return now <= deadline
    }

    @usableFromInline
    static func spendBusily(_ nanoseconds: UInt64) {
        let start = monotonicNanoseconds()
        while monotonicNanoseconds() &- start < nanoseconds { cao_cpu_relax() }
    }

    @inlinable @inline(__always)
    package mutating func spend(nanoseconds: UInt64, at site: Site) {
        if nanoseconds > 0 { Self.spendBusily(nanoseconds) }
    }

    @inlinable @inline(__always)
    package mutating func clock() -> UInt64 { monotonicNanoseconds() }
}

// Mutexes
extension NativeProcessor {
    @inlinable @inline(__always)
    package mutating func lockMutex(_ mutex: Int) { mutexes.lock(mutex) }
    @inlinable @inline(__always)
    package mutating func unlockMutex(_ mutex: Int) { mutexes.unlock(mutex) }
}

extension NativeProcessor {
    @usableFromInline
    package mutating func sleep(nanoseconds: UInt64, at site: Site) {
        var left = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        var missing = timespec()
        // A signal cuts it short.
        while nanosleep(&left, &missing) != 0, errno == EINTR { left = missing }
    }
}

// The device's side. An acquire of the register that a processor wrote after its barrier shows the
// device all that lies before that barrier; a release makes its results visible first.
extension NativeProcessor: DevicePort {
    @inlinable @inline(__always)
    package mutating func ownRegister(_ register: Register32, at site: Site) -> UInt32 {
        words.load32(register.word, .acquire)
    }
    @inlinable @inline(__always)
    package mutating func setOwnRegister(_ register: Register32, _ value: UInt32, at site: Site) {
        words.store32(register.word, value, .release)
    }
    @inlinable @inline(__always)
    package mutating func dmaRead64(_ word: Word64, at site: Site) -> UInt64 {
        words.load64(word, .relaxed)
    }
    @inlinable @inline(__always)
    package mutating func dmaPrefetch(_ word: Word64, at site: Site) {
        words.prefetch(word)
    }
    @inlinable @inline(__always)
    package mutating func dmaWrite32(_ word: Word32, _ value: UInt32, at site: Site) {
        words.store32(word, value, .release)
    }
    @inlinable @inline(__always)
    package mutating func dmaWrite64(_ word: Word64, _ value: UInt64, at site: Site) {
        words.store64(word, value, .release)
    }
}

/// Nanoseconds of the system's monotonic clock.
@usableFromInline
package func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
}
