import CommandQueue
import Device
import Foundation
import Machine
import SMMUv3

/// One repeat of a scenario on the native machine.
struct NativeRepeat: Sendable {
    let scenario: Scenario
    let plan: RunPlan
    let setup: RunSetup
    let cancellation: Cancellation

    init(scenario: Scenario, plan: RunPlan, cancellation: Cancellation) {
        self.scenario = scenario
        self.plan = plan
        self.cancellation = cancellation
        setup = RunSetup(scenario)
    }

    func run() throws(ScenarioError) -> RepeatOutcome {
        guard scenario.fault != nil || !scenario.disturbances.isEmpty else { return try run(on: { processor, _ in processor }) }
        let tally = DisturbanceTally()
        let disturb: @Sendable (NativeProcessor, AgentRole) -> DisturbedProcessor<NativeProcessor> = { [scenario] in
            DisturbedProcessor($0, role: $1, scenario: scenario, tally: tally)
        }
        var outcome: RepeatOutcome
        if let fault = scenario.fault {
            let shared = SharedPlainCounter()
            outcome = try run(on: { [setup] in FaultyProcessor(disturb($0, $1), fault: fault, setup: setup, shared: shared) })
        } else {
            outcome = try run(on: disturb)
        }
        outcome.disturbed(tally.all, in: scenario)
        return outcome
    }

    /// Runs the scenario's algorithm on the processors that `wrap` makes of the machine's.
    func run<P: BlockingProcessor & DevicePort & SendableMetatype>(
        on wrap: @escaping @Sendable (NativeProcessor, AgentRole) -> P
    ) throws(ScenarioError) -> RepeatOutcome {
        try scenario.withAlgorithm(Visitor(nativeRepeat: self, wrap: wrap))
    }

    /// Maps and unmaps take the native machine no time of their own but what the workload asks for.
    private var control: RunControl {
        var control = RunControl(phase: setup.phase)
        if case .dmaMap(let loop) = scenario.workload {
            control.mapNanoseconds = UInt64(loop.mapNanoseconds ?? 0)
            control.unmapNanoseconds = UInt64(loop.unmapNanoseconds ?? 0)
        }
        return control
    }

    private struct Visitor<P: BlockingProcessor & DevicePort & SendableMetatype>: AlgorithmVisitor {
        let nativeRepeat: NativeRepeat
        let wrap: @Sendable (NativeProcessor, AgentRole) -> P

        func visit<Algorithm: InsertionAlgorithm>(_ makeQueue: (RunQueue, Int) -> Algorithm) throws(ScenarioError) -> RepeatOutcome {
            try nativeRepeat.run(on: wrap, makeQueue)
        }
    }

    private func run<Algorithm: InsertionAlgorithm, P: BlockingProcessor & DevicePort & SendableMetatype>(
        on wrap: @escaping @Sendable (NativeProcessor, AgentRole) -> P, _ makeQueue: (RunQueue, Int) -> Algorithm
    ) throws(ScenarioError) -> RepeatOutcome {
        let memory = MachineMemory(plan: setup.plan)
        let mutexes = MutexSet(count: setup.queues.count)
        let queues = setup.queues.enumerated().map { makeQueue($0.element, $0.offset) }
        let producers = scenario.producers
        let deviceThreads = min(scenario.device.threads, setup.queues.count)
        memory.set(setup.running, to: UInt32(producers))

        let results = ResultSlots(devices: deviceThreads, producers: producers)
        let keeper = deviceThreads + producers
        let body: @Sendable (Int) -> Void = { [self] agent in
            let role: AgentRole = agent == keeper ? .keeper : agent < deviceThreads ? .device(agent) : .producer(agent - deviceThreads)
            var processor = wrap(NativeProcessor(memory: memory, backoff: scenario.backoff, mutexes: mutexes), role)
            if agent == keeper {
                keepTime(memory: memory)
            } else if agent < deviceThreads {
                switch scenario.checks {
                case .standard: serve(SumAudit.self, thread: agent, of: deviceThreads, on: &processor, results)
                case .full: serve(RecordAudit.self, thread: agent, of: deviceThreads, on: &processor, results)
                }
            } else {
                let producer = agent - deviceThreads
                let own = RunSetup.ownQueue(of: producer, in: scenario)
                let loop = ProducerLoop<Algorithm, P>(
                    plan: plan.producers[producer], own: queues[own], main: queues[0],
                    latencySampling: scenario.latencySampling, latencies: scenario.latencySampling > 0 ? LatencySink() : nil,
                    progressSampling: RunSetup.progressSampling, control: control)
                let observers = (own: setup.observer(of: producer, queue: own, in: scenario), main: setup.observer(of: producer, queue: 0, in: scenario))
                meet(on: &processor)
                results.set(producer: producer, to: loop.run(on: &processor, own: observers.own, main: observers.main))
                // Release: the device's threads end when they see 0, and must then find everything published.
                _ = processor.fetchAdd32(setup.running, .max, .release, at: .audit)
            }
        }
        do {
            try NativeThreads.run(
                count: keeper + 1, pinned: scenario.pinned,
                onFailure: { abandon(memory: memory) }, body)
        } catch {
            let thread = "thread \(error.agent + 1) of \(keeper + 1)"
            throw ScenarioError(
                .usage,
                error.isUnpinned
                    ? "\(thread) cannot be pinned to a core (error \(error.errorNumber)); run without --pin"
                    : "\(thread) cannot be started (error \(error.errorNumber)); ask for fewer producers")
        }
        return RepeatAccounts(scenario: scenario, setup: setup, isCancelled: cancellation.isCancelled)
            .outcome(devices: results.allDevices, producers: results.allProducers)
    }

    private func serve<P: Processor & DevicePort, Audit: DeviceAudit>(
        _ audit: Audit.Type, thread: Int, of threads: Int, on processor: inout P, _ results: ResultSlots
    ) {
        let loop: DeviceLoop<P, Audit> = deviceLoop(thread: thread, of: threads)
        meet(on: &processor)
        results.set(device: thread, to: loop.run(on: &processor))
    }

    private func deviceLoop<P, Audit>(thread: Int, of threads: Int) -> DeviceLoop<P, Audit> {
        var timing = DeviceTiming()
        timing.command = UInt64(scenario.device.tlbiNanoseconds) * 1000
        timing.sync = UInt64(scenario.device.syncNanoseconds) * 1000
        timing.fetch = UInt64(scenario.device.fetchNanoseconds) * 1000
        timing.consEvery = UInt32(scenario.device.consEvery)
        return DeviceLoop(
            queueNumbers: Array(stride(from: thread, to: setup.queues.count, by: threads)), setup: setup,
            timing: timing, turnLimit: UInt32(scenario.device.turnLimit), producers: scenario.producers,
            memoryBytes: setup.plan.byteCount)
    }

    /// Waits until every agent is ready.
    private func meet(on processor: inout some Processor) {
        let agents = UInt32(min(scenario.device.threads, setup.queues.count) + scenario.producers)
        _ = processor.fetchAdd32(setup.ready, 1, .full, at: .audit)
        _ = processor.wait32(setup.ready, at: .audit) { $0 >= agents }
    }

    /// Ends the run when its time is over or it is cancelled, and itself when the producers have ended.
    private func keepTime(memory: MachineMemory) {
        var deadline: ContinuousClock.Instant?
        let clock = ContinuousClock()
        while memory.inspect(setup.running) != 0 {
            if deadline == nil, case .seconds(let seconds) = scenario.length, memory.inspect(setup.ready) >= UInt32(scenario.producers) {
                deadline = clock.now + .seconds(seconds)
            }
            let now = clock.now
            if cancellation.isCancelled || deadline.map({ now >= $0 }) == true {
                memory.set(setup.phase, to: RunControl.isOver)
            }
            let left = deadline.map { max(.zero, $0 - now) } ?? .milliseconds(10)
            Thread.sleep(forTimeInterval: min(0.01, max(0.0005, left / .seconds(1))))
        }
    }

    private func abandon(memory: MachineMemory) {
        memory.set(setup.phase, to: RunControl.isOver)
        memory.set(setup.ready, to: .max / 2)
        memory.set(setup.running, to: 0)
    }
}
