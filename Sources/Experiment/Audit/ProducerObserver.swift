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
        /// Only the device's own record tells: the slot may be in use again.
        case recordOnly
    }

    let producer: Int
    let queueName: String
    private let audit: AuditPlacement
    private let queue: QueuePlacement
    private let evidence: SyncEvidence
    /// Insertions come as one list each, whose checksum is known; otherwise it is made up here.
    private let hasKnownChecksum: Bool

    private(set) var counts = ProducerCounts()
    private(set) var violations = ViolationLog()
    private(set) var lists: UInt32 = 0

    /// Of the current insertion.
    var checksum: UInt32 = 0
    /// Whether the device's record is compared, and the clock read, for it.
    var isSampled = false
    var comparesRecord = false
    private(set) var insertedAt: UInt64 = 0

    init(
        producer: Int, queueName: String, audit: AuditPlacement, queue: QueuePlacement,
        evidence: SyncEvidence, hasKnownChecksum: Bool
    ) {
        self.producer = producer
        self.queueName = queueName
        self.audit = audit
        self.queue = queue
        self.evidence = evidence
        self.hasKnownChecksum = hasKnownChecksum
    }

    @inline(__always)
    mutating func allocated<P: Processor>(
        start: UInt32, commands: Span<Command>, sync: Bool, attempts: UInt32, cons: UInt32, on processor: inout P
    ) {
        counts.allocations &+= 1
        counts.casAttempts &+= UInt64(attempts)
        let record = ListRecord(
            producer: producer, number: lists, count: commands.count, sync: sync,
            checksum: hasKnownChecksum ? checksum : Self.checksum(of: commands))
        lists &+= 1
        processor.store64(audit.record(at: start), record.word, .relaxed, at: .audit)
        let geometry = audit.geometry
        let total = UInt32(truncatingIfNeeded: commands.count) &+ (sync ? 1 : 0)
        if !geometry.hasSpace(for: total, prod: start, cons: cons) {
            violations.add("\(queueName): producer \(producer) allocated \(total) slots at \(start) with CONS at \(cons)")
        }
    }

    @inline(__always)
    mutating func rangDoorbell(start: UInt32, end: UInt32) {
        counts.doorbells &+= 1
    }

    @inline(__always)
    mutating func inserted<P: Processor>(on processor: inout P) {
        if isSampled { insertedAt = processor.clock() }
    }

    @inline(__always)
    mutating func syncEnded<P: Processor>(slot: UInt32, timedOut: Bool, on processor: inout P) {
        if timedOut {
            counts.syncTimeouts &+= 1
            violations.add("\(queueName): the CMD_SYNC of producer \(producer) at slot \(slot) timed out")
            return
        }
        counts.syncs &+= 1
        switch evidence {
        case .clearedSlot:
            if processor.load32(queue.slot(slot).low, .relaxed, at: .audit).value != 0 { returnedEarly(slot) }
        case .consumed:
            let cons = processor.readRegister(queue.cons, .relaxed, at: .audit).value
            if !audit.geometry.isConsumed(slot, cons: cons) { returnedEarly(slot) }
        case .recordOnly: break
        }
        if comparesRecord {
            let done = processor.load64(audit.completion(of: producer), .acquire, at: .audit).value
            if UInt32(truncatingIfNeeded: done) != (lists &- 1) & ListRecord.numberMask { returnedEarly(slot) }
        }
    }

    @inline(__always)
    mutating func spaceTimedOut() { counts.spaceTimeouts &+= 1 }

    @inline(never)
    private mutating func returnedEarly(_ slot: UInt32) {
        violations.add(
            "\(queueName): the CMD_SYNC of producer \(producer) at slot \(slot) returned before all commands ahead of it had been executed")
    }

    @inline(__always)
    private static func checksum(of commands: Span<Command>) -> UInt32 {
        var checksum = ListChecksum()
        for index in commands.indices { checksum.add(commands[index]) }
        return checksum.value
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
}
