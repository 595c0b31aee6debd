import CommandQueue
import Device
import Machine

/// A producer that is alone on the machine, so that its time is that of its instructions and of no cache line that moves.
///
/// The device's part is done inside the doorbell: by a device, or, where there is none, by as little as lets the producer go on.
struct SoloProcessor: WordProcessor, BlockingProcessor {
    typealias Dependency = UntrackedDependency

    let words: AtomicWords
    private let queue: RunQueue
    private var port: NativeProcessor
    private var device: ServedQueue<SumAudit>?
    /// What producers find that look for space, where that is measured.
    private(set) var spaceLooks: SpaceLooks?

    init(memory: MachineMemory, queue: RunQueue, memoryBytes: Int, hasDevice: Bool, spaceLooks: SpaceLooks? = nil) {
        self.queue = queue
        self.spaceLooks = spaceLooks
        words = memory.words
        // It never waits, but where it is told to give its core away.
        port = NativeProcessor(memory: memory, backoff: spaceLooks == nil ? .spin : .yield(looks: 1))
        guard hasDevice else { return }
        device = ServedQueue(
            DeviceQueue(
                placement: queue.devicePlacement, addresses: AddressMap(base: RunSetup.addressBase, byteCount: memoryBytes),
                timing: DeviceTiming()),
            observer: SumAudit(queueName: queue.name, placement: queue.audit, producers: 1))
    }

    mutating func readRegister(_ register: Register32, _ ordering: RegisterReadOrdering, at site: Site) -> Reading32 {
        port.readRegister(register, ordering, at: site)
    }

    /// What is inserted ends in a CMD_SYNC that completes by MSI.
    mutating func writeRegister(
        _ register: Register32, _ value: UInt32, _ ordering: RegisterWriteOrdering, at site: Site, dependingOn dependency: Dependency
    ) {
        port.writeRegister(register, value, ordering, at: site)
        spaceLooks?.inserted(at: port.clock())
        guard device == nil else {
            _ = device!.turn(limit: .max, port: &port)
            return
        }
        words.store32(queue.placement.slot(value &- 1).low, 0, .relaxed)
        words.store32(queue.placement.cons.word, value, .relaxed)
        words.store32(queue.audit.executed, value, .relaxed)
    }

    mutating func load64(_ word: Word64, _ ordering: LoadOrdering, at site: Site, dependingOn dependency: Dependency) -> Reading64 {
        if site == .allocate { spaceLooks?.look(queue.placement, on: &port) }
        return Reading(words.load64(word, ordering), .none)
    }

    mutating func poll(_ poll: inout Poll, at site: Site) -> Bool { port.poll(&poll, at: site) }
    mutating func pauseUntimed(_ poll: inout Poll, at site: Site) { port.pauseUntimed(&poll, at: site) }
    mutating func concede(_ poll: inout Poll, at site: Site) { port.concede(&poll, at: site) }
    mutating func spend(nanoseconds: UInt64, at site: Site) {}
    mutating func clock() -> UInt64 { port.clock() }
    mutating func lockMutex(_ mutex: Int) {}
    mutating func unlockMutex(_ mutex: Int) {}
    mutating func sleep(nanoseconds: UInt64, at site: Site) {}
}
