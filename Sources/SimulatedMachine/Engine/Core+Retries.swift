import Machine

/// A compare-and-swap loop whose processor waits for the line.
struct Retry {
    var step: RingAdvance
    /// What the next try expects.
    var expected: UInt64
    /// When the present try began.
    var started: UInt64
    /// Byte offset of the word.
    var offset: Int
    /// Tries so far.
    var attempts: UInt32 = 0
    var site: Site

    static let none = Retry(step: RingAdvance(by: 0, entries: 1, flags: 0), expected: 0, started: 0, offset: 0, site: .audit)
}

// Where a compare-and-swap contends, most tries fail, and after each the processor does nothing but try again. So the engine tries on
// behalf of those that wait: their fibers, with their stacks, are left alone until a try succeeds.
extension Core {
    /// A waiting agent has the line: its try ends, and others are begun as long as they fail and nothing but the line is in their way.
    /// True where it is its fiber's turn: a try has succeeded, and the state says so, or the fiber must go on trying.
    mutating func retry(_ agent: Int) -> Bool {
        let word = Word64(offset: retries[agent].offset)
        let line = word.offset >> 6
        while true {
            let found = words.load64(word, .relaxed)
            let hasSucceeded = found == retries[agent].expected
            if hasSucceeded {
                prefetch(agent)
                linePlaces[agent].retries = false
                // There was something to write when the try began.
                if let desired = retries[agent].step.next(found) { words.store64(word, desired, .relaxed) }
            }
            agents[agent].time &+= model.processor.atomicHit
            retries[agent].attempts &+= 1
            let started = agents[agent].time
            account(agent, at: retries[agent].site, since: retries[agent].started)
            if hasSucceeded {
                agents[agent].state = .hasExchanged
                return true
            }
            retries[agent].expected = found
            let begun = started &+ model.processor.step
            // Whatever else a try may have to wait for is the fiber's affair.
            guard begun &- now <= lookahead, agents[agent].storesDone < now, retries[agent].step.next(found) != nil else {
                agents[agent].state = .sleeps
                linePlaces[agent].retries = false
                return true
            }
            retries[agent].started = started
            agents[agent].time = begun
            counts.updates &+= 1
            if let use = exclusiveUse(of: line, by: agent, at: begun) {
                guard use <= begun || isNext(agent, at: use) else {
                    events.add(target: agent, at: use)
                    return false
                }
            } else {
                let granted = max(requestExclusive(line, by: agent, at: begun), begun)
                guard isNext(agent, at: granted) else {
                    let event = events.makeEvent(target: agent, at: granted)
                    if !queue(agent, for: line, shared: false, event) { events.add(event) }
                    return false
                }
            }
        }
    }

    /// The agent goes on at `time`. True where nothing comes before that.
    @inline(__always)
    private mutating func isNext(_ agent: Int, at time: UInt64) -> Bool {
        agents[agent].time = time
        guard events.nextTime > time else { return false }
        now = max(now, time)
        return true
    }
}
