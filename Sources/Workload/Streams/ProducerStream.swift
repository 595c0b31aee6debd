import SMMUv3

/// What one producer issues: the commands encoded beforehand, CMD_SYNCs left out.
///
/// The producer does the operations of `cycle` in order, `cycles` times, and then those of `tail` once.
package struct ProducerStream: Hashable, Sendable {
    /// One insertion as the workload has it; the queue splits what is larger than its batch.
    package struct Operation: Hashable, Sendable {
        /// Index of the first command in `commands`.
        package var start: Int
        /// Commands, 0 or more; 0 only with `sync`.
        package var count: Int
        /// Whether a CMD_SYNC follows.
        package var sync: Bool

        package init(start: Int, count: Int, sync: Bool) {
            self.start = start
            self.count = count
            self.sync = sync
        }
    }

    package var commands: [Command]
    package var cycle: [Operation]
    /// How often the cycle is done; nil: until told to stop. Never nil where `cycle` is empty.
    package var cycles: Int?
    package var tail: [Operation]

    package init(commands: [Command], cycle: [Operation], cycles: Int?, tail: [Operation]) {
        self.commands = commands
        self.cycle = cycle
        self.cycles = cycles
        self.tail = tail
    }

    /// Nothing to do.
    package static let empty = ProducerStream(commands: [], cycle: [], cycles: 0, tail: [])

    /// Commands over all cycles and the tail, CMD_SYNCs not counted; nil where the stream is endless.
    package var commandCount: Int? {
        cycles.map { $0 * Self.commandCount(of: cycle) + Self.commandCount(of: tail) }
    }

    /// CMD_SYNCs over all cycles and the tail; nil where the stream is endless.
    package var syncCount: Int? {
        cycles.map { $0 * Self.syncCount(of: cycle) + Self.syncCount(of: tail) }
    }

    static func commandCount(of operations: [Operation]) -> Int {
        operations.reduce(0) { $0 + $1.count }
    }

    static func syncCount(of operations: [Operation]) -> Int {
        operations.reduce(0) { $0 + ($1.sync ? 1 : 0) }
    }
}

extension ProducerStream {
    /// A stream that repeats `cycle` until it has issued `total` commands; the last operation is cut short where it must be.
    ///
    /// - Parameters:
    ///   - cycle: At least one command in all, if `total` is above 0.
    ///   - total: 0 or more; nil: endless.
    init(commands: [Command], repeating cycle: [Operation], total: Int?) {
        guard let total else {
            self.init(commands: commands, cycle: cycle, cycles: cycle.isEmpty ? 0 : nil, tail: [])
            return
        }
        let perCycle = Self.commandCount(of: cycle)
        guard total > 0, perCycle > 0 else {
            self = .empty
            return
        }
        self.init(commands: commands, cycle: cycle, cycles: total / perCycle, tail: [])
        var missing = total % perCycle
        for operation in cycle where missing > 0 {
            let count = min(operation.count, missing)
            tail.append(Operation(start: operation.start, count: count, sync: operation.sync))
            missing -= count
        }
    }

    /// A stream of operations of exactly `batch` commands, cut from a flow of them.
    ///
    /// - Parameters:
    ///   - flow: Not empty; at least one batch, or all `total` commands.
    ///   - batch: 1 or more.
    ///   - total: As above. Where the flow is long enough it is done once, its last operation cut short;
    ///     otherwise its whole batches repeat.
    init(commands flow: [Command], batch: Int, total: Int?) {
        let used = if let total, total <= flow.count { total } else { flow.count / batch * batch }
        let operations = stride(from: 0, to: used, by: batch).map { start in
            Operation(start: start, count: min(batch, used - start), sync: true)
        }
        self.init(commands: Array(flow[..<used]), repeating: operations, total: total)
    }
}
