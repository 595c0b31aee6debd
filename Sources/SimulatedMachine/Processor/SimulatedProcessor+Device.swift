import Machine

// A processor's way to the device's registers
extension SimulatedProcessor {
    /// There and back: the value is the one of when the read arrives.
    package mutating func readRegister(_ register: Register32, _ ordering: RegisterReadOrdering, at site: Site) -> Reading32 {
        guard site != .audit else { return Reading(words.load32(register.word, .relaxed), .none) }
        if kernel.core[0].isThreaded { return readWord(of: register, site) }
        let started = begin(site)
        let core = kernel.core
        core[0].counts.registerAccesses &+= 1
        guard agent < core[0].processors else {
            end(site, since: started)
            return Reading(words.load32(register.word, .relaxed), .none)
        }
        let way = core[0].latencies.deviceWay(from: core[0].agents[agent].die)
        // After the processor's earlier writes: a device gets accesses of one processor in its order.
        advance(to: max(time &+ way, core[0].agents[agent].registerWritesDone))
        let value = words.load32(register.word, .relaxed)
        time = time &+ way &+ core[0].model.device.registerRead
        end(site, since: started)
        return Reading(value, .none)
    }

    /// Posted: the processor goes on, the write arrives later, in the processor's own order.
    package mutating func writeRegister(_ register: Register32, _ value: UInt32, _ ordering: RegisterWriteOrdering, at site: Site, dependingOn dependency: Dependency) {
        if kernel.core[0].isThreaded { return store32(register.word, value, .release, at: site, dependingOn: dependency) }
        let started = begin(site)
        let core = kernel.core
        core[0].counts.registerAccesses &+= 1
        guard agent < core[0].processors else {
            words.store32(register.word, value, .relaxed)
            end(site, since: started)
            return
        }
        if ordering == .orderedStores {
            awaitStores()
            time = time &+ core[0].model.processor.barrier
        }
        time = time &+ core[0].model.processor.storeHit
        let arrival = max(
            time &+ core[0].latencies.deviceWay(from: core[0].agents[agent].die) &+ core[0].model.device.registerWrite, core[0].agents[agent].registerWritesDone &+ 1)
        core[0].agents[agent].registerWritesDone = arrival
        core[0].send(Message(kind: .registerWrite, place: register.word.offset, value: UInt64(value)), at: arrival)
        end(site, since: started)
    }
}

// Mutexes of an operating system have no place here: a scenario that asks for them is refused.
extension SimulatedProcessor: BlockingProcessor {
    package mutating func lockMutex(_ mutex: Int) { preconditionFailure("the simulated machine has no operating system") }
    package mutating func unlockMutex(_ mutex: Int) { preconditionFailure("the simulated machine has no operating system") }
    package mutating func sleep(nanoseconds: UInt64, at site: Site) {
        let started = begin(site)
        let over = Self.deadline(after: nanoseconds, from: time)
        if kernel.core[0].isThreaded { sleepOffCore(until: over) } else { advance(to: over) }
        end(site, since: started)
    }
}

// The device's own side
extension SimulatedProcessor: DevicePort {
    package static var idleRoundsBetweenLooks: UInt32 { 1 }

    package mutating func ownRegister(_ register: Register32, at site: Site) -> UInt32 {
        if kernel.core[0].isThreaded { return readOwnWord(of: register, site) }
        kernel.synchronize(agent)
        kernel.core[0].counts.registerAccesses &+= 1
        if kernel.core[0].isRecording { kernel.core[0].recorder.serve(register.word.offset, by: agent) }
        // What has been fetched is not kept beyond the next look at PROD.
        if site == .fetchProd, agent >= kernel.core[0].processors { kernel.core[0].fetches[agent &- kernel.core[0].processors].forget() }
        return words.load32(register.word, .relaxed)
    }

    package mutating func setOwnRegister(_ register: Register32, _ value: UInt32, at site: Site) {
        if kernel.core[0].isThreaded { return store32(register.word, value, .release, at: site, dependingOn: .none) }
        kernel.synchronize(agent)
        kernel.core[0].counts.registerAccesses &+= 1
        words.store32(register.word, value, .relaxed)
        guard kernel.core[0].isRecording else { return }
        kernel.core[0].recorder.register(register.word.offset, value, at: time)
        if site == .advanceCons { kernel.core[0].recorder.completed(by: agent, cons: value) }
    }

    package mutating func dmaPrefetch(_ word: Word64, at site: Site) { _ = fetch(word.offset >> 6) }

    package mutating func dmaRead64(_ word: Word64, at site: Site) -> UInt64 {
        guard site != .audit else { return words.load64(word, .relaxed) }
        let started = time
        kernel.core[0].counts.deviceWords &+= 1
        if kernel.core[0].isRecording { kernel.core[0].recorder.serve(word.offset, by: agent) }
        let ready = fetch(word.offset >> 6)
        if kernel.core[0].isThreaded {
            awaitRead(until: ready)
        } else if ready > time {
            advance(to: ready)
        }
        end(site, since: started)
        return words.load64(word, .relaxed)
    }

    /// When the line is here, from now or from an earlier fetch.
    private mutating func fetch(_ line: Int) -> UInt64 {
        if kernel.core[0].isThreaded { return fetchIntoCache(line) }
        let device = agent &- kernel.core[0].processors
        if let ready = kernel.core[0].fetches[device].arrival(of: line) { return ready }
        kernel.synchronize(agent)
        let ready = kernel.core[0].deviceRead(line, by: agent, at: time)
        kernel.core[0].fetches[device].add(line, arrivingAt: ready)
        return ready
    }

    package mutating func dmaWrite32(_ word: Word32, _ value: UInt32, at site: Site) {
        guard site != .audit else { return words.store32(word, value, .relaxed) }
        if kernel.core[0].isThreaded { return store32(word, value, .release, at: site, dependingOn: .none) }
        write(Message(kind: .store32, place: word.offset, value: UInt64(value)), site)
    }

    package mutating func dmaWrite64(_ word: Word64, _ value: UInt64, at site: Site) {
        guard site != .audit else { return words.store64(word, value, .relaxed) }
        if kernel.core[0].isThreaded { return store64(word, value, .release, at: site, dependingOn: .none) }
        write(Message(kind: .store64, place: word.offset, value: value), site)
    }

    private func write(_ message: Message, _ site: Site) {
        let core = kernel.core
        kernel.synchronize(agent)
        core[0].counts.deviceWords &+= 1
        let leaves = time &+ core[0].model.device.messageInterrupt
        let done = core[0].deviceWrite(message.place >> 6, by: agent, at: leaves)
        core[0].send(message, at: done)
    }

    /// Several queues share the engine: of each command a share is executed while no other queue's is. Returns when it began.
    func execute(_ duration: UInt64) -> UInt64 {
        let core = kernel.core
        kernel.synchronize(agent)
        let isMine = core[0].engine.holder == Int32(truncatingIfNeeded: agent)
        if isMine, core[0].engine.first >= 0, time &- core[0].engine.since >= core[0].model.device.turnTime { core[0].passEngine(agent) }
        let asked = time
        if !core[0].takeEngine(agent) {
            kernel.sleep(agent)
            end(.awaitEngine, since: asked)
        }
        let began = time
        let parallel = duration &* UInt64(core[0].model.device.parallelShare) / 1000
        advance(to: time &+ duration &- parallel)
        guard parallel > 0 else { return began }
        core[0].passEngine(agent)
        advance(to: time &+ parallel)
        return began
    }

    package mutating func endTurn() { kernel.core[0].passEngine(agent) }

    package mutating func sendEvent(at site: Site) {
        if kernel.core[0].isThreaded { return }
        kernel.synchronize(agent)
        kernel.core[0].send(Message(kind: .event, place: 0), at: time &+ kernel.core[0].model.device.port &+ kernel.core[0].latencies.home(from: kernel.core[0].agents[agent].die) / 2)
    }
}
