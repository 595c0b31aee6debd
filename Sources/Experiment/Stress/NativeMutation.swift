import CommandQueue
import Machine
import SMMUv3

/// Makes a mutation of the explorer in a native run: `MutatedProcessor` and `MutatedDevice`, which know one queue and one insertion, told
/// which queue it is now, and whether the insertion has a CMD_SYNC.
struct NativeMutation<Base: BlockingProcessor & DevicePort>: BlockingProcessor, DevicePort {
    typealias Dependency = Base.Dependency

    private var mutated: MutatedProcessor<Base>
    private let queues: [RunQueue]

    init(_ base: Base, _ mutation: ProtocolMutation, queues: [RunQueue]) {
        self.queues = queues
        mutated = MutatedProcessor(base, mutation, placement: queues[0].placement, takesShare: false)
    }

    /// The queue whose word this is.
    @inline(__always)
    private mutating func turn(to isTheirs: (QueuePlacement) -> Bool) {
        guard !isTheirs(mutated.placement), let queue = queues.first(where: { isTheirs($0.placement) }) else { return }
        mutated.placement = queue.placement
    }

    /// An insertion begins with an operation on this word.
    @inline(__always)
    private mutating func begin(_ word: Word64, at site: Site) {
        guard site == .allocate else { return }
        turn { $0.pointers == word }
        mutated.takesShare = false
    }

    /// A device of the queue that is turned to, for one operation.
    @inline(__always)
    private mutating func onDevice<Result>(_ body: (inout MutatedDevice<Base>) -> Result) -> Result {
        var device = MutatedDevice(base: mutated.base, mutation: mutated.mutation, placement: mutated.placement)
        defer { mutated.base = device.base }
        return body(&device)
    }
}

// Memory
extension NativeMutation {
    mutating func load32(_ word: Word32, _ ordering: LoadOrdering, at site: Site, dependingOn dependency: Dependency) -> Reading32 {
        mutated.load32(word, ordering, at: site, dependingOn: dependency)
    }
    mutating func load64(_ word: Word64, _ ordering: LoadOrdering, at site: Site, dependingOn dependency: Dependency) -> Reading64 {
        begin(word, at: site)
        return mutated.load64(word, ordering, at: site, dependingOn: dependency)
    }
    mutating func store32(_ word: Word32, _ value: UInt32, _ ordering: StoreOrdering, at site: Site, dependingOn dependency: Dependency) {
        mutated.store32(word, value, ordering, at: site, dependingOn: dependency)
    }
    mutating func store64(_ word: Word64, _ value: UInt64, _ ordering: StoreOrdering, at site: Site, dependingOn dependency: Dependency) {
        // Commands are written as entries, a CMD_SYNC word by word.
        if site == .writeSlots { mutated.takesShare = true }
        mutated.store64(word, value, ordering, at: site, dependingOn: dependency)
    }
    mutating func storeEntries<Entry: BitwiseCopyable>(
        _ entries: Span<Entry>, from first: Word64, at site: Site, dependingOn dependency: Dependency
    ) {
        mutated.storeEntries(entries, from: first, at: site, dependingOn: dependency)
    }
    mutating func compareExchange32(_ word: Word32, expected: UInt32, desired: UInt32, _ ordering: UpdateOrdering, at site: Site) -> Reading32 {
        mutated.compareExchange32(word, expected: expected, desired: desired, ordering, at: site)
    }
    mutating func compareExchange64(_ word: Word64, expected: UInt64, desired: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        mutated.compareExchange64(word, expected: expected, desired: desired, ordering, at: site)
    }
    mutating func fetchAdd32(_ word: Word32, _ value: UInt32, _ ordering: UpdateOrdering, at site: Site) -> Reading32 {
        mutated.fetchAdd32(word, value, ordering, at: site)
    }
    mutating func fetchAdd64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        begin(word, at: site)
        return mutated.fetchAdd64(word, value, ordering, at: site)
    }
    mutating func fetchAnd64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        mutated.fetchAnd64(word, value, ordering, at: site)
    }
    mutating func xor64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) {
        mutated.xor64(word, value, ordering, at: site)
    }
    mutating func fence(_ fence: Fence, at site: Site) { mutated.fence(fence, at: site) }
    mutating func readRegister(_ register: Register32, _ ordering: RegisterReadOrdering, at site: Site) -> Reading32 {
        mutated.readRegister(register, ordering, at: site)
    }
    mutating func writeRegister(_ register: Register32, _ value: UInt32, _ ordering: RegisterWriteOrdering, at site: Site, dependingOn dependency: Dependency) {
        mutated.writeRegister(register, value, ordering, at: site, dependingOn: dependency)
    }
}

// Waiting and time
extension NativeMutation {
    mutating func wait32(_ word: Word32, at site: Site, until condition: (UInt32) -> Bool) -> Reading32 {
        mutated.wait32(word, at: site, until: condition)
    }
    mutating func wait64(_ word: Word64, at site: Site, until condition: (UInt64) -> Bool) -> Reading64 {
        mutated.wait64(word, at: site, until: condition)
    }
    mutating func wait32(_ word: Word32, at site: Site, timeout: UInt64, until condition: (UInt32) -> Bool) -> Reading32? {
        mutated.wait32(word, at: site, timeout: timeout, until: condition)
    }
    mutating func wait64(_ word: Word64, at site: Site, timeout: UInt64, until condition: (UInt64) -> Bool) -> Reading64? {
        mutated.wait64(word, at: site, timeout: timeout, until: condition)
    }
    mutating func waitBits64(_ word: Word64, mask: UInt64, expected: UInt64, at site: Site) -> Dependency {
        mutated.waitBits64(word, mask: mask, expected: expected, at: site)
    }
    mutating func waitEither32(
        _ first: Word32, at firstSite: Site, until isFirst: (UInt32) -> Bool,
        or second: Word32, at secondSite: Site, until isSecond: (UInt32) -> Bool, poll: inout Poll
    ) -> Either32? {
        mutated.waitEither32(first, at: firstSite, until: isFirst, or: second, at: secondSite, until: isSecond, poll: &poll)
    }
    mutating func poll(_ poll: inout Poll, at site: Site) -> Bool { mutated.poll(&poll, at: site) }
    mutating func concede(_ poll: inout Poll, at site: Site) { mutated.concede(&poll, at: site) }
    mutating func spend(nanoseconds: UInt64, at site: Site) { mutated.base.spend(nanoseconds: nanoseconds, at: site) }
    mutating func spend(picoseconds: UInt64, at site: Site) { mutated.base.spend(picoseconds: picoseconds, at: site) }
    mutating func clock() -> UInt64 { mutated.base.clock() }
    mutating func lockMutex(_ mutex: Int) { mutated.base.lockMutex(mutex) }
    mutating func unlockMutex(_ mutex: Int) { mutated.base.unlockMutex(mutex) }
    mutating func sleep(nanoseconds: UInt64, at site: Site) { mutated.base.sleep(nanoseconds: nanoseconds, at: site) }
}

// The device's side
extension NativeMutation {
    mutating func ownRegister(_ register: Register32, at site: Site) -> UInt32 {
        if site == .fetchProd { turn { $0.prod == register } }
        return onDevice { $0.ownRegister(register, at: site) }
    }
    mutating func setOwnRegister(_ register: Register32, _ value: UInt32, at site: Site) {
        onDevice { $0.setOwnRegister(register, value, at: site) }
    }
    mutating func dmaRead64(_ word: Word64, at site: Site) -> UInt64 {
        // Only the first word of an entry, which is 16-aligned, says what the command is.
        guard site == .fetchEntries, word.offset % 16 == 0 else { return mutated.base.dmaRead64(word, at: site) }
        return onDevice { $0.dmaRead64(word, at: site) }
    }
    mutating func dmaPrefetch(_ word: Word64, at site: Site) { mutated.base.dmaPrefetch(word, at: site) }
    mutating func dmaWrite32(_ word: Word32, _ value: UInt32, at site: Site) {
        onDevice { $0.dmaWrite32(word, value, at: site) }
    }
    mutating func dmaWrite64(_ word: Word64, _ value: UInt64, at site: Site) { mutated.base.dmaWrite64(word, value, at: site) }
    mutating func sendEvent(at site: Site) { mutated.base.sendEvent(at: site) }
    mutating func endTurn() { mutated.base.endTurn() }
    static var idleRoundsBetweenLooks: UInt32 { Base.idleRoundsBetweenLooks }
}

extension ProtocolMutation {
    /// Others are of what only explorations have: unmapping beside an attach, waits for enough space, what a whole insertion will be.
    package var existsNatively: Bool { ![.noATSBarrier, .awaitsNotFull, .earlySequence].contains(self) }

    /// Whether a native scenario has what it changes: else that nothing is found means nothing.
    package func applies(to scenario: Scenario) -> Bool {
        let completesByMSI = scenario.queue != .vcmdq && scenario.sync == .msi
        let closesByAddition = scenario.algorithm == .linux || scenario.algorithm == .spinlockOnFailure
        return switch self {
        case .none, .deviceConsFirst: true
        case .deviceMSIFirst: completesByMSI && scenario.algorithm.signalsOwnSlot
        case .relaxedConsRead: scenario.algorithm.gathers && !completesByMSI
        case .noSyncWait, .orderedMSI: scenario.algorithm.gathers && completesByMSI
        case .issuerLocks: scenario.algorithm == .fetchAdd
        case .wholeWords: closesByAddition && scenario.log2Entries < 6
        case .noATSBarrier, .awaitsNotFull, .earlySequence: false
        case .noQueueUnlock: scenario.algorithm == .spinlock
        // It takes its share without looking whether the lock is held exclusively: the legacy form would lose it, which is another bug.
        case .validBeforeLock: closesByAddition && scenario.lock == .counted
        default: closesByAddition
        }
    }

    /// Changes how valid bits are waited for.
    var waitsForBits: Bool { self == .noAwaitValid || self == .doorbellBeforeValid || self == .noValidDependency }
}
