import Machine

/// Records what agents do, into memory that is there from the start.
///
/// A span that goes on is made longer in place. Every event has a price, the number of events of a timeline that come
/// of it, so that a timeline is no longer than was asked for.
struct Recorder {
    private(set) var events: FixedBuffer<TraceEvent>
    private(set) var count = 0
    private var room: Int
    private(set) var leftOut: UInt64 = 0
    private(set) var outside: UInt64 = 0
    private(set) var fullAt: UInt64?
    /// Picoseconds; nothing is recorded while it is the largest there is.
    private var from: UInt64
    private let to: UInt64

    /// By agent: its latest span, which may go on.
    private let open: FixedBuffer<OpenSpan>
    /// By agent: the number of its latest insertion; of a device's agent which queue it serves.
    private let insertions: FixedBuffer<UInt32>
    private let served: FixedBuffer<Int32>
    /// By line: the queue it belongs to, times four, and what of the queue it holds; -1: no queue's.
    private let lineUses: FixedBuffer<Int32>
    private let prods: FixedBuffer<UInt32>
    private let conses: FixedBuffer<UInt32>
    private let masks: FixedBuffer<UInt32>

    /// A span, and its place among the events; -1: it is not recorded, or not to go on.
    private struct OpenSpan {
        var event = TraceEvent(kind: .span, start: 0, end: 0)
        var place = -1
        /// It ended before the window, so far.
        var isBeforeWindow = false
    }

    private enum Use {
        static let prod: Int32 = 0
        static let cons: Int32 = 1
        static let slots: Int32 = 2
    }

    /// Records nothing.
    init() { self.init(TraceOptions(events: 0), queues: [], agents: 0, lines: 0) }

    init(_ options: TraceOptions, queues: [TraceQueue], agents: Int, lines: Int) {
        events = FixedBuffer(count: options.events, repeating: TraceEvent(kind: .span, start: 0, end: 0))
        room = options.events
        from = options.from ?? .max
        to = options.to
        open = FixedBuffer(count: agents, repeating: OpenSpan())
        insertions = FixedBuffer(count: agents, repeating: 0)
        served = FixedBuffer(count: agents, repeating: -1)
        lineUses = FixedBuffer(count: lines, repeating: -1)
        prods = FixedBuffer(count: queues.count, repeating: 0)
        conses = FixedBuffer(count: queues.count, repeating: 0)
        masks = FixedBuffer(count: queues.count, repeating: 0)
        for (number, queue) in queues.enumerated() {
            masks[number] = queue.pointerMask
            let place = Int32(number) * 4
            lineUses[queue.prod.word.offset >> 6] = place + Use.prod
            lineUses[queue.cons.word.offset >> 6] = place + Use.cons
            let last = (queue.slots + (16 << Int(queue.log2Entries)) - 1) >> 6
            for line in queue.slots >> 6...last { lineUses[line] = place + Use.slots }
        }
    }

    func deallocate() {
        events.deallocate()
        open.deallocate()
        insertions.deallocate()
        served.deallocate()
        lineUses.deallocate()
        prods.deallocate()
        conses.deallocate()
        masks.deallocate()
    }

    /// The measured part begins: so does the window, where none was asked for.
    mutating func beginMeasuring(at time: UInt64) {
        if from == .max { from = time }
    }

    // What happens

    mutating func span(at site: Site, of agent: Int, isDevice: Bool, from start: UInt64, to end: UInt64) {
        let phase = Phase(site)
        // What takes no time cannot be seen.
        guard end > start else { return }
        var event = TraceEvent(kind: .span, phase: phase, agent: Int32(truncatingIfNeeded: agent), start: start, end: end)
        if isDevice {
            // A device without work is a gap.
            guard phase != .idle, phase != .other, served[agent] >= 0 else { return }
            event.queue = served[agent]
        } else if phase != .ownWork && phase != .other {
            event.insertion = insertions[agent] &+ (site.precedesAllocation ? 1 : 0)
        }
        if open[agent].event.isContinued(by: event) {
            prolong(agent, to: end)
        } else {
            open[agent] = OpenSpan(event: event, isBeforeWindow: end <= from)
            open[agent].place = add(event, price: phase.price)
        }
    }

    private mutating func prolong(_ agent: Int, to end: UInt64) {
        open[agent].event.end = end
        let span = open[agent]
        if span.place >= 0 {
            events[span.place].end = end
        } else if span.isBeforeWindow, end > from {
            // It reaches into the window after all.
            outside &-= 1
            open[agent].isBeforeWindow = false
            open[agent].place = add(span.event, price: span.event.phase.price)
        }
    }

    /// An insertion's price is that of the arrow to its CMD_SYNC.
    mutating func insertion(of agent: Int, queue: Int, slot: UInt32, count: UInt32, attempts: UInt32, at time: UInt64) {
        insertions[agent] &+= 1
        _ = add(
            TraceEvent(
                kind: .insertion, agent: Int32(truncatingIfNeeded: agent), queue: Int32(truncatingIfNeeded: queue),
                insertion: insertions[agent], start: time, end: time, slot: slot, count: count, attempts: attempts),
            price: 2)
    }

    /// The device's agent touches a queue: what it does from now on is for that one.
    @inline(__always)
    mutating func serve(_ offset: Int, by agent: Int) {
        let use = lineUses[offset >> 6]
        if use >= 0 { served[agent] = use >> 2 }
    }

    /// PROD has arrived, or the device has written CONS.
    mutating func register(_ offset: Int, _ value: UInt32, at time: UInt64) {
        let use = lineUses[offset >> 6]
        guard use >= 0 else { return }
        let queue = Int(use >> 2)
        if use & 3 == Use.prod { prods[queue] = value } else { conses[queue] = value }
        let occupancy = (prods[queue] &- conses[queue]) & masks[queue]
        _ = add(TraceEvent(kind: .occupancy, queue: use >> 2, start: time, end: time, count: occupancy), price: 1)
    }

    /// The CMD_SYNC that the device's agent has just executed was the one before CONS.
    mutating func completed(by agent: Int, cons: UInt32) {
        let place = open[agent].place
        let queue = served[agent]
        if place >= 0, queue >= 0, events[place].phase == .complete { events[place].slot = (cons &- 1) & masks[Int(queue)] }
        // The next CMD_SYNC is one of its own.
        open[agent] = OpenSpan()
    }

    /// The event's place; -1: it is not recorded.
    private mutating func add(_ event: TraceEvent, price: Int) -> Int {
        guard event.start < to, event.kind == .span ? event.end > from : event.start >= from, from != .max else {
            outside &+= 1
            return -1
        }
        guard fullAt == nil, room >= price else {
            leftOut &+= 1
            if fullAt == nil { fullAt = event.start }
            return -1
        }
        room &-= price
        events[count] = event
        count &+= 1
        return count &- 1
    }
}

extension Phase {
    /// Of a span: itself, and for a wait that it adds one who waits and takes it away.
    fileprivate var price: Int { isWait ? 3 : 1 }
}

extension TraceEvent {
    /// Whether the other goes on with what this one is.
    fileprivate func isContinued(by other: TraceEvent) -> Bool {
        end == other.start && phase == other.phase && insertion == other.insertion && queue == other.queue && end > start
    }
}

extension Core {
    @inline(never)
    mutating func record(_ site: Site, of agent: Int, since started: UInt64) {
        recorder.span(at: site, of: agent, isDevice: agent >= processors, from: started, to: agents[agent].time)
    }
}
