/// A cache line: who has it, and until when it is spoken for.
struct Line {
    /// The agent that has it exclusively, or will have once all requests so far are served; -1: none.
    var owner: Int32 = -1
    /// The first of the agents that watch it.
    var firstWatcher: Int32 = -1
    /// When the owner has it.
    var ownedFrom: UInt64 = 0
    /// When the next request can be taken up.
    var free: UInt64 = 0
    /// The last in the queue of those that get it exclusively, and of those that get a copy; -1: nobody.
    var lastExclusive: Int16 = -1
    var lastShared: Int16 = -1
    /// Of a device's registers: the agent that is told of writes; -1: none.
    var device: Int16 = -1
    /// Which part of memory it belongs to, for statistics.
    var region: UInt8 = 0
    var hasSharers = false
}

/// What became of the requests for the lines of one part of memory.
package struct LineStatistics: Equatable, Sendable {
    /// Requests of lines that the agent did not have; of them those that moved the line from another agent.
    package var requests: UInt64 = 0
    package var transfers: UInt64 = 0
    /// Picoseconds that requests waited for earlier ones, and that they took in all.
    package var queued: UInt64 = 0
    package var taken: UInt64 = 0

    package init() {}
}

/// Simulated memory operations, by kind.
package struct OperationCounts: Equatable, Sendable {
    package var loads: UInt64 = 0
    package var stores: UInt64 = 0
    package var updates: UInt64 = 0
    package var registerAccesses: UInt64 = 0
    package var deviceWords: UInt64 = 0

    package init() {}

    package var total: UInt64 { loads + stores + updates + registerAccesses + deviceWords }
}
