import CommandQueue
import Device
import ExploringMachine
import Machine
import SMMUv3

/// Explores the queue: its producers, as they ship, and what reads it.
package struct QueueExploration {
    package let scenario: ExplorationScenario
    package let placement: QueuePlacement
    /// Gets what the agents say of each complete execution, and how to read its memory.
    var atEnd: ((ProtocolRecord, (Word64) -> UInt64) -> Void)?
    /// False: a producer keeps to itself that it has waited for space for too long. A fault for tests.
    var reportsTimeouts = true
    let unmapping: UnmapProtocol?
    private let plan: MemoryPlan

    private static let addressBase: UInt64 = 0x8000_0000

    package init(_ scenario: ExplorationScenario) {
        self.scenario = scenario
        var plan = MemoryPlan()
        placement = QueuePlacement(
            geometry: QueueGeometry(log2Entries: scenario.log2Entries), layout: .padded, addressBase: Self.addressBase,
            queuedProducers: scenario.queue == .spinlockOnFailure ? scenario.producers : 0, plan: &plan)
        unmapping = scenario.work == .unmap ? UnmapProtocol(producers: scenario.producers, plan: &plan) : nil
        self.plan = plan
    }

    /// Nil where there is no memory for the agents' stacks. `show` gets the steps of the execution that is wrong.
    /// With a `schedule` only that execution.
    package func run(following schedule: [ScheduleStep]? = nil, show: ([ExecutionStep]) -> Void = { _ in }) -> Exploration? {
        let record = FixedBuffer(count: 1, repeating: ProtocolRecord(geometry: placement.geometry))
        defer {
            record[0].deallocate()
            record.deallocate()
        }
        if scenario.isInterleaved {
            guard let interleaver = makeInterleaver() else { return nil }
            let result = interleave(record, interleaver, scenario.limits)
            if result.violation != nil { show(interleaver.steps) }
            return result
        }
        guard let explorer = makeExplorer() else { return nil }
        let scheduler = scenario.strategy == .exhaustive ? nil : RandomScheduler(randomStrategy, seed: scenario.seed)
        let result = explore(record, explorer, scenario.limits, scheduler: scheduler, schedule: schedule)
        if result.violation != nil { show(explorer.steps) }
        return result
    }

    private var device: Int? { scenario.reader == .smmu ? scenario.producers : nil }
    private var servers: Range<Int> { device.map { $0..<($0 + 1) } ?? 0..<0 }
    private var checks: (FixedBuffer<ProtocolRecord>) -> ProtocolChecks {
        { record in
            ProtocolChecks(
                placement: placement, record: record, device: device,
                entries: scenario.entries, stopsAfter: scenario.deviceStopsAfter, isStrict: scenario.isStrict,
                hasSeparateCons: scenario.queue == .fetchAdd)
        }
    }

    /// Who has waited for space for a second says so and goes on looking. Where the device stops, CMD_SYNCs are given up too.
    private var patience: Patience {
        scenario.deviceStopsAfter == nil
            ? Patience(waits: [.awaitSpace]) : Patience(waits: [.awaitSpace, .awaitSync], polls: [.awaitSpace, .awaitSync], isFinal: true)
    }

    /// Who has lost the race for a place, or for the spinlock, does nothing but try again.
    private var freeRetries: [Site] {
        switch scenario.queue {
        case .linux: [.allocate]
        case .spinlock: [.lockQueue]
        case .spinlockOnFailure, .fetchAdd: []
        }
    }

    var randomStrategy: RandomScheduler.Strategy {
        switch scenario.strategy {
        case .pct: .priorities(depth: scenario.depth)
        case .preemptions: .preemptions(most: scenario.preemptions)
        case .exhaustive, .random: .uniform
        }
    }

    func makeExplorer() -> Explorer? {
        Explorer(
            agents: scenario.agents, servers: servers, plan: plan, model: scenario.model,
            freeRetries: scenario.followsRetries || scenario.mutation.showsInRetries ? [] : freeRetries, patience: patience)
    }

    func makeInterleaver() -> Interleaver? {
        Interleaver(
            agents: scenario.agents, servers: servers, plan: plan, strategy: randomStrategy, seed: scenario.seed, patience: patience)
    }

    func explore(
        _ record: FixedBuffer<ProtocolRecord>, _ explorer: Explorer, _ limits: ExplorationLimits, scheduler: RandomScheduler? = nil,
        schedule: [ScheduleStep]? = nil, part: ExplorationPart? = nil, alsoAtEnd: (ExecutionView) -> Void = { _ in }
    ) -> Exploration {
        let checks = checks(record)
        return explorer.explore(
            limits: limits, scheduler: scheduler, schedule: schedule, part: part,
            begin: { record[0].begin() },
            check: { execution in
                atEnd?(record[0]) { execution.finalValue(of: $0) }
                alsoAtEnd(execution)
                return checks.problem(in: execution)
            }, program(record, ExploringProcessor.self))
    }

    func interleave(_ record: FixedBuffer<ProtocolRecord>, _ interleaver: Interleaver, _ limits: ExplorationLimits) -> Exploration {
        let checks = checks(record)
        let (pointers, prod, lock) = (placement.pointers.low, placement.prod.word, placement.lock)
        return interleaver.run(
            limits: limits, begin: { record[0].begin() },
            check: {
                atEnd?(record[0]) { interleaver.value(of: $0) }
                return checks.problem(allocated: interleaver.value(of: pointers), prod: interleaver.value(of: prod), lock: interleaver.value(of: lock)) {
                    interleaver.timeouts(at: $0)
                }
            },
            program(record, InterleavingProcessor.self))
    }

    /// What each agent does.
    private func program<P: ExploredProcessor>(_ record: FixedBuffer<ProtocolRecord>, _: P.Type) -> (Int, inout P) -> Void {
        let (producer, server): ((Int, inout P) -> Void, (inout P) -> Void) = (producer(record), server(record))
        let (device, producers, placement, unmapping) = (device, scenario.producers, placement, unmapping)
        return { agent, processor in
            if agent < producers {
                producer(agent, &processor)
            } else if agent == device {
                server(&processor)
            } else if agent == producers + 1 {
                unmapping?.attach(on: &processor)
            } else if let unmapping {
                record[0].cachedPages = unmapping.fillCache(on: &processor)
            } else {
                Self.readOnce(placement, &processor)
            }
        }
    }

    private func producer<P: ExploredProcessor>(_ record: FixedBuffer<ProtocolRecord>) -> (Int, inout P) -> Void {
        let (placement, mutation, count, batch, sync) = (placement, scenario.mutation, scenario.commands, scenario.batch, scenario.sync != .none)
        let unmapping = unmapping
        let queue = ExploredQueue(scenario, placement)
        let reportsTimeouts = reportsTimeouts
        return { agent, processor in
            var observer = RecordingObserver(
                record: record, position: processor.position, producer: agent, reportsTimeouts: reportsTimeouts, geometry: placement.geometry)
            for number in 0..<count {
                // TLBI_NH_ASID with an ASID of its own.
                let commands = InlineArray<16, Command> { Command(word0: 0x11 | UInt64((agent * count + number) * batch + $0 + 1) << 48, word1: 0) }
                let list = commands.span.extracting(first: batch)
                if mutation == .none {
                    Self.insert(list, sync, to: queue, unmapping, of: agent, record, on: &processor, &observer)
                } else {
                    var mutated = MutatedProcessor(processor, mutation, placement: placement, takesShare: sync)
                    Self.insert(list, sync, to: queue, unmapping, of: agent, record, on: &mutated, &observer)
                }
            }
        }
    }

    /// An insertion, and what goes on around it.
    private static func insert<P: Processor, O: QueueObserver>(
        _ commands: Span<Command>, _ sync: Bool, to queue: ExploredQueue, _ unmapping: UnmapProtocol?, of producer: Int,
        _ record: FixedBuffer<ProtocolRecord>, on processor: inout P, _ observer: inout O
    ) {
        unmapping?.unmap(producer, on: &processor)
        _ = queue.issue(commands, sync: sync, on: &processor, observer: &observer)
        if let unmapping, !unmapping.mustInvalidateDevices(on: &processor) { record[0].findsNoMasters |= 1 << UInt8(producer) }
    }

    private func server<P: ExploredProcessor>(_ record: FixedBuffer<ProtocolRecord>) -> (inout P) -> Void {
        let (placement, mutation, stopsAfter) = (placement, scenario.mutation, scenario.deviceStopsAfter)
        let addresses = AddressMap(base: Self.addressBase, byteCount: plan.byteCount)
        return { processor in
            var queue = DeviceQueue(
                placement: DeviceQueuePlacement(
                    geometry: placement.geometry, slots: placement.slots, prod: placement.prod, cons: placement.cons,
                    gerror: placement.gerror, gerrorn: placement.gerrorn, rules: CommandRules()),
                addresses: addresses, timing: DeviceTiming())
            var observer = RecordingDeviceObserver(record: record, position: processor.position, geometry: placement.geometry)
            var poll = Poll(timeout: .max)
            var left = stopsAfter.map { UInt32($0) } ?? .max
            while left > 0, processor.poll(&poll, at: .fetchProd) {
                let done: UInt32
                if mutation == .none {
                    done = queue.turn(limit: left, port: &processor, observer: &observer)
                } else {
                    var mutated = MutatedDevice(base: processor, mutation: mutation, placement: placement)
                    done = queue.turn(limit: left, port: &mutated, observer: &observer)
                }
                if stopsAfter != nil { left -= done }
                if let problem = record[0].problem { processor.fail(problem.description) }
            }
        }
    }

    private static func readOnce<P: ExploredProcessor>(_ placement: QueuePlacement, _ processor: inout P) {
        let end = processor.ownRegister(placement.prod, at: .fetchProd)
        for pointer in 0..<end where processor.dmaRead64(placement.slot(pointer), at: .fetchEntries) == 0 {
            processor.fail("slot \(pointer) is below PROD, and the reader finds it unwritten")
        }
    }
}

extension ProtocolRecord.Problem: CustomStringConvertible {
    var description: String {
        switch self {
        case .staleSlot(let pointer): "the device executes at \(pointer) what nobody has put there"
        case .refused(let pointer): "the device refuses what it finds at \(pointer)"
        case .beyondQueue(let cons, let prod): "the device reads PROD \(prod), which is not ahead of its CONS \(cons) by at most the queue"
        }
    }
}
