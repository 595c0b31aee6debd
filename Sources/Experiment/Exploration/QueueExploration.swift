import CommandQueue
import Device
import ExploringMachine
import Machine
import SMMUv3

/// Explores the queue: its producers, as they ship, and what reads it.
package struct QueueExploration {
    package let scenario: ExplorationScenario
    package let placement: QueuePlacement
    private let plan: MemoryPlan

    private static let addressBase: UInt64 = 0x8000_0000

    package init(_ scenario: ExplorationScenario) {
        self.scenario = scenario
        var plan = MemoryPlan()
        placement = QueuePlacement(
            geometry: QueueGeometry(log2Entries: scenario.log2Entries), layout: .padded, addressBase: Self.addressBase, plan: &plan)
        self.plan = plan
    }

    /// Nil where there is no memory for the agents' stacks. `show` gets the last execution, which is the wrong one where one was found.
    package func run(show: (Exploration, ExecutionView) -> Void = { _, _ in }) -> Exploration? {
        let reader = scenario.producers
        let isDevice = scenario.reader == .smmu
        guard
            let explorer = Explorer(
                agents: reader + 1, servers: isDevice ? reader..<(reader + 1) : 0..<0, plan: plan, model: scenario.model,
                // A producer that has lost the race for a place looks whether there is space, and tries again.
                freeRetries: [.allocate])
        else { return nil }
        let geometry = placement.geometry
        let record = FixedBuffer(count: 1, repeating: ProtocolRecord(geometry: geometry))
        defer {
            record[0].deallocate()
            record.deallocate()
        }
        let entries = scenario.producers * scenario.commands * (scenario.sync == .none ? 1 : 2)
        let checks = ProtocolChecks(placement: placement, record: record, device: isDevice ? reader : nil, entries: entries, isStrict: scenario.isStrict)
        let (producer, server) = (producer(record), server(record))
        let result = explorer.explore(
            limits: scenario.limits, seed: scenario.strategy == .exhaustive ? nil : scenario.seed,
            begin: { record[0].begin() }, check: { checks.problem(in: $0) }
        ) { agent, processor in
            if agent < reader {
                producer(agent, &processor)
            } else if isDevice {
                server(&processor)
            } else {
                Self.readOnce(placement, &processor)
            }
        }
        show(result, explorer.execution)
        return result
    }

    private func producer(_ record: FixedBuffer<ProtocolRecord>) -> (Int, inout ExploringProcessor) -> Void {
        let scenario = scenario
        let placement = placement
        let queue = LinuxQueue(
            placement: placement, completion: scenario.sync == .cons ? .cons : .msi, lock: scenario.lock, timeout: .max)
        return { agent, processor in
            var mutated = MutatedProcessor(processor, scenario.mutation, placement: placement)
            var observer = RecordingObserver(
                record: record, position: processor.position, producer: agent, geometry: placement.geometry)
            for number in 0..<scenario.commands {
                // TLBI_NH_ASID with an ASID of its own.
                let name = UInt64(agent * scenario.commands + number + 1)
                let commands: InlineArray<1, Command> = [Command(word0: 0x11 | name << 48, word1: 0)]
                _ = queue.issue(commands.span, sync: scenario.sync != .none, on: &mutated, observer: &observer)
            }
        }
    }

    private func server(_ record: FixedBuffer<ProtocolRecord>) -> (inout ExploringProcessor) -> Void {
        let placement = placement
        let addresses = AddressMap(base: Self.addressBase, byteCount: plan.byteCount)
        return { processor in
            var queue = DeviceQueue(
                placement: DeviceQueuePlacement(
                    geometry: placement.geometry, slots: placement.slots, prod: placement.prod, cons: placement.cons,
                    gerror: placement.gerror, gerrorn: placement.gerrorn, rules: CommandRules()),
                addresses: addresses, timing: DeviceTiming())
            var observer = RecordingDeviceObserver(record: record, position: processor.position, geometry: placement.geometry)
            var poll = Poll(timeout: .max)
            while processor.poll(&poll, at: .fetchProd) {
                _ = queue.turn(limit: .max, port: &processor, observer: &observer)
                if let problem = record[0].problem { processor.fail(problem.description) }
            }
        }
    }

    private static func readOnce(_ placement: QueuePlacement, _ processor: inout ExploringProcessor) {
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
