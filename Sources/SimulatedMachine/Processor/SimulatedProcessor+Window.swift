// A thread's processor executes out of order: what comes soon after something that waits asks for its line meanwhile.
extension SimulatedProcessor {
    /// For how long what comes now has been in the window already: so long ago could it ask for its line.
    var lead: UInt64 {
        kernel.core[0].extras[agent].windowLeft > 0 ? kernel.core[0].extras[agent].waited : 0
    }

    /// Instructions that a reorder buffer holds, as published for AMD Zen 5 (Intel Golden Cove: 512).
    private static let reorderBuffer: Int32 = 448
    /// Counted on x86-64: of an insertion of one command with its CMD_SYNC, 243 with 17 memory operations; of a word more of a list; of
    /// the device for one more command.
    static let operationInstructions: Int32 = 14
    static let wordInstructions: Int32 = 5
    private static let commandInstructions: UInt64 = 48

    /// The thread has waited from `started` until now. What it executes from now on, as much as the window holds, was there meanwhile.
    func noteWait(since started: UInt64) {
        guard time > started else { return }
        let extras = kernel.core[0].extras
        extras[agent].waited = (extras[agent].windowLeft > 0 ? extras[agent].waited : 0) &+ time &- started
        extras[agent].windowLeft = Self.reorderBuffer
    }

    @inline(__always)
    func execute(instructions: Int32) {
        kernel.core[0].extras[agent].windowLeft = max(0, kernel.core[0].extras[agent].windowLeft &- instructions)
    }

    /// The thread executes something else for so long, with as many instructions as the device executes commands with.
    func executeInWindow(for time: UInt64) {
        let command = kernel.core[0].model.device.tlbInvalidation
        // A millisecond is more than any window: the product does not overflow.
        let instructions = command == 0 ? .max : min(time, 1_000_000_000) &* Self.commandInstructions / command
        execute(instructions: Int32(clamping: instructions))
    }

    /// The same of a load, unless it ends a wait.
    func noteLoad(since started: UInt64) {
        guard kernel.core[0].extras[agent].looksAgain else { return noteWait(since: started) }
        kernel.core[0].extras[agent].looksAgain = false
        forgetWaits()
    }

    /// A branch went where the processor did not foresee: what comes now was not in the window.
    func forgetWaits() {
        kernel.core[0].extras[agent].windowLeft = 0
    }
}

// What waits
extension SimulatedProcessor {
    /// A store was made, or several, that began at `started`.
    func noteStores(since started: UInt64) {
        let extras = kernel.core[0].extras
        if extras[agent].storesUntil != started { extras[agent].storesFrom = started }
        extras[agent].storesUntil = time
    }

    /// Words that a store buffer holds: published are 104 for AMD Zen 5 and 112 for Intel Golden Cove.
    private static let storeBuffer: UInt64 = 104

    /// What of the time of so many stores, which began at `started`, has passed already: they enter the buffer while the
    /// read-modify-write before them waits for its line.
    func inBufferAlready(words: UInt64, since started: UInt64) -> UInt64 {
        let core = kernel.core
        guard core[0].extras[agent].missUntil == started else { return 0 }
        let waited = started &- core[0].extras[agent].missFrom
        let hit = core[0].model.processor.atomicHit
        return min(waited &- min(waited, hit), min(words, Self.storeBuffer) &* core[0].model.processor.storeHit)
    }

    /// A load or a read-modify-write is done.
    func noteMiss(askedAt asked: UInt64) {
        kernel.core[0].extras[agent].missFrom = asked
        kernel.core[0].extras[agent].missUntil = time
    }

    /// What writes the line has been in the window for so long.
    func askAhead(_ line: Int, by lead: UInt64) {
        guard lead > 0 else { return }
        let core = kernel.core
        settleOwnStores(to: line)
        guard core[0].exclusiveUse(of: line, by: agent, at: time) == nil else { return }
        kernel.synchronize(agent)
        _ = core[0].requestExclusive(line, by: agent, at: time &- min(lead, core[0].model.memory.transferInCluster, time))
    }

    /// A read-modify-write waits for the stores before it, but asks for its line when they are in the buffer, while they still leave it.
    @inline(never)
    func askAhead(_ line: Int, after started: UInt64) {
        let core = kernel.core
        let stores = core[0].extras[agent].storesUntil == started ? started &- core[0].extras[agent].storesFrom : 0
        askAhead(line, by: max(stores, lead))
    }
}

// Lines from other threads
extension SimulatedProcessor {
    /// Brings the line here for reading. The reader waits until its request has reached who has the line then.
    @inline(never)
    func bringFromThread(_ line: Int) {
        let core = kernel.core
        let asked = time
        var reached = core[0].reach(of: line, askedAt: asked)
        repeat {
            advance(to: reached)
            reached = core[0].reach(of: line, askedAt: asked)
        } while reached > time
        advance(to: core[0].serveRead(of: line, to: agent, at: time))
    }

    /// The agent has the line, and a read-modify-write takes effect when it is done: before, another may take the line. Returns the time passed.
    @inline(never)
    func hold(_ line: Int) -> UInt64 {
        let core = kernel.core
        let hit = core[0].model.processor.atomicHit
        advance(to: time &+ hit)
        if core[0].exclusiveUse(of: line, by: agent, at: time) != nil {
            core[0].noteWrite(to: line, by: agent)
            return hit
        }
        advance(to: core[0].requestExclusive(line, by: agent, at: time), with: line, shared: false)
        return 0
    }
}
