import Device
import Machine
import SMMUv3

/// The full check: beside what `SumAudit` checks, every list whole, unchanged and in its producer's
/// order, with the place of what is wrong. Its records are lines that move from producers to the device.
struct RecordAudit: DeviceAudit {
    private let queueName: String
    private let placement: AuditPlacement
    private(set) var violations = ViolationLog()
    private var done: [UInt32]
    private(set) var refused: UInt64 = 0
    private(set) var sum = SlotSum()

    var listsDone: [UInt32]? { done }

    /// The slot that must be executed next.
    private var next: UInt32 = 0
    private var record = ListRecord(word: 0)
    /// Commands of the current list still to come, and whether a CMD_SYNC follows them.
    private var commandsLeft: UInt32 = 0
    private var syncIsDue = false
    private var checksum = ListChecksum()
    /// The slot whose command was refused; a CMD_SYNC stands there now.
    private var replacedSlot: UInt32?

    init(queueName: String, placement: AuditPlacement, producers: Int) {
        self.queueName = queueName
        self.placement = placement
        done = Array(repeating: 0, count: producers)
    }

    mutating func readProd(from old: UInt32, to new: UInt32, cons: UInt32, geometry: QueueGeometry) {
        violations.checkProd(queue: queueName, from: old, to: new, cons: cons, geometry: geometry)
    }

    @inline(__always)
    mutating func executed<Port: DevicePort>(_ commands: Span<Command>, from pointer: UInt32, port: inout Port) {
        if pointer != next { violations.addMisplaced(queue: queueName, executed: pointer, due: next) }
        var position = 0
        while position < commands.count {
            let slot = placement.geometry.advance(pointer, by: UInt32(truncatingIfNeeded: position))
            if commandsLeft == 0 { beginList(at: slot, port: &port) }
            if commandsLeft == 0 { strayedCommand(at: slot) }
            let part = min(commands.count &- position, Int(commandsLeft))
            var checksum = checksum
            for index in position..<(position &+ part) { checksum.add(commands[index]) }
            self.checksum = checksum
            position &+= part
            commandsLeft &-= UInt32(truncatingIfNeeded: part)
            if commandsLeft == 0 && !syncIsDue {
                endList(at: placement.geometry.advance(pointer, by: UInt32(truncatingIfNeeded: position &- 1)))
            }
        }
        next = placement.geometry.advance(pointer, by: UInt32(truncatingIfNeeded: commands.count))
        sum.add(commands, from: pointer, placement.geometry)
    }

    @inline(__always)
    mutating func executedSync<Port: DevicePort>(_ command: Command, at pointer: UInt32, port: inout Port) {
        if pointer != next { violations.addMisplaced(queue: queueName, executed: pointer, due: next) }
        next = placement.geometry.advance(pointer, by: 1)
        if commandsLeft == 0 && !syncIsDue { beginList(at: pointer, port: &port) }
        guard commandsLeft == 0 && syncIsDue else { return strayedSync(at: pointer) }
        syncIsDue = false
        endList(at: pointer)
        // Before the device signals completion: the producer compares it when its wait returns.
        port.dmaWrite64(placement.completion(of: record.producer), UInt64(record.number), at: .audit)
    }

    /// The refused command counts as the list's own: it must be what the producer wrote. The CMD_SYNC that takes its place does not.
    mutating func stopped<Port: DevicePort>(at pointer: UInt32, command: Command, error: CommandError, port: inout Port) {
        if commandsLeft == 0 && !syncIsDue { beginList(at: pointer, port: &port) }
        checksum.add(command.asMeant)
        sum.add(command.asMeant, at: pointer)
        refused += 1
        replacedSlot = pointer
    }

    @inline(__always)
    private mutating func beginList<Port: DevicePort>(at pointer: UInt32, port: inout Port) {
        if syncIsDue { missingSync(at: pointer) }
        record = ListRecord(word: port.dmaRead64(placement.record(at: pointer), at: .audit))
        checksum = ListChecksum()
        commandsLeft = record.count
        syncIsDue = record.sync
        if !record.exists || !placement.producers.contains(record.producer) || (commandsLeft == 0 && !syncIsDue) { badRecord(at: pointer) }
    }

    /// Takes the entry for a list of one command, so that the check goes on behind it.
    @inline(never)
    private mutating func badRecord(at pointer: UInt32) {
        violations.add("\(queueName): slot \(pointer) was executed, but no list begins there (record \(record.word))")
        record = ListRecord(word: 0)
        commandsLeft = 1
        syncIsDue = false
    }

    /// A command where a lone CMD_SYNC's list begins.
    @inline(never)
    private mutating func strayedCommand(at pointer: UInt32) {
        violations.add("\(queueName): slot \(pointer) holds a command where a CMD_SYNC was due")
        record = ListRecord(word: 0)
        commandsLeft = 1
        syncIsDue = false
    }

    @inline(never)
    private mutating func missingSync(at pointer: UInt32) {
        violations.add("\(queueName): the slot before \(pointer) holds no CMD_SYNC, but its list ends with one")
        syncIsDue = false
    }

    @inline(__always)
    private mutating func endList(at pointer: UInt32) {
        guard placement.producers.contains(record.producer) else { return }
        let producer = record.producer
        if record.number != done[producer] & ListRecord.numberMask || checksum.value != record.checksum {
            badList(at: pointer)
        }
        done[producer] &+= 1
    }

    @inline(never)
    private mutating func badList(at pointer: UInt32) {
        let due = done[record.producer] & ListRecord.numberMask
        if record.number != due {
            violations.add(
                "\(queueName): list \(record.number) of producer \(record.producer) ended at slot \(pointer), where its list \(due) was due")
        } else {
            violations.add(
                "\(queueName): list \(record.number) of producer \(record.producer), which ended at slot \(pointer), is not what the producer wrote")
        }
    }

    /// A CMD_SYNC where a command of a list was due: right where the driver has replaced a refused one.
    @inline(never)
    private mutating func strayedSync(at pointer: UInt32) {
        if replacedSlot == pointer {
            replacedSlot = nil
        } else {
            violations.add("\(queueName): slot \(pointer) holds a CMD_SYNC inside a list")
        }
        if commandsLeft > 0 { commandsLeft -= 1 }
        if commandsLeft == 0 && !syncIsDue { endList(at: pointer) }
    }
}
