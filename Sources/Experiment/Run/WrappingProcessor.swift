import Machine

/// A processor around another: it passes on what it does not do itself.
protocol WrappingProcessor: BlockingProcessor, DevicePort where Dependency == Base.Dependency {
    associatedtype Base: BlockingProcessor & DevicePort
    var base: Base { get set }
}

extension WrappingProcessor {
    mutating func load32(_ word: Word32, _ ordering: LoadOrdering, at site: Site, dependingOn dependency: Dependency) -> Reading32 {
        base.load32(word, ordering, at: site, dependingOn: dependency)
    }
    mutating func load64(_ word: Word64, _ ordering: LoadOrdering, at site: Site, dependingOn dependency: Dependency) -> Reading64 {
        base.load64(word, ordering, at: site, dependingOn: dependency)
    }
    mutating func store32(_ word: Word32, _ value: UInt32, _ ordering: StoreOrdering, at site: Site, dependingOn dependency: Dependency) {
        base.store32(word, value, ordering, at: site, dependingOn: dependency)
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
        base.fetchAdd32(word, value, ordering, at: site)
    }
    mutating func fetchAdd64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        base.fetchAdd64(word, value, ordering, at: site)
    }
    mutating func fetchAnd64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        base.fetchAnd64(word, value, ordering, at: site)
    }
    mutating func xor64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) {
        base.xor64(word, value, ordering, at: site)
    }
    mutating func fence(_ fence: Fence, at site: Site) { base.fence(fence, at: site) }
    mutating func readRegister(_ register: Register32, _ ordering: RegisterReadOrdering, at site: Site) -> Reading32 {
        base.readRegister(register, ordering, at: site)
    }
    mutating func writeRegister(_ register: Register32, _ value: UInt32, _ ordering: RegisterWriteOrdering, at site: Site, dependingOn dependency: Dependency) {
        base.writeRegister(register, value, ordering, at: site, dependingOn: dependency)
    }
}

// Waiting and time
extension WrappingProcessor {
    mutating func wait32(_ word: Word32, at site: Site, until condition: (UInt32) -> Bool) -> Reading32 {
        base.wait32(word, at: site, until: condition)
    }
    mutating func wait64(_ word: Word64, at site: Site, until condition: (UInt64) -> Bool) -> Reading64 {
        base.wait64(word, at: site, until: condition)
    }
    mutating func wait32(_ word: Word32, at site: Site, timeout: UInt64, until condition: (UInt32) -> Bool) -> Reading32? {
        base.wait32(word, at: site, timeout: timeout, until: condition)
    }
    mutating func wait64(_ word: Word64, at site: Site, timeout: UInt64, until condition: (UInt64) -> Bool) -> Reading64? {
        base.wait64(word, at: site, timeout: timeout, until: condition)
    }
    // What is wrapped may wait in a way of its own.
    mutating func waitBits64(_ word: Word64, mask: UInt64, expected: UInt64, at site: Site) -> Dependency {
        base.waitBits64(word, mask: mask, expected: expected, at: site)
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
    mutating func spend(picoseconds: UInt64, at site: Site) { base.spend(picoseconds: picoseconds, at: site) }
    mutating func clock() -> UInt64 { base.clock() }
    mutating func lockMutex(_ mutex: Int) { base.lockMutex(mutex) }
    mutating func unlockMutex(_ mutex: Int) { base.unlockMutex(mutex) }
    mutating func sleep(nanoseconds: UInt64, at site: Site) { base.sleep(nanoseconds: nanoseconds, at: site) }
}

// The device's side
extension WrappingProcessor {
    mutating func ownRegister(_ register: Register32, at site: Site) -> UInt32 { base.ownRegister(register, at: site) }
    mutating func setOwnRegister(_ register: Register32, _ value: UInt32, at site: Site) {
        base.setOwnRegister(register, value, at: site)
    }
    mutating func dmaRead64(_ word: Word64, at site: Site) -> UInt64 { base.dmaRead64(word, at: site) }
    mutating func dmaPrefetch(_ word: Word64, at site: Site) { base.dmaPrefetch(word, at: site) }
    mutating func dmaWrite32(_ word: Word32, _ value: UInt32, at site: Site) { base.dmaWrite32(word, value, at: site) }
    mutating func dmaWrite64(_ word: Word64, _ value: UInt64, at site: Site) { base.dmaWrite64(word, value, at: site) }
    mutating func sendEvent(at site: Site) { base.sendEvent(at: site) }
    mutating func endTurn() { base.endTurn() }
    static var idleRoundsBetweenLooks: UInt32 { Base.idleRoundsBetweenLooks }
}
