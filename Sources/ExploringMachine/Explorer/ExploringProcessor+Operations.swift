import Machine

extension ExploringProcessor: Processor {
    package mutating func load32(_ word: Word32, _ ordering: LoadOrdering, at site: Site, dependingOn dependency: LocalSet) -> Reading32 {
        let (value, source) = load(word.offset, isWhole: false, ordering == .acquire ? .acquire : [], site, dependency)
        return Reading(UInt32(truncatingIfNeeded: value), source)
    }
    package mutating func load64(_ word: Word64, _ ordering: LoadOrdering, at site: Site, dependingOn dependency: LocalSet) -> Reading64 {
        let (value, source) = load(word.offset, isWhole: true, ordering == .acquire ? .acquire : [], site, dependency)
        return Reading(value, source)
    }
    package mutating func store32(_ word: Word32, _ value: UInt32, _ ordering: StoreOrdering, at site: Site, dependingOn dependency: LocalSet) {
        store(word.offset, UInt64(value), isWhole: false, ordering == .release ? .release : [], site, dependency)
    }
    package mutating func store64(_ word: Word64, _ value: UInt64, _ ordering: StoreOrdering, at site: Site, dependingOn dependency: LocalSet) {
        store(word.offset, value, isWhole: true, ordering == .release ? .release : [], site, dependency)
    }
    package mutating func storeEntries<Entry: BitwiseCopyable>(
        _ entries: Span<Entry>, from first: Word64, at site: Site, dependingOn dependency: LocalSet
    ) {
        let processor = self
        forEachWord(of: entries) { word, value in
            processor.store(first.offset + 8 * word, value, isWhole: true, [], site, dependency)
        }
    }

    package mutating func compareExchange32(_ word: Word32, expected: UInt32, desired: UInt32, _ ordering: UpdateOrdering, at site: Site) -> Reading32 {
        reading32(compareExchange(word.offset, isWhole: false, UInt64(expected), UInt64(desired), ordering, site))
    }
    package mutating func compareExchange64(_ word: Word64, expected: UInt64, desired: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        reading64(compareExchange(word.offset, isWhole: true, expected, desired, ordering, site))
    }
    package mutating func fetchAdd32(_ word: Word32, _ value: UInt32, _ ordering: UpdateOrdering, at site: Site) -> Reading32 {
        reading32(update(word.offset, isWhole: false, ordering, site) { UInt64(UInt32(truncatingIfNeeded: $0) &+ value) })
    }
    package mutating func fetchAdd64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        reading64(update(word.offset, isWhole: true, ordering, site) { $0 &+ value })
    }
    package mutating func fetchAnd64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        reading64(update(word.offset, isWhole: true, ordering, site) { $0 & value })
    }
    package mutating func xor64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) {
        guard hasBits(word) else {
            _ = update(word.offset, isWhole: true, ordering, site) { $0 ^ value }
            return
        }
        for bit in 0..<64 where value >> UInt64(bit) & 1 != 0 {
            _ = update(place(bit: bit, of: word), isWhole: true, ordering, site) { $0 ^ 1 }
        }
    }

    package mutating func fence(_ fence: Fence, at site: Site) {
        switch fence {
        case .dmaWrite: core[0].agents[agent].order.storeFence()
        case .full: core[0].agents[agent].order.fullFence()
        }
    }

    package mutating func readRegister(_ register: Register32, _ ordering: RegisterReadOrdering, at site: Site) -> Reading32 {
        let found = reading32(load(register.word.offset, isWhole: false, .register, site, LocalSet()))
        // What it has looked at for another reason, earlier, says nothing about its next round.
        if site == .readSpaceCons {
            let index = core[0].agents[agent].order.length - 1
            core[0].agents[agent].lookedAt = core[0].graph.events[core[0].graph.number(agent: agent, index: index)].location
        }
        // Linux's readl has a load barrier behind it.
        if ordering == .orderedReads { core[0].agents[agent].order.loadFence() }
        return found
    }
    package mutating func writeRegister(
        _ register: Register32, _ value: UInt32, _ ordering: RegisterWriteOrdering, at site: Site, dependingOn dependency: LocalSet
    ) {
        // Linux's writel has a store barrier before it.
        if ordering == .orderedStores { core[0].agents[agent].order.storeFence() }
        store(register.word.offset, UInt64(value), isWhole: false, .register, site, dependency)
    }

    private func reading32(_ found: (value: UInt64, dependency: LocalSet)) -> Reading32 {
        Reading(UInt32(truncatingIfNeeded: found.value), found.dependency)
    }
    private func reading64(_ found: (value: UInt64, dependency: LocalSet)) -> Reading64 { Reading(found.value, found.dependency) }
}

// Waiting. A wait is one read of what ends it, or of what it is given up at.
extension ExploringProcessor {
    package mutating func wait32(_ word: Word32, at site: Site, until condition: (UInt32) -> Bool) -> Reading32 {
        let found = withoutActuallyEscaping(condition) { condition in
            load(word.offset, isWhole: false, [], site, LocalSet()) { condition(UInt32(truncatingIfNeeded: $0)) }
        }
        return reading32(found)
    }
    package mutating func wait64(_ word: Word64, at site: Site, until condition: (UInt64) -> Bool) -> Reading64 {
        reading64(withoutActuallyEscaping(condition) { load(word.offset, isWhole: true, [], site, LocalSet(), until: $0) })
    }
    package mutating func waitBits64(_ word: Word64, mask: UInt64, expected: UInt64, at site: Site) -> LocalSet {
        guard hasBits(word) else { return wait64(word, at: site) { $0 & mask == expected }.dependency }
        var seen = LocalSet()
        for bit in 0..<64 where mask >> UInt64(bit) & 1 != 0 {
            let wanted = expected >> UInt64(bit) & 1
            seen.formUnion(read(place(bit: bit, of: word), [], site, LocalSet()) { $0 == wanted }.dependency)
        }
        return seen
    }
    package mutating func wait32(_ word: Word32, at site: Site, timeout: UInt64, until condition: (UInt32) -> Bool) -> Reading32? {
        patiently(site) { $0.wait32(word, at: site, until: condition) }
    }
    package mutating func wait64(_ word: Word64, at site: Site, timeout: UInt64, until condition: (UInt64) -> Bool) -> Reading64? {
        patiently(site) { $0.wait64(word, at: site, until: condition) }
    }
    private mutating func patiently<Result>(_ site: Site, _ wait: (inout ExploringProcessor) -> Result) -> Result? {
        core[0].agents[agent].isPatient = core[0].patientSites >> UInt64(site.rawValue) & 1 != 0
        core[0].agents[agent].patientSite = site.rawValue
        let result = wait(&self)
        core[0].agents[agent].isPatient = false
        let index = core[0].agents[agent].order.length &- 1
        guard core[0].graph.events[core[0].graph.number(agent: agent, index: index)].flags.contains(.timedOut) else { return result }
        core[0].agents[agent].hasGivenUp = true
        return nil
    }

    /// A look that finds what the last one found changes nothing: the next read is one that finds something newer.
    package mutating func poll(_ poll: inout Poll, at site: Site) -> Bool {
        poll.looks += 1
        let hasGivenUp = core[0].agents[agent].hasGivenUp
        core[0].agents[agent].hasGivenUp = false
        if site == .awaitSpace {
            // Time has passed: it comes round after that.
            if hasGivenUp {
                core[0].agents[agent].lookedAt = -1
                return true
            }
            _ = awaitNews(isPatient: isPatient(site))
            defer { core[0].agents[agent].hasGivenUp = false }
            return !core[0].agents[agent].hasGivenUp
        }
        if hasGivenUp { return false }
        core[0].agents[agent].wantsNews = true
        core[0].agents[agent].newsIsPatient = isPatient(site)
        return true
    }

    private func isPatient(_ site: Site) -> Bool { core[0].patientPolls >> UInt64(site.rawValue) & 1 != 0 }

    /// A loop that does something each time it comes round. Where it has looked at a register, the next round is one that comes
    /// after news of that register; else it is followed for so many rounds.
    package mutating func concede(_ poll: inout Poll, at site: Site) {
        // Time has passed: it comes round after that.
        if core[0].agents[agent].hasGivenUp {
            core[0].agents[agent].hasGivenUp = false
            core[0].agents[agent].lookedAt = -1
            return
        }
        poll.looks += 1
        if poll.looks <= core[0].fruitlessRounds {
            core[0].agents[agent].lookedAt = -1
            return
        }
        if awaitNews(isPatient: false) || awaitOtherRound() { return }
        guard Int(poll.looks) > core[0].maxRounds + core[0].fruitlessRounds else { return }
        cut()
    }

    /// Of the register that it has looked at since it last came here; false where there is none.
    private func awaitNews(isPatient: Bool) -> Bool {
        let register = core[0].agents[agent].lookedAt
        core[0].agents[agent].lookedAt = -1
        guard register >= 0 else { return false }
        core[0].agents[agent].wantsNews = true
        core[0].agents[agent].newsIsPatient = isPatient
        _ = read(AddressTable.Place(location: Int(register), shift: 0, part: 0), .phantom, .awaitSpace, LocalSet())
        return true
    }

    package mutating func spend(nanoseconds: UInt64, at site: Site) {}
    package mutating func clock() -> UInt64 { 0 }
}

extension ExploringProcessor {
    package mutating func ownRegister(_ register: Register32, at site: Site) -> UInt32 {
        UInt32(truncatingIfNeeded: load(register.word.offset, isWhole: false, [.register, .acquire, .device], site, LocalSet()).value)
    }
    package mutating func setOwnRegister(_ register: Register32, _ value: UInt32, at site: Site) {
        store(register.word.offset, UInt64(value), isWhole: false, [.register, .release, .device], site, LocalSet())
    }
    package mutating func dmaRead64(_ word: Word64, at site: Site) -> UInt64 {
        load(word.offset, isWhole: true, .device, site, LocalSet()).value
    }
    package mutating func dmaWrite32(_ word: Word32, _ value: UInt32, at site: Site) {
        store(word.offset, UInt64(value), isWhole: false, [.release, .device], site, LocalSet())
    }
    package mutating func dmaWrite64(_ word: Word64, _ value: UInt64, at site: Site) {
        store(word.offset, value, isWhole: true, [.release, .device], site, LocalSet())
    }
}

extension ExploringProcessor: ExploredProcessor {
    package struct Position: AgentPosition {
        let agent: Int
        let core: FixedBuffer<ExplorerCore>

        package func callAsFunction() -> Int { core[0].agents[agent].order.length }
    }

    package var position: Position { Position(agent: agent, core: core) }
}

// What litmus tests have beside a processor's operations
extension ExploringProcessor {
    func loadFence() { core[0].agents[agent].order.loadFence() }
    func branch(dependingOn dependency: LocalSet) { core[0].agents[agent].order.branch(dependingOn: dependency) }
    func instructionBarrier() { core[0].agents[agent].order.instructionBarrier() }
}
