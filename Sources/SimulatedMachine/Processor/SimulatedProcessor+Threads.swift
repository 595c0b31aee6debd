import Machine

// A thread of the native machine: it waits by looking again and again, and gives its core away after so many looks.
extension SimulatedProcessor {
    /// Looks at the word until `look` is content; false where the time is over.
    func spin(on offset: Int, _ site: Site, _ timeout: UInt64, until look: () -> Bool) -> Bool {
        let core = kernel.core
        let started = begin(site)
        let deadline = Self.deadline(after: timeout, from: started)
        var poll = Poll(timeout: .max)
        while true {
            sufferInterruption()
            bringShared(offset >> 6)
            time = time &+ core[0].model.processor.loadHit
            core[0].counts.loads &+= 1
            let isMet = look()
            if isMet || time >= deadline {
                end(site, since: started)
                return isMet
            }
            spin(on: offset >> 6, &poll, until: deadline)
            forgetWaits()
        }
    }

    /// Nothing that a look at the line shows changes before its copy goes: the looks until then are taken as made.
    private func spin(on line: Int, _ poll: inout Poll, until deadline: UInt64) {
        let core = kernel.core
        let limit = core[0].looksUntilYield
        let pace = core[0].model.processor.relax &+ core[0].model.processor.loadHit
        let began = time
        let left = limit == 0 ? core[0].model.processor.timeSlice : (limit &- min(UInt64(poll.looks), limit &- 1)) &* pace
        watch(line, until: min(deadline, began &+ left))
        guard limit > 0 else { return endTimeSlice() }
        let looks = UInt64(poll.looks) &+ (time &- began) / pace
        poll.looks = UInt32(truncatingIfNeeded: looks)
        guard looks >= limit else { return }
        poll.looks = 0
        giveCoreAway()
    }

    /// The device waits for PROD to change; a processor looks at what it waits for again after a pause.
    mutating func pollAsThread(_ poll: inout Poll, at site: Site) -> Bool {
        let started = time
        if poll.deadline == nil { poll.deadline = Self.deadline(after: poll.timeout, from: started) }
        guard started <= poll.deadline! else { return false }
        let line = kernel.core[0].extras[agent].polledLine
        if line >= 0 {
            spin(on: Int(line), &poll, until: .max)
        } else {
            pause(&poll)
        }
        kernel.core[0].extras[agent].looksAgain = true
        end(site, since: started)
        return true
    }

    func pause(_ poll: inout Poll) {
        let limit = kernel.core[0].looksUntilYield
        poll.looks &+= 1
        guard limit > 0, UInt64(poll.looks) >= limit else {
            time = time &+ kernel.core[0].model.processor.relax
            return
        }
        poll.looks = 0
        giveCoreAway()
    }

    /// `sched_yield`.
    private func giveCoreAway() {
        kernel.synchronize(agent)
        if kernel.core[0].othersWaitForCore(of: agent) {
            waitForCore()
        } else {
            time = time &+ kernel.core[0].model.processor.yield
        }
    }

    /// Something else takes the core now and then, and its copies of lines may be gone when the thread has it again.
    @inline(__always)
    func sufferInterruption() {
        guard let end = kernel.core[0].interruption(of: agent, at: time) else { return }
        advance(to: end)
    }

    @inline(__always)
    func endTimeSlice() {
        guard kernel.core[0].hasUsedUpItsSlice(agent) else { return }
        kernel.synchronize(agent)
        waitForCore()
    }

    /// Leaves the core to others, and waits for it again when the time has come.
    func sleepOffCore(until over: UInt64) {
        kernel.synchronize(agent)
        kernel.core[0].passCore(of: agent)
        advance(to: over)
        if !kernel.core[0].takeFreeCore(agent) { kernel.sleep(agent) }
    }

    private func waitForCore() {
        kernel.core[0].requeue(agent)
        kernel.sleep(agent)
        kernel.core[0].extras[agent].hasResumed = true
    }

    /// The first allocation since the thread has its core again.
    func resume() {
        guard kernel.core[0].extras[agent].hasResumed else { return }
        kernel.core[0].extras[agent].hasResumed = false
        advance(to: time &+ kernel.core[0].model.processor.resumption)
    }
}

// Registers are words in memory, and so is what the device reads
extension SimulatedProcessor {
    mutating func readWord(of register: Register32, _ site: Site) -> Reading32 {
        // The native device looks at its errors once in many rounds.
        guard agent < kernel.core[0].processors else { return Reading(words.load32(register.word, .relaxed), .none) }
        return load32(register.word, .acquire, at: site, dependingOn: .none)
    }

    mutating func readOwnWord(of register: Register32, _ site: Site) -> UInt32 {
        if site == .fetchProd {
            kernel.core[0].extras[agent].polledLine = Int32(truncatingIfNeeded: register.word.offset >> 6)
            // What was on its way has arrived.
            kernel.core[0].fetches[agent &- kernel.core[0].processors].forget()
            let value = load32(register.word, .acquire, at: site, dependingOn: .none).value
            // A processor does not foresee that a look succeeds: nothing behind it was done meanwhile.
            forgetWaits()
            return value
        }
        return load32(register.word, .acquire, at: site, dependingOn: .none).value
    }

    /// When the line is in the device's cache; asks for it where it is not.
    mutating func fetchIntoCache(_ line: Int) -> UInt64 {
        let core = kernel.core
        let device = agent &- core[0].processors
        if core[0].isShared(line, by: agent) { return max(time, core[0].fetches[device].arrival(of: line) ?? 0) }
        kernel.synchronize(agent)
        if let use = core[0].exclusiveUse(of: line, by: agent, at: time) { return max(use, core[0].fetches[device].arrival(of: line) ?? 0) }
        let arrival = core[0].serveRead(of: line, to: agent, at: core[0].reach(of: line, askedAt: time &- min(lead, time)))
        let ready = max(time, arrival, core[0].fetches[device].latest &+ core[0].model.memory.readInterval)
        core[0].fetches[device].add(line, arrivingAt: ready)
        return ready
    }

    /// An entry is read, whose line comes at `ready`.
    func awaitRead(until ready: UInt64) {
        let asked = time
        if ready > time { advance(to: ready) }
        noteWait(since: asked)
    }
}
