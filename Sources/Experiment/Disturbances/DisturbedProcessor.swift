import Machine
import SMMUv3

/// A processor to which disturbances happen, and which is otherwise what it wraps.
struct DisturbedProcessor<Base: BlockingProcessor & DevicePort>: WrappingProcessor {
    typealias Dependency = Base.Dependency

    var base: Base
    /// Those that can happen to this agent, and how often it has been at the site of each.
    private var due: [(disturbance: Disturbance, visits: Int)]
    private let tally: DisturbanceTally
    /// Slots are published by the doorbell itself: the algorithm has no valid map.
    private let publishesByDoorbell: Bool
    /// Each operation is a place to be disturbed at.
    private let isPreempted: Bool
    private var lastSite = Site.audit

    init(_ base: Base, role: AgentRole, scenario: Scenario, tally: DisturbanceTally) {
        self.base = base
        self.tally = tally
        publishesByDoorbell = !scenario.algorithm.gathers
        due = scenario.disturbances.filter {
            switch role {
            case .producer(let number): !$0.kind.isOfDevice && ($0.producer ?? number) == number
            case .device: $0.kind.isOfDevice
            case .keeper: false
            }
        }.map { ($0, 0) }
        isPreempted = due.contains { $0.disturbance.kind == .preempt }
    }

    /// Counts a visit of the kind's site; true where it happens at this one. What it is to take is in the first that happens.
    private mutating func happens(_ kind: Disturbance.Kind) -> Int? {
        var nanoseconds: Int?
        for index in due.indices where due[index].disturbance.kind == kind {
            due[index].visits += 1
            let disturbance = due[index].disturbance
            let since = due[index].visits - disturbance.first
            guard since == 0 || (since > 0 && disturbance.every.map { since % $0 == 0 } == true) else { continue }
            nanoseconds = max(nanoseconds ?? 0, disturbance.nanoseconds)
        }
        if nanoseconds != nil { tally.add(kind) }
        return nanoseconds
    }

    /// Before each operation of the queue.
    @inline(__always)
    mutating func preempt(at site: Site) {
        guard isPreempted, site != .audit else { return }
        // Who looks at CONS until its CMD_SYNC is complete looks again and again: that is one visit, or hardly any other would be made.
        defer { lastSite = site }
        if site != .readSyncCons || lastSite != site { pause(.preempt, at: site) }
    }

    private mutating func pause(_ kind: Disturbance.Kind, at site: Site) {
        guard let nanoseconds = happens(kind) else { return }
        base.sleep(nanoseconds: UInt64(nanoseconds), at: site)
    }
}

// Where producers are disturbed
extension DisturbedProcessor {
    mutating func fence(_ fence: Fence, at site: Site) {
        preempt(at: site)
        if site == .publishSlots { pause(.pauseBeforePublishing, at: site) }
        base.fence(fence, at: site)
    }

    mutating func writeRegister(_ register: Register32, _ value: UInt32, _ ordering: RegisterWriteOrdering, at site: Site, dependingOn dependency: Dependency) {
        preempt(at: site)
        if publishesByDoorbell, site == .doorbell { pause(.pauseBeforePublishing, at: site) }
        base.writeRegister(register, value, ordering, at: site, dependingOn: dependency)
    }

    /// Linux closes a gather with an addition,
    mutating func fetchAdd32(_ word: Word32, _ value: UInt32, _ ordering: UpdateOrdering, at site: Site) -> Reading32 {
        preempt(at: site)
        let reading = base.fetchAdd32(word, value, ordering, at: site)
        if site == .closeGather { pause(.pauseBeforeHandOver, at: .handOver) }
        return reading
    }

    /// and fetch-add by masking.
    mutating func fetchAnd64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        preempt(at: site)
        let reading = base.fetchAnd64(word, value, ordering, at: site)
        if site == .closeGather { pause(.pauseBeforeHandOver, at: .handOver) }
        return reading
    }

    mutating func load32(_ word: Word32, _ ordering: LoadOrdering, at site: Site, dependingOn dependency: Dependency) -> Reading32 {
        preempt(at: site)
        if site == .tryUnlock { pause(.pauseHoldingSharedLock, at: site) }
        return base.load32(word, ordering, at: site, dependingOn: dependency)
    }

    mutating func readRegister(_ register: Register32, _ ordering: RegisterReadOrdering, at site: Site) -> Reading32 {
        preempt(at: site)
        if site == .readSpaceCons { pause(.pauseHoldingExclusiveLock, at: site) }
        return base.readRegister(register, ordering, at: site)
    }

    mutating func storeEntries<Entry: BitwiseCopyable>(
        _ entries: Span<Entry>, from first: Word64, at site: Site, dependingOn dependency: Dependency
    ) {
        preempt(at: site)
        base.storeEntries(entries, from: first, at: site, dependingOn: dependency)
        guard site == .writeSlots, !entries.isEmpty, happens(.illegalCommand) != nil else { return }
        // The last of them; the first word is the producer's own until it publishes, so the store needs no order.
        let word = first.advanced(by: (entries.count - 1) * 2)
        let written = base.load64(word, .relaxed, at: .audit)
        base.store64(word, Command.refusable(word0: written.value), .relaxed, at: site)
    }
}

// Where the device is disturbed
extension DisturbedProcessor {
    mutating func dmaRead64(_ word: Word64, at site: Site) -> UInt64 {
        // The first word of an entry is 16-aligned.
        if site == .fetchEntries, word.offset % 16 == 0 { pause(.stallDevice, at: site) }
        return base.dmaRead64(word, at: site)
    }

    mutating func dmaWrite32(_ word: Word32, _ value: UInt32, at site: Site) {
        if site == .completeSync, happens(.lostMSI) != nil { return }
        base.dmaWrite32(word, value, at: site)
    }
}
