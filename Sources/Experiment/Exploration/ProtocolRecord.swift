import CommandQueue
import Device
import ExploringMachine
import Machine
import SMMUv3

/// What the agents of one run say they have done, outside of the machine's memory; begun anew with each run.
struct ProtocolRecord {
    struct Slot {
        var word0: UInt64 = 0
        var isSync = false
        var producer: UInt8 = 0
        var allocations: UInt8 = 0
        var executions: UInt8 = 0
        /// The device's events when it had executed the entry.
        var executedAt = 0
        /// A producer has taken the CMD_SYNC for complete, and its events then.
        var isReturned = false
        /// It was given up.
        var isTimedOut = false
        var returnedAt = 0
    }

    struct Gather {
        var start: UInt32
        var end: UInt32
    }

    enum Problem { case staleSlot(UInt32), refused(UInt32), beyondQueue(UInt32, UInt32) }

    /// One for each value of a pointer: two laps.
    let slots: FixedBuffer<Slot>
    let gathers: FixedBuffer<Gather>
    var gatherCount = 0
    /// Timeouts of waits for space that producers have said.
    var spaceTimeouts = 0
    /// CMD_SYNCs that producers have given up.
    var syncTimeouts = 0
    /// Of producers that unmap, a bit each: it has looked for devices with ATS and found none.
    var findsNoMasters: UInt8 = 0
    /// Pages that the device with ATS has found mapped, a bit each.
    var cachedPages: UInt8 = 0
    /// What the device has found wrong.
    var problem: Problem?

    init(geometry: QueueGeometry) {
        slots = FixedBuffer(count: Int(geometry.pointerMask) + 1, repeating: Slot())
        gathers = FixedBuffer(count: 64, repeating: Gather(start: 0, end: 0))
    }

    func deallocate() {
        slots.deallocate()
        gathers.deallocate()
    }

    mutating func begin() {
        for pointer in 0..<slots.count { slots[pointer] = Slot() }
        gatherCount = 0
        (spaceTimeouts, syncTimeouts) = (0, 0)
        problem = nil
        (findsNoMasters, cachedPages) = (0, 0)
    }
}

/// A producer's view of its insertions.
struct RecordingObserver<Position: AgentPosition>: QueueObserver {
    let record: FixedBuffer<ProtocolRecord>
    let position: Position
    let producer: Int
    /// False in tests of what notices it.
    var reportsTimeouts = true
    let geometry: QueueGeometry

    mutating func allocated<P: Processor>(
        start: UInt32, commands: Span<Command>, sync: Bool, attempts: UInt32, cons: UInt32, on processor: inout P
    ) {
        for index in 0..<(commands.count + (sync ? 1 : 0)) {
            let pointer = Int((start &+ UInt32(index)) & geometry.pointerMask)
            let isSync = index == commands.count
            record[0].slots[pointer].allocations += 1
            record[0].slots[pointer].producer = UInt8(producer)
            record[0].slots[pointer].isSync = isSync
            record[0].slots[pointer].word0 = isSync ? 0 : commands[index].word0
        }
    }

    mutating func rangDoorbell(start: UInt32, end: UInt32) {
        let count = record[0].gatherCount
        guard count < record[0].gathers.count else { return }
        record[0].gathers[count] = ProtocolRecord.Gather(start: start, end: end)
        record[0].gatherCount = count + 1
    }

    mutating func spaceTimedOut() { if reportsTimeouts { record[0].spaceTimeouts += 1 } }

    mutating func syncEnded<P: Processor>(slot: UInt32, timedOut: Bool, on processor: inout P) {
        record[0].slots[Int(slot & geometry.pointerMask)].isReturned = true
        record[0].slots[Int(slot & geometry.pointerMask)].returnedAt = position()
        guard timedOut, reportsTimeouts else { return }
        record[0].slots[Int(slot & geometry.pointerMask)].isTimedOut = true
        record[0].syncTimeouts += 1
    }
}

/// The device's view of what it executes.
struct RecordingDeviceObserver<Position: AgentPosition>: DeviceObserver {
    let record: FixedBuffer<ProtocolRecord>
    let position: Position
    let geometry: QueueGeometry

    mutating func readProd(from old: UInt32, to new: UInt32, cons: UInt32, geometry: QueueGeometry) {
        if geometry.distance(from: cons, to: new) > geometry.entries { record[0].problem = .beyondQueue(cons, new) }
    }

    mutating func executed<Port: DevicePort>(_ commands: Span<Command>, from pointer: UInt32, port: inout Port) {
        for index in commands.indices { note(commands[index], at: pointer &+ UInt32(index), isSync: false) }
    }

    mutating func executedSync<Port: DevicePort>(_ command: Command, at pointer: UInt32, port: inout Port) {
        note(command, at: pointer, isSync: true)
    }

    mutating func stopped<Port: DevicePort>(at pointer: UInt32, command: Command, error: CommandError, port: inout Port) {
        if record[0].problem == nil { record[0].problem = .refused(pointer & geometry.pointerMask) }
    }

    private func note(_ command: Command, at pointer: UInt32, isSync: Bool) {
        let place = Int(pointer & geometry.pointerMask)
        let slot = record[0].slots[place]
        record[0].slots[place].executions += 1
        record[0].slots[place].executedAt = position()
        let isRight = slot.allocations > 0 && slot.isSync == isSync && (isSync || slot.word0 == command.word0)
        if !isRight, record[0].problem == nil { record[0].problem = .staleSlot(UInt32(place)) }
    }
}
