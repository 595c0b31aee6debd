import Machine

/// A processor that shows on a board what it is doing and how long it waited, and is otherwise what it wraps.
struct WatchedProcessor<Base: BlockingProcessor & DevicePort>: WrappingProcessor {
    typealias Dependency = Base.Dependency

    var base: Base
    private let board: WatchBoard
    /// Nil: it is nobody's whom the board has.
    private let agent: Int?
    /// What says what producers do next: they look at it between insertions.
    private let control: Word32
    /// A producer whose work is done counts itself out here.
    private let running: Word32
    /// A CMD_SYNC that is given up is wrong, and more of the run would only be more of them.
    private let endsAtTimeouts: Bool
    /// What it wraps has its own way to wait for valid bits.
    private let passesBits: Bool
    private var state = AgentState()
    private var phase = AgentPhase.starting
    /// When the wait of this phase began; 0: nothing had to be waited for.
    private var waitBegan: UInt64 = 0
    /// Comes to rest for ever when it writes slots for this time, as a bug would have it; 0: never.
    private var untilHang: Int

    init(_ base: Base, role: AgentRole, board: WatchBoard, control: Word32, running: Word32, endsAtTimeouts: Bool, passesBits: Bool, hangs: Bool) {
        self.base = base
        self.board = board
        self.control = control
        self.running = running
        self.endsAtTimeouts = endsAtTimeouts
        self.passesBits = passesBits
        agent = board.agent(of: role)
        untilHang = hangs && role == .producer(0) ? Self.hangsAt : 0
        if let agent { board.setThread(of: agent) }
    }

    static var hangsAt: Int { 5 }

    @inline(__always)
    private mutating func enter(_ site: Site) {
        guard let next = AgentPhase(site), next != phase else { return }
        // Who waits for space looks at prod now and then.
        if next == .allocating && phase == .awaitingSpace { return }
        change(to: next)
    }

    @inline(never)
    private mutating func change(to next: AgentPhase) {
        guard let agent else { return }
        board.restIfAbandoned()
        if waitBegan != 0 {
            if phase.isWait { board.note(monotonicNanoseconds() &- waitBegan, in: phase, of: agent) }
            waitBegan = 0
        }
        phase = next
        state.enter(next)
        board.set(state, of: agent)
        if untilHang > 0, next == .writing {
            untilHang -= 1
            if untilHang == 0 { WatchBoard.rest() }
        }
    }

    private mutating func setHoldsShare(_ holds: Bool) {
        guard let agent else { return }
        state.setHoldsShare(holds)
        board.set(state, of: agent)
    }

    private mutating func timedOut(at site: Site) {
        guard endsAtTimeouts, site == .awaitSync else { return }
        // Relaxed: producers look at it before each insertion, and one more does no harm.
        base.store32(control, RunControl.isOver, .relaxed, at: .audit)
    }

    @inline(__always)
    private mutating func waited(since began: UInt64) {
        if began != 0, waitBegan == 0 { waitBegan = began }
    }
}

extension WatchBoard {
    /// A look at what an agent waits for was in vain.
    @inline(__always)
    fileprivate func waits(since began: inout UInt64) {
        if began == 0 { began = monotonicNanoseconds() }
        restIfAbandoned()
    }
}

// Waiting
extension WatchedProcessor {
    mutating func wait32(_ word: Word32, at site: Site, until condition: (UInt32) -> Bool) -> Reading32 {
        enter(site)
        var began: UInt64 = 0
        let board = board
        let reading = base.wait32(word, at: site) { value in
            if condition(value) { return true }
            board.waits(since: &began)
            return false
        }
        waited(since: began)
        return reading
    }

    mutating func wait64(_ word: Word64, at site: Site, until condition: (UInt64) -> Bool) -> Reading64 {
        enter(site)
        var began: UInt64 = 0
        let board = board
        let reading = base.wait64(word, at: site) { value in
            if condition(value) { return true }
            board.waits(since: &began)
            return false
        }
        waited(since: began)
        return reading
    }

    mutating func wait32(_ word: Word32, at site: Site, timeout: UInt64, until condition: (UInt32) -> Bool) -> Reading32? {
        enter(site)
        var began: UInt64 = 0
        let board = board
        let reading = base.wait32(word, at: site, timeout: timeout) { value in
            if condition(value) { return true }
            board.waits(since: &began)
            return false
        }
        if reading == nil { timedOut(at: site) }
        waited(since: began)
        return reading
    }

    mutating func wait64(_ word: Word64, at site: Site, timeout: UInt64, until condition: (UInt64) -> Bool) -> Reading64? {
        enter(site)
        var began: UInt64 = 0
        let board = board
        let reading = base.wait64(word, at: site, timeout: timeout) { value in
            if condition(value) { return true }
            board.waits(since: &began)
            return false
        }
        waited(since: began)
        return reading
    }

    mutating func waitBits64(_ word: Word64, mask: UInt64, expected: UInt64, at site: Site) -> Dependency {
        guard passesBits else { return wait64(word, at: site) { $0 & mask == expected }.dependency }
        enter(site)
        return base.waitBits64(word, mask: mask, expected: expected, at: site)
    }

    mutating func waitEither32(
        _ first: Word32, at firstSite: Site, until isFirst: (UInt32) -> Bool,
        or second: Word32, at secondSite: Site, until isSecond: (UInt32) -> Bool, poll: inout Poll
    ) -> Either32? {
        enter(secondSite)
        var began: UInt64 = 0
        let board = board
        let reading = base.waitEither32(
            first, at: firstSite, until: isFirst, or: second, at: secondSite,
            until: { value in
                if isSecond(value) { return true }
                board.waits(since: &began)
                return false
            }, poll: &poll)
        waited(since: began)
        return reading
    }

    mutating func poll(_ poll: inout Poll, at site: Site) -> Bool {
        enter(site)
        board.waits(since: &waitBegan)
        if base.poll(&poll, at: site) { return true }
        timedOut(at: site)
        return false
    }

    mutating func concede(_ poll: inout Poll, at site: Site) {
        enter(site)
        board.waits(since: &waitBegan)
        base.concede(&poll, at: site)
    }

    mutating func lockMutex(_ mutex: Int) {
        enter(.lockQueue)
        let began = monotonicNanoseconds()
        base.lockMutex(mutex)
        waited(since: began)
    }

    mutating func unlockMutex(_ mutex: Int) {
        base.unlockMutex(mutex)
        enter(.unlockQueue)
    }
}

// What a producer does
extension WatchedProcessor {
    mutating func load32(_ word: Word32, _ ordering: LoadOrdering, at site: Site, dependingOn dependency: Dependency) -> Reading32 {
        if word == control { change(to: .betweenInsertions) } else { enter(site) }
        return base.load32(word, ordering, at: site, dependingOn: dependency)
    }
    mutating func load64(_ word: Word64, _ ordering: LoadOrdering, at site: Site, dependingOn dependency: Dependency) -> Reading64 {
        enter(site)
        return base.load64(word, ordering, at: site, dependingOn: dependency)
    }
    mutating func store32(_ word: Word32, _ value: UInt32, _ ordering: StoreOrdering, at site: Site, dependingOn dependency: Dependency) {
        enter(site)
        base.store32(word, value, ordering, at: site, dependingOn: dependency)
    }
    mutating func store64(_ word: Word64, _ value: UInt64, _ ordering: StoreOrdering, at site: Site, dependingOn dependency: Dependency) {
        enter(site)
        base.store64(word, value, ordering, at: site, dependingOn: dependency)
    }
    mutating func storeEntries<Entry: BitwiseCopyable>(
        _ entries: Span<Entry>, from first: Word64, at site: Site, dependingOn dependency: Dependency
    ) {
        enter(site)
        base.storeEntries(entries, from: first, at: site, dependingOn: dependency)
    }
    mutating func compareExchange32(_ word: Word32, expected: UInt32, desired: UInt32, _ ordering: UpdateOrdering, at site: Site) -> Reading32 {
        enter(site)
        return base.compareExchange32(word, expected: expected, desired: desired, ordering, at: site)
    }
    mutating func compareExchange64(_ word: Word64, expected: UInt64, desired: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        enter(site)
        // Whoever loses the race tries again without a pause.
        board.restIfAbandoned()
        return base.compareExchange64(word, expected: expected, desired: desired, ordering, at: site)
    }
    mutating func fetchAdd32(_ word: Word32, _ value: UInt32, _ ordering: UpdateOrdering, at site: Site) -> Reading32 {
        if word == running { change(to: .ended) } else { enter(site) }
        if site == .lockShared { setHoldsShare(true) }
        defer { if site == .unlockShared { setHoldsShare(false) } }
        return base.fetchAdd32(word, value, ordering, at: site)
    }
    mutating func fetchAdd64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        enter(site)
        return base.fetchAdd64(word, value, ordering, at: site)
    }
    mutating func fetchAnd64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        enter(site)
        return base.fetchAnd64(word, value, ordering, at: site)
    }
    mutating func xor64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) {
        enter(site)
        base.xor64(word, value, ordering, at: site)
    }
    mutating func fence(_ fence: Fence, at site: Site) {
        enter(site)
        base.fence(fence, at: site)
    }
    mutating func readRegister(_ register: Register32, _ ordering: RegisterReadOrdering, at site: Site) -> Reading32 {
        enter(site)
        return base.readRegister(register, ordering, at: site)
    }
    mutating func writeRegister(_ register: Register32, _ value: UInt32, _ ordering: RegisterWriteOrdering, at site: Site, dependingOn dependency: Dependency) {
        enter(site)
        base.writeRegister(register, value, ordering, at: site, dependingOn: dependency)
    }
    mutating func spend(nanoseconds: UInt64, at site: Site) {
        enter(site)
        base.spend(nanoseconds: nanoseconds, at: site)
    }
}

// What a device does
extension WatchedProcessor {
    mutating func ownRegister(_ register: Register32, at site: Site) -> UInt32 {
        enter(site)
        return base.ownRegister(register, at: site)
    }
    mutating func setOwnRegister(_ register: Register32, _ value: UInt32, at site: Site) {
        enter(site)
        base.setOwnRegister(register, value, at: site)
    }
    mutating func dmaRead64(_ word: Word64, at site: Site) -> UInt64 {
        enter(site)
        return base.dmaRead64(word, at: site)
    }
    mutating func dmaWrite32(_ word: Word32, _ value: UInt32, at site: Site) {
        enter(site)
        base.dmaWrite32(word, value, at: site)
    }
    mutating func spend(picoseconds: UInt64, at site: Site) {
        enter(site)
        base.spend(picoseconds: picoseconds, at: site)
    }
}
