import Machine

extension InterleavingProcessor: Processor {
    package mutating func load32(_ word: Word32, _ ordering: LoadOrdering, at site: Site, dependingOn dependency: Dependency) -> Reading32 {
        Reading(UInt32(truncatingIfNeeded: load(word.offset, isHalf: true, site)), .none)
    }
    package mutating func load64(_ word: Word64, _ ordering: LoadOrdering, at site: Site, dependingOn dependency: Dependency) -> Reading64 {
        Reading(load(word.offset, isHalf: false, site), .none)
    }
    package mutating func store32(_ word: Word32, _ value: UInt32, _ ordering: StoreOrdering, at site: Site, dependingOn dependency: Dependency) {
        store(word.offset, UInt64(value), isHalf: true, site)
    }
    package mutating func store64(_ word: Word64, _ value: UInt64, _ ordering: StoreOrdering, at site: Site, dependingOn dependency: Dependency) {
        store(word.offset, value, isHalf: false, site)
    }
    package mutating func storeEntries<Entry: BitwiseCopyable>(
        _ entries: Span<Entry>, from first: Word64, at site: Site, dependingOn dependency: Dependency
    ) {
        let processor = self
        forEachWord(of: entries) { word, value in processor.store(first.offset + 8 * word, value, isHalf: false, site) }
    }

    package mutating func compareExchange32(_ word: Word32, expected: UInt32, desired: UInt32, _ ordering: UpdateOrdering, at site: Site) -> Reading32 {
        let old = update(word.offset, isHalf: true, site) { $0 == UInt64(expected) ? UInt64(desired) : nil }
        return Reading(UInt32(truncatingIfNeeded: old), .none)
    }
    package mutating func compareExchange64(_ word: Word64, expected: UInt64, desired: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        Reading(update(word.offset, isHalf: false, site) { $0 == expected ? desired : nil }, .none)
    }
    package mutating func fetchAdd32(_ word: Word32, _ value: UInt32, _ ordering: UpdateOrdering, at site: Site) -> Reading32 {
        Reading(UInt32(truncatingIfNeeded: update(word.offset, isHalf: true, site) { $0 &+ UInt64(value) }), .none)
    }
    package mutating func fetchAdd64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        Reading(update(word.offset, isHalf: false, site) { $0 &+ value }, .none)
    }
    package mutating func fetchAnd64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        Reading(update(word.offset, isHalf: false, site) { $0 & value }, .none)
    }
    package mutating func xor64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) {
        _ = update(word.offset, isHalf: false, site) { $0 ^ value }
    }

    // Every access is in order.
    package mutating func fence(_ fence: Fence, at site: Site) {}

    package mutating func readRegister(_ register: Register32, _ ordering: RegisterReadOrdering, at site: Site) -> Reading32 {
        Reading(readRegister(register.word.offset, site), .none)
    }
    package mutating func writeRegister(
        _ register: Register32, _ value: UInt32, _ ordering: RegisterWriteOrdering, at site: Site, dependingOn dependency: Dependency
    ) {
        store(register.word.offset, UInt64(value), isHalf: true, site)
    }

    package mutating func wait32(_ word: Word32, at site: Site, until condition: (UInt32) -> Bool) -> Reading32 {
        Reading(UInt32(truncatingIfNeeded: wait(word.offset, isHalf: true, site) { condition(UInt32(truncatingIfNeeded: $0)) } ?? 0), .none)
    }
    package mutating func wait64(_ word: Word64, at site: Site, until condition: (UInt64) -> Bool) -> Reading64 {
        Reading(wait(word.offset, isHalf: false, site, until: condition) ?? 0, .none)
    }
    package mutating func wait32(_ word: Word32, at site: Site, timeout: UInt64, until condition: (UInt32) -> Bool) -> Reading32? {
        patiently(site) { $0.wait32(word, at: site, until: condition) }
    }
    package mutating func wait64(_ word: Word64, at site: Site, timeout: UInt64, until condition: (UInt64) -> Bool) -> Reading64? {
        patiently(site) { $0.wait64(word, at: site, until: condition) }
    }
    /// Nil where it is given up.
    private mutating func patiently<Result>(_ site: Site, _ wait: (inout InterleavingProcessor) -> Result) -> Result? {
        core[0].agents[agent].isPatient = core[0].patientSites >> UInt64(site.rawValue) & 1 != 0
        core[0].agents[agent].patientSite = site.rawValue
        let found = wait(&self)
        core[0].agents[agent].isPatient = false
        core[0].agents[agent].comesRound = core[0].agents[agent].isTimedOut
        return hasGivenUp() ? nil : found
    }
    /// Time has passed: it comes round after that.
    private func comesRound() -> Bool {
        defer { core[0].agents[agent].comesRound = false }
        return core[0].agents[agent].comesRound
    }
    private func hasGivenUp() -> Bool {
        defer { core[0].agents[agent].isTimedOut = false }
        return core[0].agents[agent].isTimedOut
    }

    package mutating func poll(_ poll: inout Poll, at site: Site) -> Bool {
        poll.looks += 1
        let isPatient = core[0].patientPolls >> UInt64(site.rawValue) & 1 != 0
        // A device and who waits for a CMD_SYNC look at one register only.
        if site == .fetchProd || site == .awaitSync {
            if hasGivenUp() { return false }
            core[0].agents[agent].wantsNews = true
            core[0].agents[agent].newsIsPatient = isPatient
        } else {
            if comesRound() { return true }
            core[0].agents[agent].isPatient = isPatient
            core[0].agents[agent].patientSite = site.rawValue
            awaitAnything(site)
            core[0].agents[agent].isPatient = false
            guard hasGivenUp() else { return true }
            if core[0].agents[agent].register >= 0 { noteTimeout(core[0].agents[agent].register, isHalf: true, site) }
            return false
        }
        return true
    }
    /// The next round comes when the register that this one has looked at has changed.
    package mutating func concede(_ poll: inout Poll, at site: Site) {
        poll.looks += 1
        if comesRound() { return }
        guard core[0].agents[agent].hasLooked else { return awaitAnything(site) }
        core[0].agents[agent].hasLooked = false
        awaitNews(of: core[0].agents[agent].register, site)
    }
    package mutating func spend(nanoseconds: UInt64, at site: Site) {}
    package mutating func clock() -> UInt64 { 0 }
}

extension InterleavingProcessor: ExploredProcessor {
    package struct Position: AgentPosition {
        let agent: Int
        let core: FixedBuffer<InterleavingCore>

        package func callAsFunction() -> Int { core[0].agents[agent].length }
    }

    package var position: Position { Position(agent: agent, core: core) }

    package mutating func ownRegister(_ register: Register32, at site: Site) -> UInt32 { readRegister(register.word.offset, site) }
    package mutating func setOwnRegister(_ register: Register32, _ value: UInt32, at site: Site) {
        store(register.word.offset, UInt64(value), isHalf: true, site)
    }
    package mutating func dmaRead64(_ word: Word64, at site: Site) -> UInt64 { load(word.offset, isHalf: false, site) }
    package mutating func dmaWrite32(_ word: Word32, _ value: UInt32, at site: Site) { store(word.offset, UInt64(value), isHalf: true, site) }
    package mutating func dmaWrite64(_ word: Word64, _ value: UInt64, at site: Site) { store(word.offset, value, isHalf: false, site) }
}
