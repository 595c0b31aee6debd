import CommandQueue
import Machine

/// A producer's processor that makes one mutation, at the sites where it belongs, and is otherwise what it wraps.
///
/// The one place where mutations are made: the algorithm's text carries none.
struct MutatedProcessor<Base: Processor>: Processor {
    typealias Dependency = Base.Dependency

    var base: Base
    let mutation: ProtocolMutation
    let placement: QueuePlacement
    /// The insertion has a CMD_SYNC.
    let takesShare: Bool
    /// What was held back, and the gather's end where it was closed too early.
    private var holdsLockBack = false
    private var closed: Reading32?

    init(_ base: Base, _ mutation: ProtocolMutation, placement: QueuePlacement, takesShare: Bool) {
        self.base = base
        self.mutation = mutation
        self.placement = placement
        self.takesShare = takesShare
    }
}

// Where mutations are made
extension MutatedProcessor {
    mutating func fence(_ fence: Fence, at site: Site) {
        if mutation == .noDMAWriteBarrier, site == .publishSlots { return }
        if mutation == .issuerLocks, site == .publishSlots, takesShare {
            _ = base.fetchAdd32(placement.lock, 1, .relaxed, at: .lockShared)
        }
        base.fence(fence, at: site)
    }

    mutating func fetchAdd32(_ word: Word32, _ value: UInt32, _ ordering: UpdateOrdering, at site: Site) -> Reading32 {
        if mutation == .issuerLocks, site == .lockShared { return Reading(0, .none) }
        if mutation == .validBeforeLock, site == .lockShared {
            holdsLockBack = true
            return Reading(0, .none)
        }
        if site == .closeGather, let reading = closed {
            closed = nil
            return reading
        }
        return base.fetchAdd32(word, value, ordering, at: site)
    }

    mutating func xor64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) {
        base.xor64(word, value, ordering, at: site)
        guard holdsLockBack else { return }
        holdsLockBack = false
        _ = base.fetchAdd32(placement.lock, 1, .relaxed, at: .lockShared)
    }

    mutating func store32(_ word: Word32, _ value: UInt32, _ ordering: StoreOrdering, at site: Site, dependingOn dependency: Dependency) {
        let isRelaxed = mutation == .relaxedHandOver && site == .handOver
        base.store32(word, value, isRelaxed ? .relaxed : ordering, at: site, dependingOn: dependency)
    }

    mutating func readRegister(_ register: Register32, _ ordering: RegisterReadOrdering, at site: Site) -> Reading32 {
        base.readRegister(register, mutation == .relaxedConsRead && site == .readSyncCons ? .relaxed : ordering, at: site)
    }

    mutating func wait32(_ word: Word32, at site: Site, until condition: (UInt32) -> Bool) -> Reading32 {
        if mutation == .closeBeforeTurn, site == .awaitOwner {
            closed = base.fetchAdd32(placement.pointers.low, LinuxQueue.owned, .relaxed, at: .closeGather)
        }
        return base.wait32(word, at: site, until: condition)
    }

    mutating func wait32(_ word: Word32, at site: Site, timeout: UInt64, until condition: (UInt32) -> Bool) -> Reading32? {
        let reading = base.wait32(word, at: site, timeout: timeout, until: condition)
        if mutation == .orderedMSI, site == .awaitSync { _ = base.load32(word, .acquire, at: site) }
        return reading
    }

    mutating func waitBits64(_ word: Word64, mask: UInt64, expected: UInt64, at site: Site) -> Dependency {
        if mutation == .noAwaitValid, site == .awaitValid { return .none }
        let seen = base.waitBits64(word, mask: mask, expected: expected, at: site)
        return mutation == .noValidDependency && site == .awaitValid ? .none : seen
    }

    mutating func load32(_ word: Word32, _ ordering: LoadOrdering, at site: Site, dependingOn dependency: Dependency) -> Reading32 {
        let reading = base.load32(word, ordering, at: site, dependingOn: dependency)
        return mutation == .alwaysLastHolder && site == .tryUnlock ? Reading(1, reading.dependency) : reading
    }
}

// What is only passed on
extension MutatedProcessor {
    mutating func load64(_ word: Word64, _ ordering: LoadOrdering, at site: Site, dependingOn dependency: Dependency) -> Reading64 {
        base.load64(word, ordering, at: site, dependingOn: dependency)
    }
    mutating func store64(_ word: Word64, _ value: UInt64, _ ordering: StoreOrdering, at site: Site, dependingOn dependency: Dependency) {
        base.store64(word, value, ordering, at: site, dependingOn: dependency)
    }
    mutating func storeEntries<Entry: BitwiseCopyable>(
        _ entries: Span<Entry>, from first: Word64, at site: Site, dependingOn dependency: Dependency
    ) {
        base.storeEntries(entries, from: first, at: site, dependingOn: dependency)
    }
    mutating func compareExchange32(_ word: Word32, expected: UInt32, desired: UInt32, _ ordering: UpdateOrdering, at site: Site) -> Reading32 {
        base.compareExchange32(word, expected: expected, desired: desired, ordering, at: site)
    }
    mutating func compareExchange64(_ word: Word64, expected: UInt64, desired: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        base.compareExchange64(word, expected: expected, desired: desired, ordering, at: site)
    }
    mutating func fetchAdd64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        base.fetchAdd64(word, value, ordering, at: site)
    }
    mutating func fetchAnd64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        base.fetchAnd64(word, value, ordering, at: site)
    }
    mutating func writeRegister(
        _ register: Register32, _ value: UInt32, _ ordering: RegisterWriteOrdering, at site: Site, dependingOn dependency: Dependency
    ) {
        base.writeRegister(register, value, ordering, at: site, dependingOn: dependency)
    }
    mutating func wait64(_ word: Word64, at site: Site, until condition: (UInt64) -> Bool) -> Reading64 {
        base.wait64(word, at: site, until: condition)
    }
    mutating func wait64(_ word: Word64, at site: Site, timeout: UInt64, until condition: (UInt64) -> Bool) -> Reading64? {
        if mutation == .awaitsNotFull, site == .awaitSpace { return base.wait64(word, at: site, until: condition) }
        return base.wait64(word, at: site, timeout: timeout, until: condition)
    }
    mutating func waitEither32(
        _ first: Word32, at firstSite: Site, until isFirst: (UInt32) -> Bool,
        or second: Word32, at secondSite: Site, until isSecond: (UInt32) -> Bool, poll: inout Poll
    ) -> Either32? {
        base.waitEither32(first, at: firstSite, until: isFirst, or: second, at: secondSite, until: isSecond, poll: &poll)
    }
    mutating func poll(_ poll: inout Poll, at site: Site) -> Bool { base.poll(&poll, at: site) }
    mutating func concede(_ poll: inout Poll, at site: Site) { base.concede(&poll, at: site) }
    mutating func spend(nanoseconds: UInt64, at site: Site) { base.spend(nanoseconds: nanoseconds, at: site) }
    mutating func clock() -> UInt64 { base.clock() }
}
