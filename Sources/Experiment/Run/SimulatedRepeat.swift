import CommandQueue
import Device
import Machine
import SMMUv3
import SimulatedMachine

/// One run of a scenario on the simulated machine.
struct SimulatedRepeat {
    let scenario: Scenario
    let plan: RunPlan
    let setup: RunSetup
    let model: MachineModel
    let cores: [Int]
    /// Nanoseconds of virtual time before the measured part, and in all; nil: until the producers have done their work.
    var warmup: UInt64 = 0
    var length: UInt64?

    func run() -> (RepeatOutcome, SimulatedMachine) {
        let timeout = UInt64(scenario.timeoutMilliseconds) * 1_000_000
        switch scenario.algorithm {
        case .linux:
            return run { [lock = scenario.lock.queueLockForm] queue in
                LinuxQueue(placement: queue.placement, completion: queue.completion, lock: lock, timeout: timeout)
            }
        case .spinlock, .mutex:
            return run { queue in
                SpinlockQueue(placement: queue.placement, completion: queue.completion, timeout: timeout)
            }
        }
    }

    private func run<Algorithm: InsertionAlgorithm>(_ makeQueue: (RunQueue) -> Algorithm) -> (RepeatOutcome, SimulatedMachine) {
        let memory = MachineMemory(plan: setup.plan)
        let queues = setup.queues.map(makeQueue)
        let producers = scenario.producers
        memory.set(setup.running, to: UInt32(producers))
        let machine = SimulatedMachine(
            model: model, memory: memory, cores: cores, devices: 1, regions: setup.regions, seed: scenario.seed)!
        for queue in setup.queues {
            machine.attach(queue.placement.prod, to: 0)
            machine.attach(queue.placement.gerrorn, to: 0)
        }
        if warmup > 0 {
            memory.set(setup.phase, to: RunControl.warmsUp)
            machine.schedule(setup.phase, RunControl.measures, atNanosecond: warmup)
        }
        if let length { machine.schedule(setup.phase, RunControl.isOver, atNanosecond: length) }
        let results = ResultSlots(devices: 1, producers: producers)
        let ending = machine.run(turn: {}) { agent, processor in
            if agent >= producers {
                let loop = DeviceLoop<SimulatedProcessor, SumAudit>(
                    queueNumbers: Array(setup.queues.indices), setup: setup, timing: timing,
                    turnLimit: UInt32(scenario.device.turnLimit), producers: producers, memoryBytes: setup.plan.byteCount)
                results.set(device: agent - producers, to: loop.run(on: &processor))
            } else {
                let own = RunSetup.ownQueue(of: agent, in: scenario)
                let loop = ProducerLoop<Algorithm, SimulatedProcessor>(
                    plan: plan.producers[agent], own: queues[own], main: queues[0],
                    latencySampling: scenario.latencySampling, progressSampling: NativeRepeat.progressSampling, control: control)
                results.set(producer: agent, to: loop.run(
                    on: &processor, own: observer(of: agent, queue: own), main: observer(of: agent, queue: 0)))
                processor.finish()
                _ = processor.fetchAdd32(setup.running, .max, .release, at: .audit)
            }
        }
        if case .deadlock(let agents) = ending { print("deadlock", agents) }
        let outcome = RepeatAccounts(scenario: scenario, setup: setup, isCancelled: false)
            .outcome(devices: results.allDevices, producers: results.allProducers)
        return (outcome, machine)
    }

    private var control: RunControl {
        var control = RunControl(phase: setup.phase)
        if case .dmaMap(let loop) = scenario.workload {
            control.mapNanoseconds = loop.mapNanoseconds.map { UInt64($0) } ?? model.workload.map / 1000
            control.unmapNanoseconds = loop.unmapNanoseconds.map { UInt64($0) } ?? model.workload.unmap / 1000
        }
        return control
    }

    private var timing: DeviceTiming {
        var timing = DeviceTiming()
        timing.command = model.device.tlbInvalidation / 1000
        timing.configuration = model.device.configurationInvalidation / 1000
        timing.addressTranslationCache = model.device.atcInvalidation / 1000
        timing.sync = model.device.sync / 1000
        timing.fetch = model.device.fetch / 1000
        timing.consEvery = UInt32(scenario.device.consEvery)
        return timing
    }

    private func observer(of producer: Int, queue number: Int) -> ProducerObserver {
        let queue = setup.queues[number]
        let evidence: ProducerObserver.SyncEvidence = switch (scenario.algorithm, queue.completion) {
        case (.linux, .msi): .clearedSlot
        case (_, .msi): .recordOnly
        default: .consumed
        }
        return ProducerObserver(
            producer: producer, queueName: queue.name, audit: queue.audit, queue: queue.placement,
            evidence: evidence, level: scenario.checks, hasKnownSums: scenario.algorithm != .spinlock)
    }
}

extension RunSetup {
    /// The parts of memory whose lines are told apart.
    var regions: [SimulatedMachine.Region] {
        queues.prefix(1).flatMap { queue in
            let placement = queue.placement
            func line(_ name: String, _ offset: Int) -> SimulatedMachine.Region {
                .init(name: name, bytes: offset..<(offset + 1))
            }
            return [
                line("llq", placement.pointers.offset), line("owner_prod+lock", placement.lock.offset),
                .init(name: "valid map", bytes: placement.validMap.offset..<(placement.validMap.offset + Int(placement.geometry.entries) / 8)),
                .init(name: "slots", bytes: placement.slots.offset..<(placement.slots.offset + Int(placement.geometry.entries) * 16)),
            ]
        }
    }
}
