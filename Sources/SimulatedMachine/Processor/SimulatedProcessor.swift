import Machine

/// A processor of the simulated machine, or its device: a fiber in virtual time.
///
/// An operation takes effect at the agent's own time. Before one that others could notice, everything that happens earlier has happened.
package struct SimulatedProcessor {
    package typealias Dependency = UntrackedDependency

    let agent: Int
    let kernel: Kernel
}

// Time
extension SimulatedProcessor {
    @inline(__always)
    var time: UInt64 {
        get { kernel.core[0].agents[agent].time }
        nonmutating set { kernel.core[0].agents[agent].time = newValue }
    }

    var words: AtomicWords { kernel.core[0].words }

    /// The instructions before an operation. Lets what is earlier happen where the agent has run ahead too far.
    @inline(__always)
    func begin(_ site: Site) -> UInt64 {
        let started = time
        time = started &+ kernel.core[0].model.processor.step
        if time &- kernel.core[0].now > kernel.core[0].lookahead { kernel.synchronize(agent) }
        if kernel.core[0].isThreaded {
            execute(instructions: Self.operationInstructions)
            sufferInterruption()
            endTimeSlice()
        }
        return started
    }

    @inline(__always)
    func end(_ site: Site, since started: UInt64) { kernel.core[0].account(agent, at: site, since: started) }

    /// Goes on at `time`, when all that is earlier has happened.
    @inline(__always)
    func advance(to time: UInt64) {
        self.time = max(self.time, time)
        kernel.synchronize(agent)
    }

    /// The same where it gets the line then.
    @inline(__always)
    func advance(to time: UInt64, with line: Int, shared: Bool) {
        self.time = max(self.time, time)
        kernel.synchronize(agent, with: line, shared: shared)
    }

    package mutating func spend(nanoseconds: UInt64, at site: Site) { spend(picoseconds: nanoseconds &* 1000, at: site) }

    package mutating func spend(picoseconds mean: UInt64, at site: Site) {
        var started = time
        let core = kernel.core
        if core[0].isThreaded {
            executeInWindow(for: mean)
            time = started &+ mean
        } else if agent < core[0].processors {
            let spread = mean &* UInt64(core[0].model.workload.variation) / 1000
            time = started &+ mean &- spread &+ core[0].agents[agent].draw(below: 2 &* spread &+ 1)
        } else if site == .execute || site == .completeSync, core[0].agentCount &- core[0].processors > 1 {
            started = execute(mean)
        } else {
            time = started &+ mean
        }
        end(site, since: started)
    }

    package mutating func clock() -> UInt64 { time / 1000 }
}

// Lines
extension SimulatedProcessor {
    /// Brings the line here for reading.
    @inline(__always)
    func bringShared(_ line: Int) {
        settleOwnStores(to: line)
        let core = kernel.core
        if core[0].isShared(line, by: agent) {
            // A store of its own may still be on its way to a line that another has asked to share since.
            if core[0].lines[line].ownedFrom > time { advance(to: core[0].lines[line].ownedFrom) }
            return
        }
        if let use = core[0].exclusiveUse(of: line, by: agent, at: time) {
            if use > time { advance(to: use) }
            return
        }
        if core[0].isThreaded { return bringFromThread(line) }
        let granted = core[0].requestShared(line, by: agent, at: time)
        advance(to: granted, with: line, shared: true)
    }

    /// The agent's later accesses to a line come after its own stores to it: those that have left the buffer by now are in memory,
    /// even where the agent has run ahead or has its turn first at the same time, and a release store that has not asked for the line
    /// yet is waited for.
    @inline(__always)
    func settleOwnStores(to line: Int) {
        if kernel.core[0].agents[agent].storesDone >= kernel.core[0].now { kernel.synchronize(agent) }
        if kernel.core[0].agents[agent].deferredStores > 0, kernel.core[0].extras[agent].deferredLine == Int32(truncatingIfNeeded: line) {
            awaitStores()
        }
    }

    /// Waits until all stores so far have left the buffer.
    func awaitStores() {
        if kernel.core[0].agents[agent].deferredStores > 0 {
            kernel.core[0].agents[agent].state = .waitsForStores
            kernel.sleep(agent)
        }
        if kernel.core[0].agents[agent].storesDone >= kernel.core[0].now { advance(to: kernel.core[0].agents[agent].storesDone) }
    }
}

extension SimulatedProcessor {
    /// Waits until everything that the agent has sent out has arrived.
    package mutating func finish() {
        let started = time
        awaitStores()
        advance(to: max(time, kernel.core[0].agents[agent].registerWritesDone))
        end(.audit, since: started)
    }
}
