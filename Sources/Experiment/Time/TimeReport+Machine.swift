import Machine
import SimulatedMachine

extension TimeReport {
    /// What the machine's run came to. `producers` by number; nil where one has not come to its end.
    init(of machine: SimulatedMachine, producers: [ProducerOutcome?]) {
        let duration = machine.measuredTime
        var allCounts = ProducerCounts()
        var allGathers = GatherSizes()
        picoseconds = duration
        processors = (0..<machine.processors).map { number in
            let outcome = producers[number]
            let counts = outcome.map { $0.counts - $0.countsBefore } ?? ProducerCounts()
            let gathers = outcome?.gathers ?? GatherSizes()
            allCounts += counts
            allGathers.merge(gathers)
            let time = AgentTime(of: number, on: machine, Phase.ofProcessors)
            return ProcessorTime(
                running: time.runningPicoseconds, phases: time.phases, counts: counts, gathers: gathers)
        }
        devices = (machine.processors..<(machine.processors + machine.devices)).map {
            AgentTime(of: $0, on: machine, Phase.ofDevices)
        }
        var phases = Phase.ofProcessors.map { PhaseTime(phase: $0, picoseconds: 0, operations: 0) }
        for processor in processors {
            for index in phases.indices {
                phases[index].picoseconds += processor.phases[index].picoseconds
                phases[index].operations += processor.phases[index].operations
            }
        }
        total = ProcessorTime(
            running: processors.reduce(0) { $0 + $1.runningPicoseconds }, phases: phases, counts: allCounts, gathers: allGathers)
        lines = machine.measuredLines.map { LineTime(name: $0.name, $0.statistics, over: duration) }
        operations = Operations(machine.measuredOperations)
    }
}

extension AgentTime {
    fileprivate init(of agent: Int, on machine: SimulatedMachine, _ phases: [Phase]) {
        runningPicoseconds = machine.runningTime(of: agent)
        var times = Dictionary(uniqueKeysWithValues: phases.map { ($0, PhaseTime(phase: $0, picoseconds: 0, operations: 0)) })
        for site in Site.allCases {
            let (picoseconds, count) = machine.measured(agent, at: site)
            // A site of the other side's, if anybody should come there, is none of the phases that are listed.
            let phase = Phase(site)
            let listed = times[phase] == nil ? Phase.other : phase
            times[listed]!.picoseconds += picoseconds
            times[listed]!.operations += count
        }
        self.phases = phases.map { times[$0]! }
    }
}

extension ProcessorTime {
    fileprivate init(running: UInt64, phases: [PhaseTime], counts: ProducerCounts, gathers: GatherSizes) {
        self.init(
            runningPicoseconds: running, phases: phases, allocations: counts.allocations, casAttempts: counts.casAttempts,
            attemptsPerSuccess: Self.quotient(counts.casAttempts, counts.allocations), gathers: Gathers(gathers))
    }

    fileprivate static func quotient(_ value: UInt64, _ divisor: UInt64) -> Double {
        divisor == 0 ? 0 : Double(value) / Double(divisor)
    }
}

extension Gathers {
    fileprivate init(_ sizes: GatherSizes) {
        self.init(
            count: sizes.count, entries: sizes.entries, meanEntries: ProcessorTime.quotient(sizes.entries, sizes.count),
            largest: sizes.largest,
            sizes: sizes.counts.enumerated().filter { $0.element > 0 }.map { Size(upTo: 1 << UInt32($0.offset), count: $0.element) })
    }
}

extension LineTime {
    fileprivate init(name: String, _ statistics: LineStatistics, over duration: UInt64) {
        let requests = statistics.requests
        self.init(
            name: name, requests: requests, transfers: statistics.transfers,
            queuedPicoseconds: statistics.queued, takenPicoseconds: statistics.taken,
            meanQueueLength: ProcessorTime.quotient(statistics.queued, duration),
            meanWaitNanoseconds: ProcessorTime.quotient(statistics.queued, requests) / 1000,
            meanServiceNanoseconds: ProcessorTime.quotient(statistics.taken - statistics.queued, requests) / 1000)
    }
}

extension Operations {
    fileprivate init(_ counts: OperationCounts) {
        self.init(
            loads: counts.loads, stores: counts.stores, updates: counts.updates,
            registerAccesses: counts.registerAccesses, deviceWords: counts.deviceWords, total: counts.total)
    }
}
