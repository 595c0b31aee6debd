import CommandQueue
import Machine

/// Faults of the reference's section 4, as they change what a processor does.
enum Mutation: CaseIterable {
    /// No fault: the checks must be silent.
    case none
    /// m2: the valid bits are set before the shared lock is taken.
    case validBeforeLock
    /// m3: what a relaxed hand-over allows: it is seen before the doorbell.
    case handOverBeforeDoorbell
    /// m5, in its gross form: the owner does not look at the valid map.
    case noAwaitValid
    /// m7: the gather is closed before the previous owner has handed over.
    case closeBeforeTurn
    /// m8: a holder that is not the last stores cons too.
    case alwaysLastHolder
    /// B5: the spinlock of spinlock-on-failure is not given back.
    case leakedSpinlock
    /// B4: with fetch-add an issuer takes its share of the queue lock itself, before its slots are valid, and the owner takes none.
    case issuerLocks
    /// No fault, but a delay: with fetch-add an owner closes its gather once that is longer than the ring, if it becomes so at all.
    case lateClose
}

/// Forwards to `base`, with one mutation.
struct MutatingProcessor<Base: Processor>: Processor {
    typealias Dependency = Base.Dependency

    var base: Base
    let mutation: Mutation
    let placement: QueuePlacement
    /// Operations that were held back, and the gather's end if it was closed too early.
    private var lockIsHeldBack = false
    private var doorbell: UInt32?
    private var closed: Reading32?

    init(_ base: Base, _ mutation: Mutation, placement: QueuePlacement) {
        self.base = base
        self.mutation = mutation
        self.placement = placement
    }

    mutating func load32(_ word: Word32, _ ordering: LoadOrdering, at site: Site, dependingOn dependency: Dependency) -> Reading32 {
        let reading = base.load32(word, ordering, at: site, dependingOn: dependency)
        return mutation == .alwaysLastHolder && site == .tryUnlock ? Reading(1, reading.dependency) : reading
    }
    mutating func load64(_ word: Word64, _ ordering: LoadOrdering, at site: Site, dependingOn dependency: Dependency) -> Reading64 {
        base.load64(word, ordering, at: site, dependingOn: dependency)
    }
    mutating func store32(_ word: Word32, _ value: UInt32, _ ordering: StoreOrdering, at site: Site, dependingOn dependency: Dependency) {
        if mutation == .leakedSpinlock, site == .unlockQueue { return }
        base.store32(word, value, ordering, at: site, dependingOn: dependency)
        if site == .handOver, let end = doorbell {
            doorbell = nil
            base.writeRegister(placement.prod, end, .relaxed, at: .doorbell, dependingOn: .none)
        }
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
    mutating func fetchAdd32(_ word: Word32, _ value: UInt32, _ ordering: UpdateOrdering, at site: Site) -> Reading32 {
        if mutation == .validBeforeLock, site == .lockShared {
            lockIsHeldBack = true
            return Reading(0, .none)
        }
        if mutation == .issuerLocks, site == .lockShared { return Reading(0, .none) }
        if site == .closeGather, let reading = closed {
            closed = nil
            return reading
        }
        return base.fetchAdd32(word, value, ordering, at: site)
    }
    mutating func fetchAdd64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        base.fetchAdd64(word, value, ordering, at: site)
    }
    mutating func fetchAnd64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        if mutation == .lateClose, site == .closeGather {
            let (start, entries) = (base.load32(placement.ownerProd, .relaxed, at: .audit).value, placement.geometry.entries)
            _ = base.wait64(word, at: .audit, timeout: 100_000_000) { UInt32(truncatingIfNeeded: $0) &- start > entries }
        }
        return base.fetchAnd64(word, value, ordering, at: site)
    }
    mutating func xor64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) {
        base.xor64(word, value, ordering, at: site)
        if lockIsHeldBack {
            lockIsHeldBack = false
            _ = base.fetchAdd32(placement.lock, 1, .relaxed, at: .lockShared)
        }
    }
    mutating func fence(_ fence: Fence, at site: Site) {
        if mutation == .issuerLocks, site == .publishSlots {
            _ = base.fetchAdd32(placement.lock, 1, .relaxed, at: .lockShared)
        }
        base.fence(fence, at: site)
    }
    mutating func readRegister(_ register: Register32, _ ordering: RegisterReadOrdering, at site: Site) -> Reading32 {
        base.readRegister(register, ordering, at: site)
    }
    mutating func writeRegister(
        _ register: Register32, _ value: UInt32, _ ordering: RegisterWriteOrdering, at site: Site, dependingOn dependency: Dependency
    ) {
        if mutation == .handOverBeforeDoorbell, site == .doorbell {
            doorbell = value
        } else {
            base.writeRegister(register, value, ordering, at: site, dependingOn: dependency)
        }
    }
    mutating func wait32(_ word: Word32, at site: Site, until condition: (UInt32) -> Bool) -> Reading32 {
        if mutation == .closeBeforeTurn, site == .awaitOwner {
            closed = base.fetchAdd32(placement.pointers.low, LinuxQueue.owned, .relaxed, at: .closeGather)
        }
        return base.wait32(word, at: site, until: condition)
    }
    mutating func wait64(_ word: Word64, at site: Site, until condition: (UInt64) -> Bool) -> Reading64 {
        if mutation == .noAwaitValid, site == .awaitValid { return Reading(0, .none) }
        return base.wait64(word, at: site, until: condition)
    }
    mutating func wait32(_ word: Word32, at site: Site, timeout: UInt64, until condition: (UInt32) -> Bool) -> Reading32? {
        base.wait32(word, at: site, timeout: timeout, until: condition)
    }
    mutating func wait64(_ word: Word64, at site: Site, timeout: UInt64, until condition: (UInt64) -> Bool) -> Reading64? {
        base.wait64(word, at: site, timeout: timeout, until: condition)
    }
    mutating func poll(_ poll: inout Poll, at site: Site) -> Bool { base.poll(&poll, at: site) }
    mutating func concede(_ poll: inout Poll, at site: Site) { base.concede(&poll, at: site) }
    mutating func spend(nanoseconds: UInt64, at site: Site) { base.spend(nanoseconds: nanoseconds, at: site) }
    mutating func clock() -> UInt64 { base.clock() }
}
