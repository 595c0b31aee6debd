import Machine

/// C11's happens-before of a graph, as a clock for each event: how far each agent's events come before it.
///
/// An agent's event `i` stands at 2i + 2 of its time, a fence before it at 2i + 1.
struct HappensBefore {
    typealias Clock = InlineArray<8, UInt16>

    struct FullFence {
        var agent: Int
        var time: UInt16
        var clock: Clock
    }

    private struct Agent {
        var done = 0
        var clock = Clock(repeating: 0)
        /// What relaxed loads have read, for an acquire fence to come.
        var pending = Clock(repeating: 0)
        /// The clock at the last release fence.
        var released = Clock(repeating: 0)
    }

    let clocks: FixedBuffer<Clock>
    /// What an acquire of each write takes over.
    private let messages: FixedBuffer<Clock>
    private(set) var fullFences: [FullFence] = []

    init() {
        clocks = FixedBuffer(count: ExecutionGraph.maxEvents, repeating: Clock(repeating: 0))
        messages = FixedBuffer(count: ExecutionGraph.maxEvents, repeating: Clock(repeating: 0))
    }

    func deallocate() {
        clocks.deallocate()
        messages.deallocate()
    }

    /// Of a graph whose program order and reads-from have no cycle.
    mutating func compute(_ graph: ExecutionGraph) {
        fullFences.removeAll(keepingCapacity: true)
        var agents = InlineArray<8, Agent>(repeating: Agent())
        var progress = true
        while progress {
            progress = false
            for agent in 0..<ExecutionGraph.maxAgents {
                while agents[agent].done < graph.length(of: agent) {
                    let number = graph.number(agent: agent, index: agents[agent].done)
                    let source = graph.events[number].source
                    if graph.events[number].isRead, source >= 0 {
                        let event = graph.events[Int(source)]
                        if agents[Int(event.agent)].done <= Int(event.index) { break }
                    }
                    step(&agents[agent], number, graph)
                    progress = true
                }
            }
        }
    }

    private mutating func step(_ agent: inout Agent, _ number: Int, _ graph: ExecutionGraph) {
        let event = graph.events[number]
        let own = Int(event.agent)
        let index = event.index
        let fenceTime = 2 * UInt16(index) + 1
        if event.fences.acquire == index { Self.join(&agent.clock, agent.pending) }
        if event.fences.release == index {
            agent.released = agent.clock
            agent.released[own] = fenceTime
        }
        if event.fences.full == index {
            var clock = agent.clock
            clock[own] = fenceTime
            fullFences.append(FullFence(agent: own, time: fenceTime, clock: clock))
        }
        if event.isTrueRead, event.source >= 0 {
            let message = messages[Int(event.source)]
            if event.flags.contains(.acquire) { Self.join(&agent.clock, message) } else { Self.join(&agent.pending, message) }
        }
        agent.clock[own] = fenceTime + 1
        clocks[number] = agent.clock
        if event.isWrite {
            var message = event.flags.contains(.release) ? agent.clock : agent.released
            if event.isUpdateWrite {
                // A release sequence goes on through updates.
                let source = graph.events[graph.number(agent: own, index: Int(index) - 1)].source
                if source >= 0 { Self.join(&message, messages[Int(source)]) }
            }
            messages[number] = message
        }
        agent.done += 1
    }

    private static func join(_ clock: inout Clock, _ other: Clock) {
        for agent in 0..<8 { clock[agent] = max(clock[agent], other[agent]) }
    }

    /// Whether the first comes before the second, which is another.
    func orders(_ first: Event, _ second: Int) -> Bool {
        clocks[second][Int(first.agent)] >= 2 * UInt16(first.index) + 2
    }
}

extension ExecutionGraph {
    /// Coherence and the order of full fences, under happens-before. Source: Lahav and others, PLDI 2017 (RC11).
    func isC11Consistent() -> Bool {
        var happens = happensBefore[0]
        happens.compute(self)
        defer { happensBefore[0] = happens }
        for second in 0..<count {
            let later = events[second]
            let laterPlace = later.isWrite ? Int(later.position) : position(ofWrite: later.source)
            for first in 0..<count where first != second && events[first].location == later.location {
                let earlier = events[first]
                guard happens.orders(earlier, second) else { continue }
                let place = earlier.isWrite ? Int(earlier.position) : position(ofWrite: earlier.source)
                if later.isWrite ? place >= laterPlace : place > laterPlace { return false }
            }
        }
        return happens.fullFences.count < 2 || !fullFencesHaveCycle(happens)
    }

    private func fullFencesHaveCycle(_ happens: HappensBefore) -> Bool {
        let fences = happens.fullFences
        var reaches = fences.map { first in fences.map { second in isBefore(first, second, happens) } }
        for middle in fences.indices {
            for first in fences.indices where reaches[first][middle] {
                for second in fences.indices where reaches[middle][second] { reaches[first][second] = true }
            }
        }
        return fences.indices.contains { reaches[$0][$0] }
    }

    private func isBefore(_ first: HappensBefore.FullFence, _ second: HappensBefore.FullFence, _ happens: HappensBefore) -> Bool {
        if second.clock[first.agent] >= first.time && !(first.agent == second.agent && first.time >= second.time) { return true }
        for early in 0..<count where happens.clocks[early][first.agent] >= first.time {
            let event = events[early]
            let place = event.isWrite ? Int(event.position) : position(ofWrite: event.source)
            for late in 0..<count where late != early && events[late].location == event.location {
                let other = events[late]
                guard second.clock[Int(other.agent)] >= 2 * UInt16(other.index) + 2 else { continue }
                let otherPlace = other.isWrite ? Int(other.position) : position(ofWrite: other.source)
                // The communication of two accesses to a location is the order of the writes they make or see.
                if event.isWrite && other.isRead ? place <= otherPlace : place < otherPlace { return true }
            }
        }
        return false
    }
}
