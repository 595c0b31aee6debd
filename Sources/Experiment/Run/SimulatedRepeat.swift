import CommandQueue
import Device
import Machine
import SMMUv3
import SimulatedMachine

/// One repeat of a scenario on the simulated machine.
struct SimulatedRepeat {
    let scenario: Scenario
    let plan: RunPlan
    let model: MachineModel
    let cancellation: Cancellation
    let setup: RunSetup
    /// The core of each producer.
    let cores: [Int]
    /// Nil: no timeline is recorded.
    var timeline: TraceOptions?

    init(scenario: Scenario, plan: RunPlan, model: MachineModel, cancellation: Cancellation) {
        self.scenario = scenario
        self.plan = plan
        self.cancellation = cancellation
        self.model = scenario.simulation.placement.adapted(model)
        cores = scenario.simulation.placement.cores(of: scenario.producers, topology: model.topology)
        setup = RunSetup(scenario)
    }

    func run() throws(ScenarioError) -> RepeatOutcome {
        guard scenario.fault != nil || !scenario.disturbances.isEmpty else {
            return try scenario.withAlgorithm(Visitor(simulatedRepeat: self) { processor, _ in processor })
        }
        let tally = DisturbanceTally()
        func disturb(_ processor: SimulatedProcessor, _ role: AgentRole) -> DisturbedProcessor<SimulatedProcessor> {
            DisturbedProcessor(processor, role: role, scenario: scenario, tally: tally)
        }
        var outcome: RepeatOutcome
        if let fault = scenario.fault {
            let shared = SharedPlainCounter()
            outcome = try scenario.withAlgorithm(
                Visitor(simulatedRepeat: self) { FaultyProcessor(disturb($0, $1), fault: fault, setup: setup, shared: shared) })
        } else {
            outcome = try scenario.withAlgorithm(Visitor(simulatedRepeat: self, wrap: disturb))
        }
        outcome.disturbed(tally.all, in: scenario)
        return outcome
    }

    private struct Visitor<P: BlockingProcessor & DevicePort>: AlgorithmVisitor {
        let simulatedRepeat: SimulatedRepeat
        let wrap: (SimulatedProcessor, AgentRole) -> P

        func visit<Algorithm: InsertionAlgorithm>(_ makeQueue: (RunQueue, Int) -> Algorithm) throws(ScenarioError) -> RepeatOutcome {
            try simulatedRepeat.run(on: wrap, makeQueue)
        }
    }

    private func run<Algorithm: InsertionAlgorithm, P: BlockingProcessor & DevicePort>(
        on wrap: @escaping (SimulatedProcessor, AgentRole) -> P, _ makeQueue: (RunQueue, Int) -> Algorithm
    ) throws(ScenarioError) -> RepeatOutcome {
        let memory = MachineMemory(plan: setup.plan)
        let queues = setup.queues.enumerated().map { makeQueue($0.element, $0.offset) }
        let producers = scenario.producers
        memory.set(setup.running, to: UInt32(producers))
        // Each queue has an agent of its own, which fetches; execution they share.
        guard let machine = SimulatedMachine(
            model: model, memory: memory, cores: cores, devices: setup.queues.count, regions: setup.regions, seed: scenario.seed,
            looksUntilYield: scenario.backoff.looksUntilYield)
        else { throw ScenarioError(.usage, "there is no memory for \(producers) producers; fewer are allowed") }
        for (number, queue) in setup.queues.enumerated() {
            machine.attach(queue.placement.prod, to: number)
            machine.attach(queue.placement.gerrorn, to: number)
        }
        schedulePhases(of: machine, memory)
        if let timeline { machine.record(timeline, queues: setup.queues.map(\.traced)) }
        let latencies = scenario.latencySampling > 0 ? LatencySink() : nil
        let results = ResultSlots(devices: setup.queues.count, producers: producers)
        let clock = ContinuousClock()
        let begun = clock.now
        let ending = machine.run(turn: { if cancellation.isCancelled { memory.set(setup.phase, to: RunControl.isOver) } }) { agent, processor in
            var wrapped = wrap(processor, agent < producers ? .producer(agent) : .device(agent - producers))
            if agent >= producers {
                results.set(device: agent - producers, to: serve(queue: agent - producers, on: &wrapped))
                return
            }
            let own = RunSetup.ownQueue(of: agent, in: scenario)
            let loop = ProducerLoop<Algorithm, P>(
                plan: plan.producers[agent], own: queues[own], main: queues[0],
                latencySampling: scenario.latencySampling, latencies: latencies,
                progressSampling: RunSetup.progressSampling, control: control)
            results.set(
                producer: agent,
                to: loop.run(
                    on: &wrapped, own: observer(of: agent, queue: own, on: machine), main: observer(of: agent, queue: 0, on: machine)))
            processor.finish()
            _ = processor.fetchAdd32(setup.running, .max, .release, at: .audit)
        }
        var outcome = self.outcome(ending, results)
        outcome.simulation = SimulationOutcome(
            operations: machine.operations, events: machine.events, hostSeconds: (clock.now - begun) / .seconds(1), regions: machine.allLineStatistics,
            time: TimeReport(of: machine, producers: results.producersByNumber),
            timeline: machine.trace.map { Timeline(trace: $0, asked: timeline ?? TraceOptions()) })
        return outcome
    }

    private func observer(of producer: Int, queue: Int, on machine: SimulatedMachine) -> ProducerObserver {
        var observer = setup.observer(of: producer, queue: queue, in: scenario)
        observer.gathers = GatherSizes()
        if timeline != nil { observer.recording = InsertionRecording(recorder: machine.insertionRecorder, queue: queue) }
        return observer
    }

    private func outcome(_ ending: SimulatedMachine.Ending, _ results: ResultSlots) -> RepeatOutcome {
        switch ending {
        case .completed:
            var outcome = RepeatAccounts(scenario: scenario, setup: setup, isCancelled: cancellation.isCancelled)
                .outcome(devices: results.allDevices, producers: results.allProducers)
            if plannedEnd.isLimit, outcome.endedAt >= plannedEnd.nanosecond { outcome.isComplete = false }
            return outcome
        case .deadlock(let agents):
            var outcome = RepeatOutcome()
            outcome.violations.add("deadlock: every agent waits for another: \(agents.joined(separator: ", "))")
            outcome.isComplete = false
            return outcome
        }
    }

    /// When producers are told to stop, at the latest; and whether that is the time limit, which cuts the run short.
    private var plannedEnd: (nanosecond: UInt64, isLimit: Bool) {
        let limit = UInt64(scenario.simulation.timeLimitSeconds * 1e9)
        guard case .seconds(let seconds) = scenario.length else { return (limit, true) }
        let end = warmup + UInt64(seconds * 1e9)
        return end <= limit ? (end, false) : (limit, true)
    }

    private var warmup: UInt64 {
        if case .seconds = scenario.length { UInt64(scenario.simulation.warmupNanoseconds) } else { 0 }
    }

    private func schedulePhases(of machine: SimulatedMachine, _ memory: MachineMemory) {
        if warmup > 0 {
            memory.set(setup.phase, to: RunControl.warmsUp)
            machine.schedule(setup.phase, RunControl.measures, atNanosecond: warmup, beginsMeasuring: true)
        }
        machine.schedule(setup.phase, RunControl.isOver, atNanosecond: plannedEnd.nanosecond)
    }

    private var control: RunControl {
        var control = RunControl(phase: setup.phase)
        if case .dmaMap(let loop) = scenario.workload {
            control.mapNanoseconds = loop.mapNanoseconds.map { UInt64($0) } ?? model.workload.map / 1000
            control.unmapNanoseconds = loop.unmapNanoseconds.map { UInt64($0) } ?? model.workload.unmap / 1000
        }
        return control
    }
}

// The device
extension SimulatedRepeat {
    private func serve<P: Processor & DevicePort>(queue: Int, on processor: inout P) -> DeviceOutcome {
        switch scenario.checks {
        case .standard: DeviceLoop<P, SumAudit>(queue: queue, of: self).run(on: &processor)
        case .full: DeviceLoop<P, RecordAudit>(queue: queue, of: self).run(on: &processor)
        }
    }

    /// The machine's, but for what the scenario gives itself.
    fileprivate var timing: DeviceTiming {
        let given = scenario.device
        var timing = DeviceTiming()
        timing.command = given.tlbiNanoseconds > 0 ? UInt64(given.tlbiNanoseconds) * 1000 : model.device.tlbInvalidation
        if given.tlbiNanoseconds == 0 {
            timing.configuration = model.device.configurationInvalidation
            timing.addressTranslationCache = model.device.atcInvalidation
        }
        timing.sync = given.syncNanoseconds > 0 ? UInt64(given.syncNanoseconds) * 1000 : model.device.sync
        timing.fetch = given.fetchNanoseconds > 0 ? UInt64(given.fetchNanoseconds) * 1000 : model.device.fetch
        timing.consEvery = UInt32(given.consEvery)
        return timing
    }

    /// Where queues share the engine, a turn is what the machine gives them.
    fileprivate var turnLimit: UInt32 {
        UInt32(setup.queues.count == 1 ? scenario.device.turnLimit : min(scenario.device.turnLimit, model.device.turnCommands))
    }
}

extension DeviceLoop {
    fileprivate init(queue: Int, of simulated: SimulatedRepeat) {
        self.init(
            queueNumbers: [queue], setup: simulated.setup, timing: simulated.timing, turnLimit: simulated.turnLimit,
            producers: simulated.scenario.producers, memoryBytes: simulated.setup.plan.byteCount)
    }
}
