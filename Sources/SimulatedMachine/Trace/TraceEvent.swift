import Machine

/// Something that was recorded of a run. Times are virtual, in picoseconds.
package struct TraceEvent: Equatable, Sendable {
    package enum Kind: UInt8, Sendable {
        /// An agent was in `phase` from `start` to `end`.
        case span
        /// A processor got slots: `count` from `slot` on, a CMD_SYNC among them, after `attempts` compare-and-swaps.
        case insertion
        /// Of a queue: `count` entries between CONS and PROD.
        case occupancy
    }

    package var kind: Kind
    package var phase: Phase
    /// The processor, or after the processors the device's agent.
    package var agent: Int32
    /// By its number in the trace; -1: none.
    package var queue: Int32
    /// Which of the processor's insertions it belongs to, from 1; 0: none.
    package var insertion: UInt32
    package var start: UInt64
    package var end: UInt64
    /// With the wrap bit; of a `complete` span that of the CMD_SYNC, `noSlot` where it is not known.
    package var slot: UInt32
    package var count: UInt32
    package var attempts: UInt32

    package static let noSlot = UInt32.max

    package init(
        kind: Kind, phase: Phase = .other, agent: Int32 = 0, queue: Int32 = -1, insertion: UInt32 = 0, start: UInt64, end: UInt64,
        slot: UInt32 = TraceEvent.noSlot, count: UInt32 = 0, attempts: UInt32 = 0
    ) {
        self.kind = kind
        self.phase = phase
        self.agent = agent
        self.queue = queue
        self.insertion = insertion
        self.start = start
        self.end = end
        self.slot = slot
        self.count = count
        self.attempts = attempts
    }
}

/// What was recorded of a run, in the order in which it began to be recorded.
package struct Trace: Equatable, Sendable {
    package var events: [TraceEvent]
    package var processors: Int
    package var queues: [TraceQueue]
    /// What began within the window and was not recorded because there was no room for it.
    package var leftOut: UInt64
    /// When there was no room for the first time.
    package var fullAt: UInt64?
    /// What was not recorded because it was outside the window.
    package var outside: UInt64

    package init(
        events: [TraceEvent], processors: Int, queues: [TraceQueue], leftOut: UInt64 = 0, fullAt: UInt64? = nil, outside: UInt64 = 0
    ) {
        self.events = events
        self.processors = processors
        self.queues = queues
        self.leftOut = leftOut
        self.fullAt = fullAt
        self.outside = outside
    }
}

/// A queue as recordings need to know it.
package struct TraceQueue: Equatable, Sendable {
    package var name: String
    package var prod: Register32
    package var cons: Register32
    /// The first byte of its slots.
    package var slots: Int
    package var log2Entries: UInt32

    package init(name: String, prod: Register32, cons: Register32, slots: Int, log2Entries: UInt32) {
        self.name = name
        self.prod = prod
        self.cons = cons
        self.slots = slots
        self.log2Entries = log2Entries
    }

    /// The bits of a pointer: index and wrap.
    package var pointerMask: UInt32 { 2 << log2Entries - 1 }
}

/// What of a run is to be recorded.
package struct TraceOptions: Equatable, Sendable {
    /// Picoseconds of virtual time; nil: from the start of the measured part.
    package var from: UInt64?
    package var to: UInt64
    /// At most so many events of a timeline come of it.
    package var events: Int

    package static let standardEvents = 200_000

    package init(from: UInt64? = nil, to: UInt64 = .max, events: Int = TraceOptions.standardEvents) {
        self.from = from
        self.to = to
        self.events = events
    }
}
