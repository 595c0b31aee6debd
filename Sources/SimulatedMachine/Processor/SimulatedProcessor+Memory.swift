import Machine

extension SimulatedProcessor: Processor {
    package mutating func load32(_ word: Word32, _ ordering: LoadOrdering, at site: Site, dependingOn dependency: Dependency) -> Reading32 {
        guard site != .audit else { return Reading(words.load32(word, .relaxed), .none) }
        let started = load(word.offset, site)
        end(site, since: started)
        return Reading(words.load32(word, .relaxed), .none)
    }

    package mutating func load64(_ word: Word64, _ ordering: LoadOrdering, at site: Site, dependingOn dependency: Dependency) -> Reading64 {
        guard site != .audit else { return Reading(words.load64(word, .relaxed), .none) }
        let started = load(word.offset, site)
        end(site, since: started)
        return Reading(words.load64(word, .relaxed), .none)
    }

    @inline(__always)
    private func load(_ offset: Int, _ site: Site) -> UInt64 {
        let started = begin(site)
        let asked = time
        bringShared(offset >> 6)
        if kernel.core[0].isThreaded { noteLoad(since: asked) }
        time = time &+ kernel.core[0].model.processor.loadHit
        kernel.core[0].counts.loads &+= 1
        if kernel.core[0].isThreaded { noteMiss(askedAt: asked) }
        return started
    }

    package mutating func store32(_ word: Word32, _ value: UInt32, _ ordering: StoreOrdering, at site: Site, dependingOn dependency: Dependency) {
        guard site != .audit else { return words.store32(word, value, .relaxed) }
        store(Message(kind: .store32, place: word.offset, value: UInt64(value)), ordering, site)
    }

    package mutating func store64(_ word: Word64, _ value: UInt64, _ ordering: StoreOrdering, at site: Site, dependingOn dependency: Dependency) {
        guard site != .audit else { return words.store64(word, value, .relaxed) }
        store(Message(kind: .store64, place: word.offset, value: value), ordering, site)
    }

    /// A store enters the buffer and leaves it when its line is there; the processor goes on.
    private func store(_ message: Message, _ ordering: StoreOrdering, _ site: Site) {
        let started = begin(site)
        let core = kernel.core
        var message = message
        message.agent = Int32(truncatingIfNeeded: agent)
        let line = message.place >> 6
        time = time &+ core[0].model.processor.storeHit
        core[0].counts.stores &+= 1
        if ordering == .release, !core[0].model.processor.ordersStores {
            let ready = max(core[0].agents[agent].storesDone, core[0].agents[agent].registerWritesDone)
            if ready > time || core[0].agents[agent].deferredStores > 0 {
                // One after the other: a later release store waits for an earlier one.
                if core[0].agents[agent].deferredStores > 0 { awaitStores() }
                message.kind = message.kind == .store32 ? .deferredStore32 : .deferredStore64
                core[0].agents[agent].deferredStores &+= 1
                core[0].extras[agent].deferredLine = Int32(truncatingIfNeeded: line)
                core[0].send(message, at: max(ready, time))
                end(site, since: started)
                return
            }
        }
        if core[0].isThreaded { askAhead(line, by: lead) }
        let done = requestForStore(line)
        if done <= time {
            switch message.kind {
            case .store32: words.store32(Word32(offset: message.place), UInt32(truncatingIfNeeded: message.value), .relaxed)
            default: words.store64(Word64(offset: message.place), message.value, .relaxed)
            }
        } else {
            core[0].send(message, at: done)
            core[0].agents[agent].storesDone = max(core[0].agents[agent].storesDone, done)
        }
        if core[0].isThreaded { noteStores(since: started) }
        end(site, since: started)
    }

    /// When a store to the line can leave the buffer.
    ///
    /// - Parameter lead: how long ago the line could be asked for
    @inline(__always)
    private func requestForStore(_ line: Int, ahead lead: UInt64 = 0) -> UInt64 {
        settleOwnStores(to: line)
        let core = kernel.core
        if core[0].model.processor.ordersStores { return core[0].orderedStore(to: line, by: agent, at: time, askedAt: time &- min(lead, time)) }
        guard let use = core[0].exclusiveUse(of: line, by: agent, at: time) else { return core[0].requestExclusive(line, by: agent, at: time) }
        if core[0].isThreaded { core[0].noteWrite(to: line, by: agent) }
        return use
    }

    package mutating func storeEntries<Entry: BitwiseCopyable>(_ entries: Span<Entry>, from first: Word64, at site: Site, dependingOn dependency: Dependency) {
        let started = begin(site)
        let core = kernel.core
        let size = entries.count &* MemoryLayout<Entry>.stride
        guard size > 0 else { return end(site, since: started) }
        let early = core[0].isThreaded ? inBufferAlready(words: UInt64(size >> 3), since: started) : 0
        let asked = core[0].isThreaded ? max(early, min(lead, core[0].model.memory.transferInCluster)) : 0
        var line = first.offset >> 6
        let last = (first.offset &+ size &- 1) >> 6
        while line <= last {
            let done = requestForStore(line, ahead: asked)
            core[0].agents[agent].storesDone = max(core[0].agents[agent].storesDone, done)
            line &+= 1
        }
        time = time &+ core[0].model.processor.storeHit &* UInt64(size >> 3) &- early
        core[0].counts.stores &+= UInt64(size >> 3)
        if core[0].isThreaded { execute(instructions: Int32(truncatingIfNeeded: size >> 3) &* Self.wordInstructions) }
        // At once: nobody may read entries before they are published, which waits for their lines.
        words.storeEntries(entries, from: first)
        if core[0].isThreaded { noteStores(since: started) }
        end(site, since: started)
    }

    @inline(__always)
    package mutating func compareExchange32(_ word: Word32, expected: UInt32, desired: UInt32, _ ordering: UpdateOrdering, at site: Site) -> Reading32 {
        let old = update(Update(kind: .compareExchange32, operand: UInt64(desired), expected: UInt64(expected)), word.offset, ordering, site)
        return Reading(UInt32(truncatingIfNeeded: old), .none)
    }
    @inline(__always)
    package mutating func compareExchange64(_ word: Word64, expected: UInt64, desired: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        // The one update that contention repeats: without frames in between, of which each suspended processor would keep its own.
        Reading(updateHere(Update(kind: .compareExchange64, operand: desired, expected: expected), word.offset, ordering, site), .none)
    }
    @inline(__always)
    package mutating func fetchAdd32(_ word: Word32, _ value: UInt32, _ ordering: UpdateOrdering, at site: Site) -> Reading32 {
        Reading(UInt32(truncatingIfNeeded: update(Update(kind: .add32, operand: UInt64(value)), word.offset, ordering, site)), .none)
    }
    @inline(__always)
    package mutating func fetchAdd64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        Reading(update(Update(kind: .add, operand: value), word.offset, ordering, site), .none)
    }
    @inline(__always)
    package mutating func fetchAnd64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        Reading(update(Update(kind: .and, operand: value), word.offset, ordering, site), .none)
    }
    @inline(__always)
    package mutating func xor64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) {
        _ = update(Update(kind: .exclusiveOr, operand: value), word.offset, ordering, site)
    }

    @inline(never)
    private func update(_ update: Update, _ offset: Int, _ ordering: UpdateOrdering, _ site: Site) -> UInt64 {
        updateHere(update, offset, ordering, site)
    }

    @inline(__always)
    private func updateHere(_ update: Update, _ offset: Int, _ ordering: UpdateOrdering, _ site: Site) -> UInt64 {
        guard site != .audit else {
            let old = update.apply(to: words, at: offset)
            // Bookkeeping counts those that are not done yet: at 0 the device must look, for nothing more will come.
            if words.load32(Word32(offset: offset), .relaxed) == 0 { wakeDevices() }
            return old
        }
        let started = begin(site)
        let core = kernel.core
        // The queue's exclusive lock is tried where there is no space.
        if site == .lockExclusive, core[0].isThreaded, core[0].model.processor.unforeseen > 0 {
            advance(to: time &+ core[0].model.processor.unforeseen)
            forgetWaits()
        }
        if site == .allocate, core[0].isThreaded { resume() }
        core[0].counts.updates &+= 1
        let begun = time
        if ordering == .release || ordering == .full || core[0].model.processor.ordersStores {
            if core[0].isThreaded, !core[0].model.memory.farAtomics { askAhead(offset >> 6, after: started) }
            awaitStores()
            if core[0].agents[agent].registerWritesDone > time { advance(to: core[0].agents[agent].registerWritesDone) }
        }
        let old: UInt64
        if core[0].model.memory.farAtomics {
            old = updateFar(update, offset)
        } else {
            let asked = time
            let line = offset >> 6
            var hit: UInt64 = 0
            if update.mayFail, !core[0].model.memory.failedExchangeOwns, let found = failure(of: update, offset) {
                old = found
            } else {
                settleOwnStores(to: line)
                if let use = core[0].exclusiveUse(of: line, by: agent, at: time) {
                    if use > time { advance(to: use) }
                    if core[0].isThreaded { hit = hold(line) }
                } else {
                    advance(to: core[0].requestExclusive(line, by: agent, at: time), with: line, shared: false)
                }
                old = update.apply(to: words, at: offset)
            }
            if core[0].isThreaded { noteWait(since: begun &+ hit) }
            time = time &+ core[0].model.processor.atomicHit &- hit
            if core[0].isThreaded { noteMiss(askedAt: asked) }
        }
        end(site, since: started)
        return old
    }

    /// Of one that takes the line only where it succeeds.
    @inline(never)
    private func failure(of update: Update, _ offset: Int) -> UInt64? {
        bringShared(offset >> 6)
        return update.failure(on: words, at: offset)
    }

    private func updateFar(_ update: Update, _ offset: Int) -> UInt64 {
        settleOwnStores(to: offset >> 6)
        let core = kernel.core
        let done = core[0].requestFar(offset >> 6, by: agent, at: time)
        core[0].send(
            Message(
                kind: .farUpdate, update: update.kind, agent: Int32(truncatingIfNeeded: agent), place: offset,
                value: update.operand, expected: update.expected),
            at: done)
        core[0].agents[agent].state = .sleeps
        kernel.sleep(agent)
        return core[0].extras[agent].farResult
    }

    private func wakeDevices() {
        let core = kernel.core
        for device in core[0].processors..<core[0].agentCount where core[0].agents[device].state != .ended {
            if core[0].agents[device].state == .watchesLine {
                core[0].send(Message(kind: .invalidation, place: Int(core[0].extras[device].watchedLine)), at: max(core[0].now, time))
            } else {
                core[0].callDevice(device, at: max(core[0].now, time))
            }
        }
    }

    package mutating func fence(_ fence: Fence, at site: Site) {
        let started = time
        if fence == .full || !kernel.core[0].model.processor.ordersStores { awaitStores() }
        time = time &+ kernel.core[0].model.processor.barrier
        end(site, since: started)
    }
}
