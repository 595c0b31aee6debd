import Machine

/// One event of an execution, as a person reads it.
package struct ExecutionStep: Sendable {
    package enum Source: Equatable, Sendable {
        case initial
        /// An agent's event; `index` counts its events from 0.
        case event(agent: Int, index: Int)
    }

    package var agent: Int
    package var index: Int
    package var site: Site
    package var isWrite: Bool
    package var isUpdate: Bool
    /// Of the word that is accessed, in bytes, and whether it is 32 bits wide.
    package var offset: Int
    package var isHalf: Bool
    /// Where a single bit of the word is accessed: which.
    package var bit: Int?
    package var value: UInt64
    /// Of a read.
    package var source: Source?
    /// A write's place in coherence order; of a read whose source is chosen, that of its source. Nil in a run that has only the newest.
    package var position: Int?
    /// The halves of the word are locations of their own.
    package var isSeparateHalf = false
    /// A read: there are newer writes than the one it reads, and so many of them.
    package var newerWrites: Int
    /// A wait that is not ended by what it reads.
    package var isUnmet: Bool
    /// A wait that was given up.
    package var isTimedOut = false
}

extension ExecutionView {
    /// The events in an order in which each read comes after the write that it reads from, and which follows the model's order
    /// as far as that goes together with each agent's own.
    package var steps: [ExecutionStep] {
        var done = [Int](repeating: 0, count: ExecutionGraph.maxAgents)
        var steps: [ExecutionStep] = []
        var last = 0
        while true {
            let ready = done.indices.filter { isReady($0, done) }
            guard !ready.isEmpty else { break }
            let kept = ready.contains(last) ? [last] + ready.filter { $0 != last } : ready
            // The halves of an update stay together.
            let isHalfDone = done[last] > 0 && done[last] < graph.length(of: last)
                && graph.events[graph.number(agent: last, index: done[last])].isUpdateWrite
            guard let next = isHalfDone ? last : kept.min(by: { violations($0, done) < violations($1, done) }) else { break }
            let event = graph.events[graph.number(agent: next, index: done[next])]
            // What a phantom reads is no step of the algorithm's.
            if event.isWrite || event.isTrueRead { steps.append(step(event)) }
            done[next] += 1
            last = next
        }
        return steps
    }

    private func isReady(_ agent: Int, _ done: [Int]) -> Bool {
        guard done[agent] < graph.length(of: agent) else { return false }
        let number = graph.number(agent: agent, index: done[agent])
        guard graph.events[number].isRead, graph.events[number].source >= 0 else { return true }
        return [Int(graph.events[number].source), graph.otherSource(of: number)].allSatisfy { write in
            write < 0 || done[Int(graph.events[write].agent)] > Int(graph.events[write].index)
        }
    }

    /// How many accesses to the same location should have come before the agent's next event.
    private func violations(_ agent: Int, _ done: [Int]) -> Int {
        let event = graph.events[graph.number(agent: agent, index: done[agent])]
        guard event.isWrite else { return 0 }
        return (0..<graph.count).count { number in
            let other = graph.events[number]
            guard other.location == event.location, Int(other.index) >= done[Int(other.agent)], other.agent != event.agent else { return false }
            return other.isWrite ? other.position < event.position : graph.position(ofWrite: other.source) < Int(event.position)
        }
    }

    private func step(_ event: Event) -> ExecutionStep {
        let location = Int(event.location)
        let isHalf = event.part != 0 || addresses.hasSeparateHalves(Int(addresses.offsets[location]))
        let value = event.part == 2 ? event.value >> 32 : event.part == 1 ? event.value & 0xffff_ffff : event.value
        var source: ExecutionStep.Source?
        if event.isRead {
            source = event.source < 0
                ? .initial
                : .event(agent: Int(graph.events[Int(event.source)].agent), index: Int(graph.events[Int(event.source)].index))
        }
        let newer = event.isRead ? graph.writeCount(location) - 1 - graph.position(ofWrite: event.source) : 0
        return ExecutionStep(
            agent: Int(event.agent), index: Int(event.index), site: Site(rawValue: event.site) ?? .work, isWrite: event.isWrite,
            isUpdate: event.flags.contains(.update),
            offset: Int(addresses.offsets[location]) + (event.part == 2 ? 4 : 0), isHalf: isHalf,
            bit: addresses.bits[location] < 0 ? nil : Int(addresses.bits[location]), value: value, source: source,
            position: event.isWrite ? Int(event.position) : graph.position(ofWrite: event.source),
            isSeparateHalf: addresses.hasSeparateHalves(Int(addresses.offsets[location])), newerWrites: newer, isUnmet: event.flags.contains(.unmet),
            isTimedOut: event.flags.contains(.timedOut))
    }
}
