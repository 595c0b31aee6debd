import CommandQueue
import Device
import Machine
import SMMUv3

/// The device of a single-threaded test: shared, so that several processors can take turns with it.
final class TestDevice {
    var queue: DeviceQueue
    var executed = ExecutedLog()
    /// Runs at every doorbell, register read and poll; off, the device does nothing until `run`.
    var isRunning = true
    /// Called at each poll, before the device runs.
    var onPoll: ((Int) -> Void)?
    var polls = 0

    init(queue: DeviceQueue) { self.queue = queue }
}

/// What the device has executed, in order.
struct ExecutedLog: DeviceObserver {
    var entries: [(pointer: UInt32, command: Command)] = []
    var stops: [CommandError] = []

    var commands: [Command] { entries.map(\.command).filter { !$0.isSync } }
    var syncCount: Int { entries.count { $0.command.isSync } }

    mutating func executed<Port: DevicePort>(_ commands: Span<Command>, from pointer: UInt32, port: inout Port) {
        for index in commands.indices { entries.append((pointer &+ UInt32(index), commands[index])) }
    }
    mutating func executedSync<Port: DevicePort>(_ command: Command, at pointer: UInt32, port: inout Port) {
        entries.append((pointer, command))
    }
    mutating func stopped<Port: DevicePort>(at pointer: UInt32, command: Command, error: CommandError, port: inout Port) {
        stops.append(error)
    }
}

struct TestAgent: InlineAgent {
    let device: TestDevice

    func run(port: inout InlinePort) {
        guard device.isRunning else { return }
        while device.queue.turn(limit: .max, port: &port, observer: &device.executed) > 0 {}
    }
    mutating func registerWritten(_ register: Register32, port: inout InlinePort) { run(port: &port) }
    mutating func registerRead(_ register: Register32, port: inout InlinePort) { run(port: &port) }
    mutating func polled(port: inout InlinePort) {
        device.polls += 1
        device.onPoll?(device.polls)
        run(port: &port)
    }
}

/// One queue with its device on the inline machine.
struct QueueFixture {
    static let addressBase: UInt64 = 0x8000_0000

    let placement: QueuePlacement
    let memory: MachineMemory
    let byteCount: Int
    let device: TestDevice

    init(log2Entries: Int, layout: QueuePlacement.Layout = .linux, queuedProducers: Int = 0) {
        var plan = MemoryPlan()
        placement = QueuePlacement(
            geometry: QueueGeometry(log2Entries: log2Entries), layout: layout, addressBase: Self.addressBase,
            queuedProducers: queuedProducers, plan: &plan)
        memory = MachineMemory(plan: plan)
        byteCount = plan.byteCount
        device = TestDevice(queue: placement.deviceQueue(byteCount: plan.byteCount))
    }

    func processor() -> InlineProcessor<TestAgent> {
        InlineProcessor(memory: memory, agent: TestAgent(device: device))
    }

    func recorder() -> (processor: RecordingProcessor<InlineProcessor<TestAgent>>, recording: Recording) {
        let recording = Recording(placement: placement)
        return (RecordingProcessor(processor(), recording: recording), recording)
    }

    func queue(
        _ completion: SyncCompletion = .msi, lock: QueueLock.Form = .counted, timeout: UInt64 = 1_000_000
    ) -> LinuxQueue {
        LinuxQueue(placement: placement, completion: completion, lock: lock, timeout: timeout)
    }

    /// The words that the algorithm keeps, now.
    var state: QueueState { QueueState(placement: placement, memory: memory) }

    func entry(_ index: UInt32) -> Command {
        let slot = placement.slot(index)
        return Command(word0: memory.inspect(slot), word1: memory.inspect(slot.advanced(by: 1)))
    }

    /// Brings the queue to where `pointer` (on the first lap) is next, by insertions that the device executes.
    func advance(to pointer: UInt32) {
        var processor = processor()
        var observer = NoQueueObserver()
        for _ in 0..<pointer {
            _ = queue(.cons).issue([Command]().span, sync: true, on: &processor, observer: &observer)
        }
        device.executed = ExecutedLog()
        device.polls = 0
    }

    /// Sets the driver's words and the registers to how they are when `pointer` is next, all before it
    /// is consumed and nobody is at work. The device knows nothing of it, so it must not run.
    func rest(at pointer: UInt32) {
        memory.set(placement.pointers, to: UInt64(pointer) << 32 | UInt64(pointer))
        memory.set(placement.ownerProd, to: pointer)
        memory.set(placement.prod, to: pointer)
        memory.set(placement.cons, to: pointer)
        for (word, bits) in restingValidMap(placement.geometry, at: pointer).enumerated() {
            memory.set(placement.validMap.advanced(by: word), to: bits)
        }
    }

    /// Problems with the state once nobody is at work and the device is done; empty if there are none.
    func restingProblems(cons expectedCons: UInt32? = nil) -> [String] { state.restingProblems(cons: expectedCons) }
}

extension QueuePlacement {
    func deviceQueue(byteCount: Int, timing: DeviceTiming = DeviceTiming()) -> DeviceQueue {
        DeviceQueue(
            placement: DeviceQueuePlacement(
                geometry: geometry, slots: slots, prod: prod, cons: cons, gerror: gerror, gerrorn: gerrorn, rules: CommandRules()),
            addresses: AddressMap(base: QueueFixture.addressBase, byteCount: byteCount), timing: timing)
    }
}

/// A harmless command that says who inserted it and as which of theirs.
func command(_ sequence: Int, producer: Int = 0) -> Command {
    Command(word0: UInt64(Opcode.tlbiNHVA.rawValue), word1: UInt64(producer) << 48 | UInt64(sequence) << 12)
}

func commands(_ count: Int, from first: Int = 0, producer: Int = 0) -> [Command] {
    (first..<(first + count)).map { command($0, producer: producer) }
}
