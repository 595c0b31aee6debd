import Machine

/// A core that several threads share: one has it, the others that could run wait in turn.
struct SharedCore {
    /// -1: nobody has it.
    var current: Int32 = -1
    /// Since when.
    var since: UInt64 = 0
    /// Those that wait, first to last, linked by `Agent.nextInCore`.
    var first: Int32 = -1
    var last: Int32 = -1
    /// When something else takes the core next; never, where nothing does.
    var nextInterruption: UInt64 = .max
}

extension Core {
    /// Starts a thread: it runs at once where its core is free, else it waits for its turn.
    mutating func startOnCore(_ agent: Int) {
        let place = Int(extras[agent].core)
        guard sharedCores[place].current >= 0 else {
            sharedCores[place].current = Int32(truncatingIfNeeded: agent)
            drawInterruption(on: place, after: 0, for: agent)
            return wake(agent, at: 0)
        }
        queueForCore(agent)
    }

    func othersWaitForCore(of agent: Int) -> Bool { sharedCores[Int(extras[agent].core)].first >= 0 }

    /// The thread has its core for longer than a time slice, and others wait.
    @inline(__always)
    func hasUsedUpItsSlice(_ agent: Int) -> Bool {
        let place = Int(extras[agent].core)
        return sharedCores[place].first >= 0 && agents[agent].time &- sharedCores[place].since >= model.processor.timeSlice
    }

    /// Something else has the core at `time`: until when; nil where nothing does.
    @inline(__always)
    mutating func interruption(of agent: Int, at time: UInt64) -> UInt64? {
        guard time >= sharedCores[Int(extras[agent].core)].nextInterruption else { return nil }
        return interruptionBegun(on: Int(extras[agent].core), for: agent, at: time)
    }

    /// What was over by `time` nobody has noticed: the thread that has the core was waiting.
    @inline(never)
    private mutating func interruptionBegun(on place: Int, for agent: Int, at time: UInt64) -> UInt64? {
        var end = sharedCores[place].nextInterruption
        while sharedCores[place].nextInterruption <= time {
            end = sharedCores[place].nextInterruption &+ model.processor.interruption
            drawInterruption(on: place, after: end, for: agent)
        }
        return end > time ? end : nil
    }

    mutating func drawInterruption(on place: Int, after time: UInt64, for agent: Int) {
        guard model.processor.interruptionInterval > 0 else { return }
        // A microsecond at the least: a long wait must not meet any number of them.
        let interval = max(model.processor.interruptionInterval, 1_000_000)
        sharedCores[place].nextInterruption = time &+ 1 &+ agents[agent].draw(below: 2 &* interval)
    }

    /// The thread goes to the end of those that wait for its core; there must be others.
    mutating func requeue(_ agent: Int) {
        queueForCore(agent)
        passCore(of: agent)
    }

    /// The next thread that waits has the core, once it has been switched to.
    mutating func passCore(of agent: Int) {
        let place = Int(extras[agent].core)
        let next = sharedCores[place].first
        sharedCores[place].current = next
        guard next >= 0 else { return }
        sharedCores[place].first = extras[Int(next)].nextInCore
        if sharedCores[place].first < 0 { sharedCores[place].last = -1 }
        sharedCores[place].since = max(now, agents[agent].time) &+ model.processor.contextSwitch
        wake(Int(next), at: sharedCores[place].since)
    }

    /// The thread has its core from now on where nobody else has; else it waits for its turn: false.
    mutating func takeFreeCore(_ agent: Int) -> Bool {
        let place = Int(extras[agent].core)
        guard sharedCores[place].current < 0 else {
            queueForCore(agent)
            return false
        }
        sharedCores[place].current = Int32(truncatingIfNeeded: agent)
        sharedCores[place].since = agents[agent].time
        return true
    }

    private mutating func queueForCore(_ agent: Int) {
        let place = Int(extras[agent].core)
        let number = Int32(truncatingIfNeeded: agent)
        extras[agent].nextInCore = -1
        agents[agent].state = .waitsForCore
        if sharedCores[place].last >= 0 {
            extras[Int(sharedCores[place].last)].nextInCore = number
        } else {
            sharedCores[place].first = number
        }
        sharedCores[place].last = number
    }
}
