import Machine

extension SimulatedProcessor {
    package mutating func exchange64(
        _ word: Word64, from old: UInt64, by step: RingAdvance, _ ordering: UpdateOrdering, at site: Site
    ) -> Exchange<Dependency> {
        guard isRetriedElsewhere(ordering, site) else { return exchangeOnce(word, from: old, by: step, ordering, at: site) }
        return exchange(word, from: old, by: step, site)
    }

    /// Whether a try that waits for its line waits for nothing else, so that the engine may make the next ones.
    private func isRetriedElsewhere(_ ordering: UpdateOrdering, _ site: Site) -> Bool {
        let core = kernel.core
        return (ordering == .relaxed || ordering == .acquire) && !core[0].model.processor.ordersStores
            && !core[0].isThreaded && !core[0].model.memory.farAtomics && core[0].model.memory.failedExchangeOwns
            && site != .audit && agent < core[0].processors
    }

    @inline(__always)
    private func exchange(_ word: Word64, from old: UInt64, by step: RingAdvance, _ site: Site) -> Exchange<Dependency> {
        let core = kernel.core
        let line = word.offset >> 6
        var old = old
        var attempts: UInt32 = 0
        while let desired = step.next(old) {
            let started = begin(site)
            core[0].counts.updates &+= 1
            settleOwnStores(to: line)
            if let use = core[0].exclusiveUse(of: line, by: agent, at: time) {
                if use > time { advance(to: use) }
            } else {
                time = max(time, core[0].requestExclusive(line, by: agent, at: time))
                if core[0].events.nextTime > time {
                    core[0].now = max(core[0].now, time)
                } else {
                    core[0].retries[agent].begin(step, expected: old, since: started, at: word.offset, attempts: attempts, site)
                    let hasSucceeded = kernel.retryInTurn(agent, for: line)
                    attempts = core[0].retries[agent].attempts
                    old = core[0].retries[agent].expected
                    if hasSucceeded { return Exchange(.succeeded, found: Reading(old, .none), attempts: attempts) }
                    continue
                }
            }
            let found = words.load64(word, .relaxed)
            if found == old { words.store64(word, desired, .relaxed) }
            time = time &+ core[0].model.processor.atomicHit
            attempts &+= 1
            end(site, since: started)
            if found == old { return Exchange(.succeeded, found: Reading(found, .none), attempts: attempts) }
            old = found
        }
        return Exchange(.hasNoSpace, found: Reading(old, .none), attempts: attempts)
    }
}
