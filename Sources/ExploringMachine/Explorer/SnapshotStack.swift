import Machine

/// Graphs that are still to be completed, the newest on top.
struct SnapshotStack {
    private var events: FixedBuffer<Event>
    private var used = 0
    private var ends: FixedBuffer<(end: Int, hot: Int, frozen: Int)>
    private(set) var count = 0

    private static let blank = Event(agent: 0, site: 0, flags: [], index: 0, location: 0)

    init() {
        events = FixedBuffer(count: 1 << 16, repeating: Self.blank)
        ends = FixedBuffer(count: 1 << 10, repeating: (0, 0, 0))
    }

    func deallocate() {
        events.deallocate()
        ends.deallocate()
    }

    /// `hot`: the agent that must go first, or -1.
    mutating func push(_ graph: ExecutionGraph, hot: Int) {
        if used + graph.count > events.count { events = Self.grown(events, blank: Self.blank, used: used) }
        if count == ends.count { ends = Self.grown(ends, blank: (0, 0, 0), used: count) }
        for number in 0..<graph.count { events[used &+ number] = graph.events[number] }
        used += graph.count
        ends[count] = (used, hot, graph.frozen)
        count += 1
    }

    /// The beginning: nothing has happened.
    mutating func pushEmpty() {
        ends[count] = (used, -1, 0)
        count += 1
    }

    /// Makes `graph` the newest; returns the agent that must go first.
    mutating func pop(into graph: inout ExecutionGraph) -> Int {
        count -= 1
        let start = count == 0 ? 0 : ends[count - 1].end
        graph.clear()
        for place in start..<used { graph.restore(events[place]) }
        graph.frozen = ends[count].frozen
        used = start
        return ends[count].hot
    }

    /// What lies on it, without what it holds itself.
    func store(in part: inout ExplorationPart) {
        part.events = (0..<used).map { events[$0] }
        part.graphs = (0..<count).map { ExplorationPart.Graph(end: ends[$0].end, hot: ends[$0].hot, frozen: ends[$0].frozen) }
    }

    mutating func restore(_ part: ExplorationPart) {
        clear()
        while part.events.count > events.count { events = Self.grown(events, blank: Self.blank, used: 0) }
        while part.graphs.count > ends.count { ends = Self.grown(ends, blank: (0, 0, 0), used: 0) }
        for (place, event) in part.events.enumerated() { events[place] = event }
        for (place, graph) in part.graphs.enumerated() { ends[place] = (graph.end, graph.hot, graph.frozen) }
        used = part.events.count
        count = part.graphs.count
    }

    mutating func clear() {
        used = 0
        count = 0
    }

    private static func grown<Element>(_ old: FixedBuffer<Element>, blank: Element, used: Int) -> FixedBuffer<Element> {
        let new = FixedBuffer(count: old.count * 2, repeating: blank)
        for index in 0..<used { new[index] = old[index] }
        old.deallocate()
        return new
    }
}
