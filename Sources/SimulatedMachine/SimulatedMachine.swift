import Machine

/// A machine in virtual time: processors and devices are fibers, memory is lines that move between caches.
///
/// Everything that it does follows from the model, the seed and what the agents do: two runs of the same are the same to the last picosecond.
package final class SimulatedMachine {
    /// How a run ended.
    package enum Ending: Equatable, Sendable {
        case completed
        /// Every agent that is left waits for another; which, and each for what.
        case deadlock([String])
    }

    /// A part of memory whose lines are counted together; bytes from the start of memory. Parts of one name are counted together too.
    package struct Region: Sendable {
        package var name: String
        package var bytes: Range<Int>

        package init(name: String, bytes: Range<Int>) {
            self.name = name
            self.bytes = bytes
        }
    }

    package let processors: Int
    package let devices: Int
    package let regions: [String]
    private let memory: MachineMemory
    let core: FixedBuffer<Core>
    var recordedQueues: [TraceQueue] = []
    private var eventsBefore: UInt64 = 0
    private let fibers: FiberSet

    /// Bytes of an agent's stack.
    package static let stackBytes = 64 * 1024

    /// `cores` says on which core each processor is; `devices` agents serve the device. Where that is a thread, `looksUntilYield` looks are
    /// made before a waiting thread gives its core away; 0: it never does. Nil where there is no memory for the stacks.
    package init?(
        model: MachineModel, memory: MachineMemory, cores: [Int], devices: Int, regions: [Region], seed: UInt64, looksUntilYield: UInt64 = 0
    ) {
        let agentCount = cores.count + devices
        // Lines name agents by 16 bits.
        guard agentCount <= Int(Int16.max), let fibers = FiberSet(count: agentCount, stackBytes: Self.stackBytes) else { return nil }
        self.fibers = fibers
        self.memory = memory
        self.processors = cores.count
        self.devices = devices
        var names = ["other"]
        for region in regions where !names.contains(region.name) { names.append(region.name) }
        self.regions = names
        let topology = model.topology
        let agents = FixedBuffer(count: agentCount, repeating: Agent())
        let extras = FixedBuffer(count: agentCount, repeating: AgentExtras())
        let isThreaded = model.device.isThread
        // Threads are where the native machine pins them: the device's come first.
        let places = isThreaded ? (0..<agentCount).map { ($0 + devices) % agentCount % topology.cores } : cores
        for (agent, coreNumber) in places.enumerated() {
            extras[agent].core = Int32(coreNumber)
            agents[agent].place = Place(
                cluster: Int16(coreNumber / topology.coresPerCluster), die: Int16(coreNumber / topology.coresPerDie))
        }
        for device in cores.count..<agentCount where !isThreaded {
            agents[device].place = Place(cluster: -1, die: Int16(model.device.die))
        }
        var mixer = SeedMixer(state: seed)
        for agent in 0..<agentCount { agents[agent].random = mixer.next() | 1 }
        let lineCount = memory.words.byteCount / MemoryPlan.lineSize + 1
        let lines = FixedBuffer(count: lineCount, repeating: Line())
        for region in regions where !region.bytes.isEmpty {
            let number = UInt8(names.firstIndex(of: region.name)!)
            for line in region.bytes.lowerBound / 64...(region.bytes.upperBound - 1) / 64 { lines[line].region = number }
        }
        core = FixedBuffer(
            count: 1,
            repeating: Core(
                agents: agents, extras: extras, agentCount: agentCount, processors: cores.count, fibers: fibers.switch, live: agentCount,
                words: memory.words, lines: lines,
                sharers: Sharers(lines: lineCount, processors: places.map { $0 / topology.coresPerDie }, dies: topology.dies),
                linePlaces: FixedBuffer(count: agentCount, repeating: LinePlace()), retries: FixedBuffer(count: agentCount, repeating: Retry()),
                model: model, latencies: Latencies(model),
                isThreaded: isThreaded, looksUntilYield: looksUntilYield,
                sharedCores: FixedBuffer(count: isThreaded ? topology.cores : 0, repeating: SharedCore()),
                lineStatistics: FixedBuffer(count: names.count, repeating: LineStatistics()),
                siteTimes: FixedBuffer(count: agentCount * Site.count, repeating: SiteTime()),
                fetches: FixedBuffer(count: devices, repeating: FetchedLines()),
                baseline: Baseline(sites: agentCount * Site.count, regions: names.count),
                lookahead: isThreaded ? 0 : model.memory.shortestWay / 2))
    }

    deinit {
        let core = core[0]
        core.events.deallocate()
        core.timers.deallocate()
        core.messages.deallocate()
        core.agents.deallocate()
        core.extras.deallocate()
        core.lines.deallocate()
        core.sharers.deallocate()
        core.linePlaces.deallocate()
        core.retries.deallocate()
        core.latencies.deallocate()
        core.lineStatistics.deallocate()
        core.siteTimes.deallocate()
        core.fetches.deallocate()
        core.sharedCores.deallocate()
        core.baseline.deallocate()
        core.recorder.deallocate()
        self.core.deallocate()
    }

    /// Tells the device's agent of writes to the register.
    package func attach(_ register: Register32, to device: Int) {
        core[0].lines[register.word.offset / 64].device = Int16(processors + device)
    }

    /// Sets a word at a virtual time, from outside of all agents: what begins and ends the measured part.
    package func schedule(_ word: Word32, _ value: UInt32, atNanosecond time: UInt64, beginsMeasuring: Bool = false) {
        if beginsMeasuring { core[0].warmsUp = true }
        core[0].send(Message(kind: beginsMeasuring ? .measuredPhase : .phase, place: word.offset, value: UInt64(value)), at: time * 1000)
    }

    /// Runs all agents to their end. `turn` is called now and then, between two events.
    package func run(turn: () -> Void, _ body: @escaping (Int, inout SimulatedProcessor) -> Void) -> Ending {
        let kernel = Kernel(core: core)
        let core = core
        let count = core[0].agentCount
        for agent in 0..<count {
            if core[0].isThreaded { core[0].startOnCore(agent) } else { core[0].wake(agent, at: 0) }
        }
        fibers.prepare { agent in
            var processor = SimulatedProcessor(agent: agent, kernel: kernel)
            body(agent, &processor)
            core[0].agents[agent].state = .ended
            core[0].live &-= 1
            if core[0].isThreaded { core[0].passCore(of: agent) }
            return core[0].live == 0 ? FiberSet.caller : kernel.nextFiber()
        }
        // Whoever looks at the accounts finds all of them.
        defer { core[0].settleRetries() }
        while true {
            let next = kernel.nextFiber()
            if next != FiberSet.caller { fibers.switch(to: next) }
            if core[0].live == 0 { return .completed }
            if core[0].untilTurn <= 0 {
                eventsBefore += UInt64(Core.turn - 1)
                core[0].untilTurn = Core.turn
                turn()
            } else if core[0].events.count == 0 {
                return .deadlock(waiting)
            }
        }
    }

    private var waiting: [String] {
        (0..<core[0].agentCount).compactMap { agent in
            let state = core[0].agents[agent].state
            guard state != .ended else { return nil }
            return "\(agent < processors ? "processor \(agent)" : "device agent \(agent - processors)") \(state)"
        }
    }
}

// What it came to
extension SimulatedMachine {
    package var operations: OperationCounts { core[0].counts }
    /// Turns of agents, and messages that have arrived.
    package var events: UInt64 { eventsBefore + UInt64(Core.turn - max(core[0].untilTurn, 1)) }
    /// Nanoseconds.
    package var now: Double { Double(core[0].now) / 1000 }

    package var allLineStatistics: [(name: String, statistics: LineStatistics)] {
        regions.enumerated().map { ($0.element, core[0].lineStatistics[$0.offset]) }
    }

    /// Picoseconds that an agent spent at a site, and how often it was there.
    package func time(of agent: Int, at site: Site) -> (picoseconds: UInt64, count: UInt64) {
        let place = core[0].accountPlace(of: agent, at: site)
        return (core[0].siteTimes[place].picoseconds, core[0].siteTimes[place].count)
    }
}

/// Independent seeds from one: splitmix64 (Steele, Lea, Flood, 2014).
struct SeedMixer {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
