import Device
import Machine
import SMMUv3

/// What a device did at its port, in order.
enum PortEvent: Equatable {
    case ownRead(String, UInt32)
    case ownWrite(String, UInt32)
    case dmaRead(Int)
    case dmaWrite(Int, UInt32)
    case spend(UInt64, Site)
    case executed(UInt32)
    case stopped(UInt32, CommandError)
    case readProd(UInt32, UInt32)
}

/// The log that a port and an observer share, in one order.
final class EventLog {
    var events: [PortEvent] = []

    func spent(at site: Site) -> [UInt64] {
        events.compactMap { if case .spend(let nanoseconds, let at) = $0, at == site { nanoseconds } else { nil } }
    }
    func writes(of name: String) -> [UInt32] {
        events.compactMap { if case .ownWrite(let register, let value) = $0, register == name { value } else { nil } }
    }
    var fetched: [Int] { events.compactMap { if case .dmaRead(let word) = $0 { word } else { nil } } }
    var executed: [UInt32] { events.compactMap { if case .executed(let pointer) = $0 { pointer } else { nil } } }
}

/// A device port on memory of the test's own, which logs what is done through it.
struct LoggingPort: DevicePort {
    let fixture: DeviceFixture
    let log: EventLog

    private func name(_ register: Register32) -> String {
        fixture.registers.first { $0.1 == register }?.0 ?? "?"
    }
    mutating func ownRegister(_ register: Register32, at site: Site) -> UInt32 {
        let value = fixture.memory.inspect(register)
        log.events.append(.ownRead(name(register), value))
        return value
    }
    mutating func setOwnRegister(_ register: Register32, _ value: UInt32, at site: Site) {
        log.events.append(.ownWrite(name(register), value))
        fixture.memory.set(register, to: value)
    }
    mutating func dmaRead64(_ word: Word64, at site: Site) -> UInt64 {
        log.events.append(.dmaRead((word.offset - fixture.placement.slots.offset) / 8))
        return fixture.memory.inspect(word)
    }
    mutating func dmaWrite32(_ word: Word32, _ value: UInt32, at site: Site) {
        log.events.append(.dmaWrite(word.offset, value))
        fixture.memory.set(word, to: value)
    }
    mutating func dmaWrite64(_ word: Word64, _ value: UInt64, at site: Site) {
        log.events.append(.dmaWrite(word.offset, UInt32(truncatingIfNeeded: value)))
        fixture.memory.set(word, to: value)
    }
    mutating func spend(nanoseconds: UInt64, at site: Site) { log.events.append(.spend(nanoseconds, site)) }
}

struct LoggingObserver: DeviceObserver {
    let log: EventLog
    let pointerMask: UInt32
    var commands: [Command] = []

    init(log: EventLog, pointerMask: UInt32) {
        self.log = log
        self.pointerMask = pointerMask
    }

    mutating func readProd(from old: UInt32, to new: UInt32, cons: UInt32, geometry: QueueGeometry) {
        log.events.append(.readProd(old, new))
    }
    mutating func executed<Port: DevicePort>(_ commands: Span<Command>, from pointer: UInt32, port: inout Port) {
        for index in commands.indices {
            log.events.append(.executed((pointer &+ UInt32(index)) & pointerMask))
            self.commands.append(commands[index])
        }
    }
    mutating func executedSync<Port: DevicePort>(_ command: Command, at pointer: UInt32, port: inout Port) {
        log.events.append(.executed(pointer))
        commands.append(command)
    }
    mutating func stopped<Port: DevicePort>(at pointer: UInt32, command: Command, error: CommandError, port: inout Port) {
        log.events.append(.stopped(pointer, error))
    }
}

/// One device queue on memory of its own; the test plays the driver.
struct DeviceFixture {
    static let addressBase: UInt64 = 0x4000_0000

    let placement: DeviceQueuePlacement
    let memory: MachineMemory
    /// A line of its own for MSIs.
    let mailbox: Word64
    let byteCount: Int

    init(log2Entries: Int, rules: CommandRules = CommandRules()) {
        var plan = MemoryPlan()
        let geometry = QueueGeometry(log2Entries: log2Entries)
        placement = DeviceQueuePlacement(
            geometry: geometry, slots: plan.reserve(bytes: Int(geometry.entries) * 16), prod: plan.reserveRegister(),
            cons: plan.reserveRegister(), gerror: plan.reserveRegister(), gerrorn: plan.reserveRegister(), rules: rules)
        mailbox = plan.reserveLine()
        byteCount = plan.byteCount
        memory = MachineMemory(plan: plan)
    }

    var registers: [(String, Register32)] {
        [("PROD", placement.prod), ("CONS", placement.cons), ("GERROR", placement.gerror), ("GERRORN", placement.gerrorn)]
    }
    var prod: UInt32 { memory.inspect(placement.prod) }
    var cons: UInt32 { memory.inspect(placement.cons) }
    var gerror: UInt32 { memory.inspect(placement.gerror) }

    func deviceQueue(_ timing: DeviceTiming = DeviceTiming()) -> DeviceQueue {
        DeviceQueue(
            placement: placement, addresses: AddressMap(base: Self.addressBase, byteCount: byteCount), timing: timing)
    }

    func address(of word: Word64) -> UInt64 { Self.addressBase + UInt64(word.offset) }

    func write(_ command: Command, at pointer: UInt32) {
        let slot = placement.slots.advanced(by: Int(placement.geometry.index(pointer)) * 2)
        memory.set(slot, to: command.word0)
        memory.set(slot.advanced(by: 1), to: command.word1)
    }

    /// Writes the commands from PROD on, then PROD. There must be space.
    func insert(_ commands: [Command]) {
        var pointer = prod
        for command in commands {
            write(command, at: pointer)
            pointer = placement.geometry.advance(pointer, by: 1)
        }
        memory.set(placement.prod, to: pointer)
    }

    func session() -> (port: LoggingPort, observer: LoggingObserver, log: EventLog) {
        let log = EventLog()
        return (LoggingPort(fixture: self, log: log), LoggingObserver(log: log, pointerMask: placement.geometry.pointerMask), log)
    }
}

func tlbi(_ number: Int) -> Command {
    Command(word0: UInt64(Opcode.tlbiNHVA.rawValue), word1: UInt64(number) << 12)
}
func tlbis(_ count: Int, from first: Int = 0) -> [Command] { (first..<(first + count)).map(tlbi) }
