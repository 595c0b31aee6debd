import Machine
import SMMUv3

/// How many commands the driver gathers before it inserts them, and whether a full batch ends in a CMD_SYNC.
package struct BatchRule: Sendable, Equatable {
    /// Commands of a full batch.
    package let capacity: Int
    /// A full batch is inserted with a CMD_SYNC of its own.
    package let syncsFullBatch: Bool

    /// CMDQ_BATCH_ENTRIES: 64, inserted without a CMD_SYNC when a 65th command comes.
    package static let standard = BatchRule(capacity: 64, syncsFullBatch: false)
    /// CMDQ_FORCE_SYNC (MMU-700 erratum 2812531): 63, with a CMD_SYNC.
    package static let forceSync = BatchRule(capacity: 63, syncsFullBatch: true)

    /// The insertions that a batch of `count` commands comes to when it is submitted: commands of each, and whether a CMD_SYNC follows.
    ///
    /// The last one has the CMD_SYNC that submission asks for with `sync`.
    package func insertions(count: Int, sync: Bool) -> [(count: Int, sync: Bool)] {
        var insertions: [(count: Int, sync: Bool)] = []
        var remaining = count
        while remaining > capacity {
            insertions.append((capacity, syncsFullBatch))
            remaining -= capacity
        }
        insertions.append((remaining, sync))
        return insertions
    }
}

/// Commands gathered for insertion together, as the driver's batches. Source: linux-cmdq 1.10.
package struct CommandBatch: Sendable {
    package let rule: BatchRule
    package private(set) var commands: [Command] = []

    package init(rule: BatchRule) {
        self.rule = rule
        commands.reserveCapacity(rule.capacity)
    }

    /// Adds the command; a batch that is full is inserted first.
    package mutating func add<P: Processor, O: QueueObserver>(
        _ command: Command, to queue: LinuxQueue, on processor: inout P, observer: inout O
    ) -> IssueOutcome {
        let outcome = makeRoom(in: queue, on: &processor, observer: &observer)
        commands.append(command)
        return outcome
    }

    /// Inserts the batch if it is full. The driver does so before it encodes the next command, which it may then refuse.
    package mutating func makeRoom<P: Processor, O: QueueObserver>(
        in queue: LinuxQueue, on processor: inout P, observer: inout O
    ) -> IssueOutcome {
        guard commands.count == rule.capacity else { return .done }
        defer { commands.removeAll(keepingCapacity: true) }
        return queue.issue(commands.span, sync: rule.syncsFullBatch, on: &processor, observer: &observer)
    }

    /// Inserts what has gathered, with a CMD_SYNC.
    package mutating func submit<P: Processor, O: QueueObserver>(
        to queue: LinuxQueue, on processor: inout P, observer: inout O
    ) -> IssueOutcome {
        defer { commands.removeAll(keepingCapacity: true) }
        return queue.issue(commands.span, sync: true, on: &processor, observer: &observer)
    }
}
