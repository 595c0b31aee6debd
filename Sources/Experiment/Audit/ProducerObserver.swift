import CommandQueue
import Machine
import SMMUv3

/// A producer's statistics, latencies and half of the self-check, for one queue.
struct ProducerObserver: QueueObserver {
    /// How a completed CMD_SYNC can be told from outside the algorithm.
    enum SyncEvidence {
        /// Its slot's low half is 0.
        case clearedSlot
        /// CONS has passed it.
        case consumed
        /// Only the full check's record tells: the slot may be in use again.
        case recordOnly
    }

    // What most insertions need comes first and close together: with a thousand simulated processors each line of the host's cache counts.
    private(set) var counts = ProducerCounts()
    private(set) var lists: UInt32 = 0
    private let evidence: SyncEvidence
    private let level: CheckLevel
    /// Insertions come as one list each, whose sums are known; otherwise they are made up here.
    private let hasKnownSums: Bool
    /// CMD_SYNCs may time out: how many is compared when all have ended.
    private let toleratesTimeouts: Bool
    /// Whether the clock is read, and the device's progress compared, for the current insertion.
    var isSampled = false
    var comparesProgress = false
    private(set) var insertedAt: UInt64 = 0
    /// Of everything inserted.
    private(set) var sum = SlotSum()
    /// Of the current insertion.
    var listSum = ListSum(of: [])
    /// The next insertion. It is asked for once the present one has only its lock to give back.
    var next = Ahead.nothing
    /// Where somebody wants to know: how many entries each write of PROD published, and the insertions for a recording.
    var gathers: GatherSizes?
    var recording: InsertionRecording?
    private let geometry: QueueGeometry
    private let executed: Word32
    private let slots: Word64
    private let cons: Register32

    private let audit: AuditPlacement
    let producer: Int
    let queueName: String
    private(set) var violations = ViolationLog()

    init(
        producer: Int, queueName: String, audit: AuditPlacement, queue: QueuePlacement,
        evidence: SyncEvidence, level: CheckLevel, hasKnownSums: Bool, toleratesTimeouts: Bool = false
    ) {
        self.producer = producer
        self.queueName = queueName
        self.audit = audit
        geometry = queue.geometry
        executed = audit.executed
        slots = queue.slots
        cons = queue.cons
        self.evidence = evidence
        self.level = level
        self.hasKnownSums = hasKnownSums
        self.toleratesTimeouts = toleratesTimeouts
    }

    @inline(__always)
    mutating func allocated<P: Processor>(
        start: UInt32, commands: Span<Command>, sync: Bool, attempts: UInt32, cons: UInt32, on processor: inout P
    ) {
        Ahead(commands, 0).prefetch()
        counts.allocations &+= 1
        counts.casAttempts &+= UInt64(attempts)
        let end = start &+ UInt32(truncatingIfNeeded: commands.count)
        if hasKnownSums && end <= geometry.pointerMask {
            sum.add(listSum, from: start)
        } else {
            sum.add(commands, from: start, geometry)
        }
        if level == .full { writeRecord(at: start, of: commands, sync: sync, on: &processor) }
        if let recording { recording.note(producer, slot: start, count: commands.count &+ (sync ? 1 : 0), attempts: attempts) }
        lists &+= 1
        let total = UInt32(truncatingIfNeeded: commands.count) &+ (sync ? 1 : 0)
        if !geometry.hasSpace(for: total, prod: start, cons: cons) {
            violations.add("\(queueName): producer \(producer) allocated \(total) slots at \(start) with CONS at \(cons)")
        }
    }

    @inline(__always)
    mutating func rangDoorbell(start: UInt32, end: UInt32) {
        counts.doorbells &+= 1
        gathers?.add(geometry.distance(from: start, to: end))
    }

    @inline(__always)
    mutating func inserted<P: Processor>(on processor: inout P) {
        if isSampled { insertedAt = processor.clock() }
    }

    @inline(__always)
    mutating func syncEnded<P: Processor>(slot: UInt32, timedOut: Bool, on processor: inout P) {
        if timedOut {
            counts.syncTimeouts &+= 1
            if toleratesTimeouts { return }
            violations.add("\(queueName): the CMD_SYNC of producer \(producer) at slot \(slot) timed out")
            return
        }
        counts.syncs &+= 1
        next.prefetch()
        switch evidence {
        case .clearedSlot:
            if processor.load32(geometry.slot(slot, of: slots).low, .relaxed, at: .audit).value != 0 { returnedEarly(slot) }
        case .consumed:
            let cons = processor.readRegister(self.cons, .relaxed, at: .audit).value
            if !geometry.isConsumed(slot, cons: cons) { returnedEarly(slot) }
        case .recordOnly: break
        }
        if level == .full {
            let done = processor.load64(audit.completion(of: producer), .acquire, at: .audit).value
            if UInt32(truncatingIfNeeded: done) != (lists &- 1) & ListRecord.numberMask { returnedEarly(slot) }
        } else if comparesProgress && evidence != .recordOnly {
            let executed = processor.load32(executed, .acquire, at: .audit).value
            if !geometry.isConsumed(slot, cons: executed) { returnedEarly(slot) }
        }
    }

    @inline(never)
    private mutating func writeRecord<P: Processor>(at start: UInt32, of commands: Span<Command>, sync: Bool, on processor: inout P) {
        var checksum = ListChecksum()
        for index in commands.indices { checksum.add(commands[index]) }
        let record = ListRecord(
            producer: producer, number: lists, count: commands.count, sync: sync, checksum: checksum.value)
        processor.store64(audit.record(at: start), record.word, .relaxed, at: .audit)
    }

    @inline(__always)
    mutating func spaceTimedOut() { counts.spaceTimeouts &+= 1 }

    @inline(never)
    private mutating func returnedEarly(_ slot: UInt32) {
        violations.add(
            "\(queueName): the CMD_SYNC of producer \(producer) at slot \(slot) returned before all commands ahead of it had been executed")
    }
}

/// What one producer did on one queue.
struct ProducerCounts: Equatable, Sendable {
    var allocations: UInt64 = 0
    var casAttempts: UInt64 = 0
    var doorbells: UInt64 = 0
    var syncs: UInt64 = 0
    var syncTimeouts: UInt64 = 0
    /// Waits for space that took longer than the timeout.
    var spaceTimeouts: UInt64 = 0

    static func += (total: inout ProducerCounts, other: ProducerCounts) {
        total.allocations += other.allocations
        total.casAttempts += other.casAttempts
        total.doorbells += other.doorbells
        total.syncs += other.syncs
        total.syncTimeouts += other.syncTimeouts
        total.spaceTimeouts += other.spaceTimeouts
    }

    static func + (one: ProducerCounts, other: ProducerCounts) -> ProducerCounts {
        var sum = one
        sum += other
        return sum
    }

    static func - (total: ProducerCounts, part: ProducerCounts) -> ProducerCounts {
        var rest = total
        rest.allocations -= part.allocations
        rest.casAttempts -= part.casAttempts
        rest.doorbells -= part.doorbells
        rest.syncs -= part.syncs
        rest.syncTimeouts -= part.syncTimeouts
        rest.spaceTimeouts -= part.spaceTimeouts
        return rest
    }
}
