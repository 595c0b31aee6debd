import Machine

/// A compare-and-swap loop whose processor waits for the line. A line of the host's caches.
struct Retry {
    private(set) var step = RingAdvance(by: 0, entries: 1, flags: 0)
    private(set) var site = Site.audit
    /// Tries so far, and of them those that are in the accounts.
    var attempts: UInt32 = 0
    private var settledAttempts: UInt32 = 0
    /// What the next try expects.
    var expected: UInt64 = 0
    /// When the present try began.
    var started: UInt64 = 0
    /// Until when the tries are in the accounts.
    private var settledUntil: UInt64 = 0
    /// Byte offset of the word.
    private(set) var offset = 0
    /// Fills the line.
    private var unused: UInt64 = 0

    /// In place: what is made elsewhere and copied takes a line of the stack.
    @inline(__always)
    mutating func begin(_ step: RingAdvance, expected: UInt64, since started: UInt64, at offset: Int, attempts: UInt32, _ site: Site) {
        self.step = step
        self.site = site
        (self.attempts, settledAttempts) = (attempts, attempts)
        self.expected = expected
        (self.started, settledUntil) = (started, started)
        self.offset = offset
    }

    /// What the accounts lack of the tries that have ended by `time`.
    mutating func settle(until time: UInt64) -> SiteTime {
        let rest = SiteTime(picoseconds: time &- settledUntil, count: UInt64(attempts &- settledAttempts))
        (settledUntil, settledAttempts) = (time, attempts)
        return rest
    }
}

// Where a compare-and-swap contends, most tries fail, and after each the processor does nothing but try again. So the engine tries on
// behalf of those that wait: their fibers, with their stacks, are left alone until a try succeeds.
extension Core {
    /// The agent, which has asked for the line, waits for it to try; `retries` says what.
    mutating func beginRetries(_ agent: Int, for line: Int) {
        agents[agent].state = .retries
        linePlaces[agent].retries = true
        waitToTry(agent, for: line)
    }

    /// Where many wait for a line that is where most events come from, they come one after the other, past the heap.
    @inline(__always)
    private mutating func waitToTry(_ agent: Int, for line: Int) {
        let event = events.makeEvent(target: agent, at: agents[agent].time)
        if !queue(agent, for: line, shared: false, event) { events.addApart(event) }
    }

    /// A waiting agent has the line: its try ends, and others are begun as long as they fail and nothing but the line is in their way.
    /// True where it is its fiber's turn: a try has succeeded, and the state says so, or the fiber must go on trying.
    mutating func retry(_ agent: Int) -> Bool {
        let word = Word64(offset: retries[agent].offset)
        let line = word.offset >> 6
        while true {
            let found = words.load64(word, .relaxed)
            let ended = agents[agent].time &+ model.processor.atomicHit
            agents[agent].time = ended
            retries[agent].attempts &+= 1
            if isRecording { record(retries[agent].site, of: agent, since: retries[agent].started) }
            if found == retries[agent].expected {
                // There was something to write when the try began.
                if let desired = retries[agent].step.next(found) { words.store64(word, desired, .relaxed) }
                endRetries(agent, .hasExchanged)
                return true
            }
            retries[agent].expected = found
            retries[agent].started = ended
            let begun = ended &+ model.processor.step
            // Whatever else a try may have to wait for is the fiber's affair.
            guard begun &- now <= lookahead, agents[agent].storesDone < now, retries[agent].step.next(found) != nil else {
                endRetries(agent, .sleeps)
                return true
            }
            counts.updates &+= 1
            if let use = useForTry(of: line, by: agent, at: begun) {
                agents[agent].time = use
                guard use > begun else { continue }
                guard events.nextTime > use else {
                    events.add(target: agent, at: use)
                    return false
                }
                now = max(now, use)
            } else {
                let owner = Int(lines[line].owner)
                let granted = max(
                    owner >= 0 ? takeFromOwner(owner, line, by: agent, at: begun) : requestExclusive(line, by: agent, at: begun), begun)
                agents[agent].time = granted
                guard events.nextTime > granted else {
                    waitToTry(agent, for: line)
                    return false
                }
                now = max(now, granted)
            }
        }
    }

    /// As `exclusiveUse`. As a rule the line of the tries is the latest that was taken from the agent.
    @inline(__always)
    private func useForTry(of line: Int, by agent: Int, at time: UInt64) -> UInt64? {
        guard lines[line].owner != Int32(truncatingIfNeeded: agent), agents[agent].lost.isLatest(line) else {
            return exclusiveUse(of: line, by: agent, at: time)
        }
        return agents[agent].lost.useOfLatest(at: time).map { max(time, $0) }
    }

    @inline(never)
    private mutating func endRetries(_ agent: Int, _ state: Agent.State) {
        prefetch(agent)
        linePlaces[agent].retries = false
        agents[agent].state = state
        settleRetries(of: agent, until: agents[agent].time)
    }

    private mutating func settleRetries(of agent: Int, until time: UInt64) {
        let rest = retries[agent].settle(until: time)
        let place = accountPlace(of: agent, at: retries[agent].site)
        siteTimes[place].picoseconds &+= rest.picoseconds
        siteTimes[place].count &+= rest.count
    }

    /// Tries that have ended are in the accounts from now on.
    mutating func settleRetries() {
        for agent in 0..<processors where linePlaces[agent].retries { settleRetries(of: agent, until: retries[agent].started) }
    }
}
