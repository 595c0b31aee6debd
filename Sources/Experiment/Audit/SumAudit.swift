import Device
import Machine
import SMMUv3

/// The check that is on while the clock runs, unless more is asked for: every slot executed once and in
/// order, PROD never backwards, and a sum over everything executed that the producers' sums must meet.
struct SumAudit: DeviceAudit {
    private(set) var sum = SlotSum()
    /// The slot that must be executed next.
    private var next: UInt32 = 0
    private let placement: AuditPlacement
    private(set) var violations = ViolationLog()
    private(set) var refused: UInt64 = 0
    private let queueName: String

    var listsDone: [UInt32]? { nil }

    init(queueName: String, placement: AuditPlacement, producers: Int) {
        self.queueName = queueName
        self.placement = placement
    }

    mutating func readProd(from old: UInt32, to new: UInt32, cons: UInt32, geometry: QueueGeometry) {
        violations.checkProd(queue: queueName, from: old, to: new, cons: cons, geometry: geometry)
    }

    @inline(__always)
    mutating func executed<Port: DevicePort>(_ commands: Span<Command>, from pointer: UInt32, port: inout Port) {
        if pointer != next { violations.addMisplaced(queue: queueName, executed: pointer, due: next) }
        next = placement.geometry.advance(pointer, by: UInt32(truncatingIfNeeded: commands.count))
        sum.add(commands, from: pointer, placement.geometry)
    }

    @inline(__always)
    mutating func executedSync<Port: DevicePort>(_ command: Command, at pointer: UInt32, port: inout Port) {
        if pointer != next { violations.addMisplaced(queue: queueName, executed: pointer, due: next) }
        next = placement.geometry.advance(pointer, by: 1)
        // Before the device signals completion: producers compare it, now and then, when their wait returns.
        port.dmaWrite32(placement.executed, next, at: .audit)
    }

    /// The refused command counts as executed: it must be what the producer wrote. The CMD_SYNC that takes its place does not.
    mutating func stopped<Port: DevicePort>(at pointer: UInt32, command: Command, error: CommandError, port: inout Port) {
        sum.add(command.asMeant, at: pointer)
        refused += 1
    }
}
