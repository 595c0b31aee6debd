import Machine

// Waiting. A look that fails is followed by sleep until the copy that it read is invalidated: LDXR and WFE.
extension SimulatedProcessor {
    package mutating func wait32(_ word: Word32, at site: Site, until condition: (UInt32) -> Bool) -> Reading32 {
        wait32(word, at: site, timeout: .max, until: condition)!
    }
    package mutating func wait64(_ word: Word64, at site: Site, until condition: (UInt64) -> Bool) -> Reading64 {
        wait64(word, at: site, timeout: .max, until: condition)!
    }
    package mutating func wait32(_ word: Word32, at site: Site, timeout: UInt64, until condition: (UInt32) -> Bool) -> Reading32? {
        let words = words
        var value: UInt32 = 0
        let isMet = wait(word.offset, site, timeout) {
            value = words.load32(word, .relaxed)
            return condition(value)
        }
        return isMet ? Reading(value, .none) : nil
    }
    package mutating func wait64(_ word: Word64, at site: Site, timeout: UInt64, until condition: (UInt64) -> Bool) -> Reading64? {
        let words = words
        var value: UInt64 = 0
        let isMet = wait(word.offset, site, timeout) {
            value = words.load64(word, .relaxed)
            return condition(value)
        }
        return isMet ? Reading(value, .none) : nil
    }

    private mutating func wait(_ offset: Int, _ site: Site, _ timeout: UInt64, until look: () -> Bool) -> Bool {
        if site == .audit { return lookNowAndThen(timeout, until: look) }
        if kernel.core[0].isThreaded { return spin(on: offset, site, timeout, until: look) }
        // Linux waits for space in a polling loop; all its other waits watch the word.
        if site == .awaitSpace { return pollFor(offset, site, timeout, until: look) }
        let core = kernel.core
        let line = offset >> 6
        if core[0].agentCount > Core.cachedAgents { core[0].extras.prefetch(agent) }
        let started = begin(site)
        let deadline = Self.deadline(after: timeout, from: started)
        while true {
            bringShared(line)
            time = time &+ core[0].model.processor.loadHit
            core[0].counts.loads &+= 1
            if look() { break }
            if time >= deadline {
                end(site, since: started)
                return false
            }
            watch(line, until: deadline)
        }
        end(site, since: started)
        return true
    }

    /// When `timeout` nanoseconds have passed; never, where that is later than there is time.
    @inline(__always)
    static func deadline(after timeout: UInt64, from start: UInt64) -> UInt64 {
        let (picoseconds, isLong) = timeout.multipliedReportingOverflow(by: 1000)
        let (end, isLate) = start.addingReportingOverflow(picoseconds)
        return isLong || isLate ? .max : end
    }

    /// Sleeps until the agent's copy of the line goes and it has a new one; where another has been granted the line already, until it is taken.
    func watch(_ line: Int, until deadline: UInt64) {
        let core = kernel.core
        guard core[0].isShared(line, by: agent) || core[0].lines[line].owner == Int32(truncatingIfNeeded: agent) else {
            advance(to: min(core[0].agents[agent].lost.loss(of: line), deadline))
            return
        }
        // Who owns the line itself watches it as a sharer: the next owner must take it away. A thread keeps what it has.
        if !core[0].isThreaded, !core[0].isShared(line, by: agent) { core[0].shareOwn(line, agent) }
        core[0].agents[agent].state = .watchesLine
        core[0].extras[agent].watchedLine = Int32(truncatingIfNeeded: line)
        core[0].agents[agent].nextWatcher = core[0].lines[line].firstWatcher
        core[0].lines[line].firstWatcher = Int32(truncatingIfNeeded: agent)
        core[0].extras[agent].deadline = deadline
        core[0].setTimer(of: agent)
        kernel.sleep(agent)
    }

    /// Bookkeeping's waits, of processors and devices alike: the machine has no part in them but that time passes.
    private func lookNowAndThen(_ timeout: UInt64, until look: () -> Bool) -> Bool {
        let deadline = Self.deadline(after: timeout, from: time)
        while !look() {
            guard time < deadline else { return false }
            advance(to: time &+ 100_000)
        }
        return true
    }

    private mutating func pollFor(_ offset: Int, _ site: Site, _ timeout: UInt64, until look: () -> Bool) -> Bool {
        var poll = Poll(timeout: timeout, waitsForEvents: true)
        while true {
            let started = begin(site)
            bringShared(offset >> 6)
            time = time &+ kernel.core[0].model.processor.loadHit
            kernel.core[0].counts.loads &+= 1
            end(site, since: started)
            if look() { return true }
            if !self.poll(&poll, at: site) { return false }
        }
    }

    /// Linux's `queue_poll`: waits for an event, or looks ten times and then delays, doubling. The device: until a register is written.
    package mutating func poll(_ poll: inout Poll, at site: Site) -> Bool {
        let core = kernel.core
        if core[0].isThreaded { return pollAsThread(&poll, at: site) }
        if agent >= core[0].processors {
            let started = time
            kernel.synchronize(agent)
            if core[0].extras[agent].eventPending {
                // Called while it was still looking: it must look again.
                core[0].extras[agent].eventPending = false
            } else {
                core[0].agents[agent].state = .waitsForRegister
                kernel.sleep(agent)
            }
            end(site, since: started)
            return true
        }
        let started = time
        if poll.deadline == nil { poll.deadline = Self.deadline(after: poll.timeout, from: started) }
        guard started <= poll.deadline! else { return false }
        if poll.waitsForEvents, core[0].model.processor.waitsForEvents, core[0].model.device.sendsEvents {
            waitForEvent()
        } else {
            poll.looks &+= 1
            if poll.looks < 10 {
                time = time &+ core[0].model.processor.relax
            } else {
                poll.looks = 0
                time = time &+ poll.delay &* 1000
                poll.delay = poll.delay &* 2
            }
        }
        end(site, since: started)
        return true
    }

    /// WFE. The architected timer's event stream wakes it after 100 microseconds at the latest, as Linux sets it up.
    private func waitForEvent() {
        let core = kernel.core
        kernel.synchronize(agent)
        if core[0].extras[agent].eventPending {
            core[0].extras[agent].eventPending = false
            return
        }
        core[0].agents[agent].state = .waitsForEvent
        core[0].extras[agent].eventDeadline = time &+ 100_000_000
        core[0].setEventTimer(of: agent)
        kernel.sleep(agent)
    }

    package mutating func concede(_ poll: inout Poll, at site: Site) {
        if kernel.core[0].isThreaded { pause(&poll) }
    }
}
