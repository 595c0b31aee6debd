import SimulatedMachine

/// One event of a timeline.
struct TimelineMark {
    enum Kind {
        /// Of a processor's insertion, where it is known, by its place in the trace.
        case slice(insertion: Int?)
        /// From the write of an insertion to the CMD_SYNC that covers it.
        case arrowStart(id: Int)
        case arrowEnd(id: Int)
        case occupancy
        case waiters(Waiters)
    }

    /// Picoseconds.
    var time: UInt64
    var kind: Kind
    /// Its place in the trace; of waiters 0.
    var event: Int

    /// Of marks at one time: what arrows start or end in comes before them.
    var rank: Int {
        switch kind {
        case .waiters: 0
        case .occupancy: 1
        case .slice: 2
        case .arrowStart: 3
        case .arrowEnd: 4
        }
    }
}

/// How many processors wait, for each thing that they wait for.
struct Waiters: Equatable {
    static let phases: [Phase] = [.waitForSpace, .lock, .waitForOwner, .waitForSync]

    var counts = InlineArray<4, Int>(repeating: 0)

    static func == (one: Waiters, other: Waiters) -> Bool {
        (0..<4).allSatisfy { one.counts[$0] == other.counts[$0] }
    }
}

/// The events of a timeline, made from what was recorded.
struct TimelineMarks {
    private(set) var inOrder: [TimelineMark] = []
    private let trace: Trace

    init(_ trace: Trace) {
        self.trace = trace
        addSlicesAndOccupancy()
        addWaiters()
        for queue in trace.queues.indices { addArrows(of: queue) }
        inOrder.sort { ($0.time, $0.rank, $0.event) < ($1.time, $1.rank, $1.event) }
    }

    private struct InsertionKey: Hashable {
        var agent: Int32
        var number: UInt32
    }

    private mutating func addSlicesAndOccupancy() {
        var insertions: [InsertionKey: Int] = [:]
        for (place, event) in trace.events.enumerated() where event.kind == .insertion {
            insertions[InsertionKey(agent: event.agent, number: event.insertion)] = place
        }
        for (place, event) in trace.events.enumerated() {
            switch event.kind {
            case .span:
                let insertion = insertions[InsertionKey(agent: event.agent, number: event.insertion)]
                inOrder.append(TimelineMark(time: event.start, kind: .slice(insertion: insertion), event: place))
            case .occupancy: inOrder.append(TimelineMark(time: event.start, kind: .occupancy, event: place))
            case .insertion: break
            }
        }
    }

    private mutating func addWaiters() {
        var changes: [(time: UInt64, series: Int, by: Int)] = []
        for event in trace.events where event.kind == .span {
            guard let series = Waiters.phases.firstIndex(of: event.phase) else { continue }
            changes.append((event.start, series, 1))
            changes.append((event.end, series, -1))
        }
        changes.sort { ($0.time, $0.series, $0.by) < ($1.time, $1.series, $1.by) }
        var waiters = Waiters()
        var shown: Waiters?
        for (index, change) in changes.enumerated() {
            waiters.counts[change.series] += change.by
            let isLastOfItsTime = index + 1 == changes.count || changes[index + 1].time != change.time
            guard isLastOfItsTime, waiters != shown else { continue }
            shown = waiters
            inOrder.append(TimelineMark(time: change.time, kind: .waiters(waiters), event: 0))
        }
    }

    /// An arrow for each insertion whose write and whose CMD_SYNC were both recorded. A CMD_SYNC covers what lies before it
    /// in its queue: that of an insertion is the first at its last slot or behind.
    private mutating func addArrows(of queue: Int) {
        var positions = RingPositions(mask: trace.queues[queue].pointerMask)
        var insertions: [(last: Int, place: Int)] = []
        var syncs: [(position: Int, place: Int)] = []
        let ofQueue = trace.events.indices.filter { trace.events[$0].queue == Int32(queue) }
        for place in ofQueue.sorted(by: { (trace.events[$0].start, $0) < (trace.events[$1].start, $1) }) {
            let event = trace.events[place]
            if event.kind == .insertion {
                insertions.append((positions.position(of: event.slot &+ event.count &- 1), place))
            } else if event.kind == .span, event.phase == .complete, event.slot != TraceEvent.noSlot {
                syncs.append((positions.position(of: event.slot), place))
            }
        }
        insertions.sort { ($0.last, $0.place) < ($1.last, $1.place) }
        syncs.sort { $0.position < $1.position }
        let writes = firstWrites
        var next = 0
        for insertion in insertions {
            while next < syncs.count, syncs[next].position < insertion.last { next += 1 }
            guard next < syncs.count else { return }
            let note = trace.events[insertion.place]
            guard let write = writes[InsertionKey(agent: note.agent, number: note.insertion)] else { continue }
            let sync = syncs[next].place
            // The place of the insertion's note is unlike that of any other.
            inOrder.append(TimelineMark(time: trace.events[write].start, kind: .arrowStart(id: insertion.place), event: write))
            inOrder.append(TimelineMark(time: trace.events[sync].start, kind: .arrowEnd(id: insertion.place), event: sync))
        }
    }

    private var firstWrites: [InsertionKey: Int] {
        var writes: [InsertionKey: Int] = [:]
        for (place, event) in trace.events.enumerated() where event.kind == .span && event.phase == .write {
            let key = InsertionKey(agent: event.agent, number: event.insertion)
            if writes[key] == nil { writes[key] = place }
        }
        return writes
    }
}

/// Tells pointers of different laps apart: each is taken for the position next to the one before it.
private struct RingPositions {
    let mask: UInt32
    private var last: Int?

    init(mask: UInt32) { self.mask = mask }

    mutating func position(of pointer: UInt32) -> Int {
        let pointer = Int(pointer & mask)
        guard let last else {
            // Laps before the first position that was recorded must not come out negative.
            let first = pointer + 2 * (Int(mask) + 1)
            self.last = first
            return first
        }
        let laps = Int(mask) + 1
        var step = (pointer - last) & Int(mask)
        if step > laps / 2 { step -= laps }
        self.last = last + step
        return last + step
    }
}
