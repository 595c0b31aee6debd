import CommandQueue
import Machine

/// A producer's processor that makes one mutation, at the sites where it belongs (see `ProtocolMutation`), and is otherwise what it wraps.
struct MutatedProcessor<Base: Processor>: Processor {
    typealias Dependency = Base.Dependency

    var base: Base
    let mutation: ProtocolMutation
    /// Of the queue that the insertion goes to.
    var placement: QueuePlacement
    /// The insertion has a CMD_SYNC.
    var takesShare: Bool
    /// What was held back, and the gather's end where it was closed too early.
    var holdsLockBack = false
    var closed: Reading32?
    /// The gather's end, where it is rung for before it is looked at.
    var toRing: Reading32?
    /// From where to where slots were allocated, until they are published.
    var allocated: (start: UInt32, end: UInt32)?
    /// A CMD_SYNC's number less 1, where it is taken too early.
    var number: UInt32?
    /// The software cons, where it is stored too late.
    var lateCons: UInt32?

    init(_ base: Base, _ mutation: ProtocolMutation, placement: QueuePlacement, takesShare: Bool) {
        self.base = base
        self.mutation = mutation
        self.placement = placement
        self.takesShare = takesShare
    }
}

// What is only passed on
extension MutatedProcessor {
    mutating func load64(_ word: Word64, _ ordering: LoadOrdering, at site: Site, dependingOn dependency: Dependency) -> Reading64 {
        defer { settle(at: site) }
        return base.load64(word, ordering, at: site, dependingOn: dependency)
    }
    mutating func storeEntries<Entry: BitwiseCopyable>(
        _ entries: Span<Entry>, from first: Word64, at site: Site, dependingOn dependency: Dependency
    ) {
        base.storeEntries(entries, from: first, at: site, dependingOn: dependency)
        settle(at: site)
    }
    mutating func fetchAdd64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        base.fetchAdd64(word, value, ordering, at: site)
    }
    mutating func fetchAnd64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        base.fetchAnd64(word, value, ordering, at: site)
    }
    mutating func wait64(_ word: Word64, at site: Site, until condition: (UInt64) -> Bool) -> Reading64 {
        base.wait64(word, at: site, until: condition)
    }
    mutating func wait64(_ word: Word64, at site: Site, timeout: UInt64, until condition: (UInt64) -> Bool) -> Reading64? {
        defer { settle(at: site) }
        if mutation == .noSpaceTimeout, site == .awaitSpace { return base.wait64(word, at: site, until: condition) }
        return base.wait64(word, at: site, timeout: timeout, until: condition)
    }
    mutating func waitEither32(
        _ first: Word32, at firstSite: Site, until isFirst: (UInt32) -> Bool,
        or second: Word32, at secondSite: Site, until isSecond: (UInt32) -> Bool, poll: inout Poll
    ) -> Either32? {
        defer { settle(at: secondSite) }
        return base.waitEither32(first, at: firstSite, until: isFirst, or: second, at: secondSite, until: isSecond, poll: &poll)
    }
    mutating func poll(_ poll: inout Poll, at site: Site) -> Bool {
        let isInTime = base.poll(&poll, at: site)
        return isInTime || mutation == .noSpaceTimeout && site == .awaitSpace
    }
    mutating func concede(_ poll: inout Poll, at site: Site) { base.concede(&poll, at: site) }
    mutating func spend(nanoseconds: UInt64, at site: Site) { base.spend(nanoseconds: nanoseconds, at: site) }
    mutating func clock() -> UInt64 { base.clock() }
}

/// A device's port that makes one mutation, and is otherwise what it wraps.
struct MutatedDevice<Base: DevicePort>: DevicePort {
    var base: Base
    let mutation: ProtocolMutation
    let placement: QueuePlacement

    mutating func dmaWrite64(_ word: Word64, _ value: UInt64, at site: Site) { base.dmaWrite64(word, value, at: site) }
    mutating func sendEvent(at site: Site) { base.sendEvent(at: site) }
    mutating func spend(nanoseconds: UInt64, at site: Site) { base.spend(nanoseconds: nanoseconds, at: site) }
}
