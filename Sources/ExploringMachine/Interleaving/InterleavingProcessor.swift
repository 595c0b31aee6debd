import Machine

/// A processor of a sequentially consistent random run: memory is plain, and before each access it is drawn who goes on.
package struct InterleavingProcessor {
    package typealias Dependency = UntrackedDependency

    let agent: Int
    let core: FixedBuffer<InterleavingCore>
}

extension InterleavingProcessor {
    @inline(__always)
    private func turn() {
        if core[0].agents[agent].isChosen {
            core[0].agents[agent].isChosen = false
            return
        }
        let next = core[0].next()
        if next != Int32(truncatingIfNeeded: agent) { core[0].fibers(to: next) }
    }

    private var bit: UInt32 { 1 << UInt32(agent) }

    private func leave() -> Never {
        core[0].isStopped = true
        while true { core[0].fibers(to: FiberSet.caller) }
    }

    package func fail(_ message: String) -> Never {
        core[0].violation = message
        leave()
    }

    /// Until somebody writes to the word.
    private func sleep(_ offset: Int) {
        suspend(until: offset >> 3)
    }

    private func suspend(until word: Int) {
        core[0].agents[agent].waitsFor = word
        core[0].waiting |= bit
        core[0].runnable &= ~bit
        core[0].fibers(to: core[0].next())
        core[0].agents[agent].isChosen = true
    }

    @inline(__always)
    private func note(_ offset: Int, _ value: UInt64, isHalf: Bool, _ site: Site, isWrite: Bool, isUpdate: Bool = false, isTimedOut: Bool = false) {
        core[0].agents[agent].length &+= 1
        if !isWrite { core[0].agents[agent].hash = (core[0].agents[agent].hash ^ value) &* 0x2545_f491_4f6c_dd1d &+ 1 }
        if core[0].steps != nil { record(offset, value, isHalf: isHalf, site, isWrite: isWrite, isUpdate: isUpdate, isTimedOut: isTimedOut) }
    }

    @inline(never)
    private func record(_ offset: Int, _ value: UInt64, isHalf: Bool, _ site: Site, isWrite: Bool, isUpdate: Bool, isTimedOut: Bool) {
        var source: ExecutionStep.Source?
        if !isWrite {
            let last = core[0].steps?.last { $0.isWrite && $0.offset & ~7 == offset & ~7 }
            source = last.map { .event(agent: $0.agent, index: $0.index) } ?? .initial
        }
        core[0].steps?.append(
            ExecutionStep(
                agent: agent, index: core[0].agents[agent].length - 1, site: site, isWrite: isWrite, isUpdate: isUpdate, offset: offset,
                isHalf: isHalf, value: value, source: source, newerWrites: 0, isUnmet: false, isTimedOut: isTimedOut))
    }

    @inline(__always)
    private func value(_ offset: Int, isHalf: Bool) -> UInt64 {
        let word = core[0].words[offset >> 3]
        return isHalf ? (word >> UInt64((offset & 4) << 3)) & 0xffff_ffff : word
    }

    @inline(__always)
    private func set(_ offset: Int, _ value: UInt64, isHalf: Bool) {
        let word = offset >> 3
        if !core[0].isKnown[word] {
            core[0].isKnown[word] = true
            core[0].known[core[0].knownCount] = Int32(word)
            core[0].knownCount += 1
        }
        if isHalf {
            let shift = UInt64((offset & 4) << 3)
            core[0].words[word] = core[0].words[word] & ~(0xffff_ffff << shift) | value << shift
        } else {
            core[0].words[word] = value
        }
        core[0].versions[word] &+= 1
        core[0].writes &+= 1
        core[0].agents[agent].writes &+= 1
        if core[0].waiting != 0 { wake(word) }
    }

    @inline(never)
    private func wake(_ word: Int) {
        for other in 0..<core[0].agentCount 
        where core[0].agents[other].waitsFor == word || core[0].agents[other].waitsFor == InterleavingCore.anyWord {
            core[0].agents[other].waitsFor = -1
            core[0].waiting &= ~(1 << UInt32(other))
            core[0].runnable |= 1 << UInt32(other)
        }
    }

    /// The last look of a wait that is given up.
    func noteTimeout(_ offset: Int, isHalf: Bool, _ site: Site) {
        note(offset, value(offset, isHalf: isHalf), isHalf: isHalf, site, isWrite: false, isTimedOut: true)
    }

    @inline(__always)
    func load(_ offset: Int, isHalf: Bool, _ site: Site, isTimedOut: Bool = false) -> UInt64 {
        turn()
        let value = value(offset, isHalf: isHalf)
        note(offset, value, isHalf: isHalf, site, isWrite: false, isTimedOut: isTimedOut)
        return value
    }

    @inline(__always)
    func store(_ offset: Int, _ value: UInt64, isHalf: Bool, _ site: Site) {
        turn()
        set(offset, value, isHalf: isHalf)
        note(offset, value, isHalf: isHalf, site, isWrite: true)
    }

    @inline(__always)
    func update(_ offset: Int, isHalf: Bool, _ site: Site, _ change: (UInt64) -> UInt64?) -> UInt64 {
        turn()
        let old = value(offset, isHalf: isHalf)
        note(offset, old, isHalf: isHalf, site, isWrite: false, isUpdate: true)
        guard let new = change(old) else { return old }
        set(offset, isHalf ? new & 0xffff_ffff : new, isHalf: isHalf)
        note(offset, isHalf ? new & 0xffff_ffff : new, isHalf: isHalf, site, isWrite: true, isUpdate: true)
        return old
    }

    @inline(__always)
    func wait(_ offset: Int, isHalf: Bool, _ site: Site, until condition: (UInt64) -> Bool) -> UInt64? {
        while true {
            turn()
            let value = value(offset, isHalf: isHalf)
            if condition(value) {
                note(offset, value, isHalf: isHalf, site, isWrite: false)
                return value
            }
            core[0].agents[agent].site = site.rawValue
            sleep(offset)
            if core[0].agents[agent].isTimedOut {
                noteTimeout(offset, isHalf: isHalf, site)
                return nil
            }
        }
    }

    func readRegister(_ offset: Int, _ site: Site) -> UInt32 {
        if core[0].agents[agent].wantsNews {
            core[0].agents[agent].wantsNews = false
            core[0].agents[agent].isPatient = core[0].agents[agent].newsIsPatient
            core[0].agents[agent].patientSite = Site.awaitSync.rawValue
            awaitNews(of: offset, site)
            core[0].agents[agent].isPatient = false
        }
        let value = UInt32(truncatingIfNeeded: load(offset, isHalf: true, site, isTimedOut: core[0].agents[agent].isTimedOut))
        core[0].agents[agent].register = offset
        core[0].agents[agent].registerVersion = core[0].versions[offset >> 3]
        core[0].agents[agent].hasLooked = true
        return value
    }

    /// Until the register has been written since this agent has read it last.
    func awaitNews(of offset: Int, _ site: Site) {
        core[0].agents[agent].site = site.rawValue
        let old = core[0].agents[agent].register == offset ? core[0].agents[agent].registerVersion : 0
        while core[0].versions[offset >> 3] == old, !core[0].agents[agent].isTimedOut { sleep(offset) }
    }

    /// Until somebody else has written anything since this agent last came here.
    func awaitAnything(_ site: Site) {
        core[0].agents[agent].site = site.rawValue
        if core[0].scheduler.step > InterleavingCore.mostSteps { fail("no end: agents come round and round, with news for each other only") }
        while core[0].writes &- core[0].agents[agent].writes == core[0].agents[agent].othersWrites, !core[0].agents[agent].isTimedOut {
            suspend(until: InterleavingCore.anyWord)
        }
        core[0].agents[agent].othersWrites = core[0].writes &- core[0].agents[agent].writes
    }
}
