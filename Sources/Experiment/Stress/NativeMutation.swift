import CommandQueue
import Machine
import SMMUv3

/// Makes a mutation of the explorer in a native run: tells `MutatedProcessor` and `MutatedDevice`, which know one queue and one insertion,
/// which queue it is now, and whether the insertion has a CMD_SYNC.
struct NativeMutation<Native: BlockingProcessor & DevicePort>: WrappingProcessor {
    typealias Dependency = Native.Dependency

    var base: MutatedProcessor<Native>
    private let queues: [RunQueue]

    init(_ native: Native, _ mutation: ProtocolMutation, queues: [RunQueue]) {
        self.queues = queues
        base = MutatedProcessor(native, mutation, placement: queues[0].placement, takesShare: false)
    }

    /// The queue whose word this is.
    @inline(__always)
    private mutating func turn(to isTheirs: (QueuePlacement) -> Bool) {
        guard !isTheirs(base.placement), let queue = queues.first(where: { isTheirs($0.placement) }) else { return }
        base.placement = queue.placement
    }

    /// An insertion begins with an operation on this word.
    @inline(__always)
    private mutating func begin(_ word: Word64, at site: Site) {
        guard site == .allocate else { return }
        turn { $0.pointers == word }
        base.takesShare = false
    }

    /// A device of the queue that is turned to, for one operation.
    @inline(__always)
    private mutating func onDevice<Result>(_ body: (inout MutatedDevice<Native>) -> Result) -> Result {
        var device = MutatedDevice(base: base.base, mutation: base.mutation, placement: base.placement)
        defer { base.base = device.base }
        return body(&device)
    }
}

// What says which insertion it is
extension NativeMutation {
    mutating func load64(_ word: Word64, _ ordering: LoadOrdering, at site: Site, dependingOn dependency: Dependency) -> Reading64 {
        begin(word, at: site)
        return base.load64(word, ordering, at: site, dependingOn: dependency)
    }
    mutating func fetchAdd64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        begin(word, at: site)
        return base.fetchAdd64(word, value, ordering, at: site)
    }
    mutating func store64(_ word: Word64, _ value: UInt64, _ ordering: StoreOrdering, at site: Site, dependingOn dependency: Dependency) {
        // Commands are written as entries, a CMD_SYNC word by word.
        if site == .writeSlots { base.takesShare = true }
        base.store64(word, value, ordering, at: site, dependingOn: dependency)
    }
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
        guard site == .fetchEntries, word.offset % 16 == 0 else { return base.dmaRead64(word, at: site) }
        return onDevice { $0.dmaRead64(word, at: site) }
    }
    mutating func dmaWrite32(_ word: Word32, _ value: UInt32, at site: Site) {
        onDevice { $0.dmaWrite32(word, value, at: site) }
    }
}

// A producer's mutations leave the rest of what a native processor can do as it is.
extension MutatedProcessor: BlockingProcessor where Base: BlockingProcessor {
    mutating func lockMutex(_ mutex: Int) { base.lockMutex(mutex) }
    mutating func unlockMutex(_ mutex: Int) { base.unlockMutex(mutex) }
    mutating func sleep(nanoseconds: UInt64, at site: Site) { base.sleep(nanoseconds: nanoseconds, at: site) }
}

extension MutatedProcessor: DevicePort where Base: DevicePort {
    mutating func ownRegister(_ register: Register32, at site: Site) -> UInt32 { base.ownRegister(register, at: site) }
    mutating func setOwnRegister(_ register: Register32, _ value: UInt32, at site: Site) {
        base.setOwnRegister(register, value, at: site)
    }
    mutating func dmaRead64(_ word: Word64, at site: Site) -> UInt64 { base.dmaRead64(word, at: site) }
    mutating func dmaPrefetch(_ word: Word64, at site: Site) { base.dmaPrefetch(word, at: site) }
    mutating func dmaWrite32(_ word: Word32, _ value: UInt32, at site: Site) { base.dmaWrite32(word, value, at: site) }
    mutating func dmaWrite64(_ word: Word64, _ value: UInt64, at site: Site) { base.dmaWrite64(word, value, at: site) }
    mutating func spend(picoseconds: UInt64, at site: Site) { base.spend(picoseconds: picoseconds, at: site) }
    mutating func sendEvent(at site: Site) { base.sendEvent(at: site) }
    mutating func endTurn() { base.endTurn() }
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
