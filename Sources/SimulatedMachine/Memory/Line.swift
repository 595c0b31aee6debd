/// A cache line: who has it, and until when it is spoken for.
struct Line {
    /// The agent that has it exclusively, or will have once all requests so far are served; negative: none, see `fewSharers`.
    var owner = Self.nobody
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
    private var marks: UInt8 = 0

    static let nobody: Int32 = -1
}

// Two marks in one byte: a line's state takes 32 bytes.
extension Line {
    private static let sharers: UInt8 = 1
    private static let onlyRead: UInt8 = 2

    var hasSharers: Bool {
        get { marks & Self.sharers != 0 }
        set { marks = newValue ? marks | Self.sharers : marks & ~Self.sharers }
    }

    /// Of threads: the owner got the line by reading it, and has not written it since.
    var isOnlyRead: Bool {
        get { marks & Self.onlyRead != 0 }
        set { marks = newValue ? marks | Self.onlyRead : marks & ~Self.onlyRead }
    }
}

// One or two that share a line are kept in place of its owner: most lines have no more, and with a thousand processors a row of
// `Sharers` is three lines of the host's cache.
extension Line {
    /// Their places among `Sharers`, the second -1 where there is one only; nil where nobody shares the line, or more than two do.
    @inline(__always)
    var fewSharers: (first: Int, second: Int)? {
        guard owner < Self.nobody else { return nil }
        let pair = Int(Self.nobody &- 1 &- owner)
        return (pair & 0x7fff, pair >> 15 &- 1)
    }

    /// Each place takes 15 bits: there are fewer agents than `Int16.max`.
    @inline(__always)
    mutating func setFewSharers(_ first: Int, _ second: Int = -1) {
        owner = Self.nobody &- 1 &- Int32(truncatingIfNeeded: first | (second &+ 1) << 15)
    }
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
