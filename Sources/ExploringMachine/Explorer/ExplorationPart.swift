import Machine

/// Graphs that are still to be completed, in the order of a stack, and which locations they speak of: anybody can go on with them.
///
/// What comes of one graph never touches what comes of another, so parts are explored apart and in any order.
package struct ExplorationPart: Sendable, Equatable {
    struct Graph: Sendable, Equatable {
        /// Where its events end; they begin where those of the one below end.
        var end: Int
        var hot: Int
        var frozen: Int
    }

    var layout: AddressLayout
    var events: [Event] = []
    var graphs: [Graph] = []

    init(layout: AddressLayout) { self.layout = layout }

    /// All of an exploration: nothing has happened. `usages`: how words are known to be accessed.
    package init(usages: [UInt8]) {
        layout = AddressLayout(usages: usages)
        graphs = [Graph(end: 0, hot: -1, frozen: 0)]
    }

    package var isEmpty: Bool { graphs.isEmpty }
    package var usages: [UInt8] { layout.usages }

    /// The same in pieces, in the order in which they are explored: the lowest graphs, of which most comes, are pieces of their own.
    package var pieces: [ExplorationPart] {
        let singles = min(4, graphs.count)
        var pieces = (0..<singles).map { piece($0..<($0 + 1)) }
        if graphs.count > singles { pieces.append(piece(singles..<graphs.count)) }
        return pieces.reversed()
    }

    private func piece(_ range: Range<Int>) -> ExplorationPart {
        let start = range.lowerBound == 0 ? 0 : graphs[range.lowerBound - 1].end
        var piece = ExplorationPart(layout: layout)
        piece.events = Array(events[start..<graphs[range.upperBound - 1].end])
        piece.graphs = graphs[range].map { Graph(end: $0.end - start, hot: $0.hot, frozen: $0.frozen) }
        return piece
    }

    /// How words are accessed in one part and in others; nil where they have learned different things of a word.
    package static func joined(_ known: [UInt8], _ found: [UInt8]) -> [UInt8]? {
        for (old, new) in zip(known, found) where old != 0 && new != 0 && old != new { return nil }
        return union(known, found)
    }

    package static func union(_ known: [UInt8], _ found: [UInt8]) -> [UInt8] { zip(known, found).map { $0 | $1 } }
}

extension ExplorationPart: Codable {
    private enum Key: CodingKey { case layout, events, graphs }
    private static let numbersPerEvent = 16

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(layout, forKey: .layout)
        try container.encode(graphs.flatMap { [$0.end, $0.hot, $0.frozen] }, forKey: .graphs)
        try container.encode(events.flatMap(\.numbers), forKey: .events)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        layout = try container.decode(AddressLayout.self, forKey: .layout)
        let ends = try container.decode([Int].self, forKey: .graphs)
        let numbers = try container.decode([UInt64].self, forKey: .events)
        guard ends.count % 3 == 0, numbers.count % Self.numbersPerEvent == 0 else {
            throw DecodingError.dataCorruptedError(forKey: .events, in: container, debugDescription: "numbers are missing")
        }
        graphs = stride(from: 0, to: ends.count, by: 3).map { Graph(end: ends[$0], hot: ends[$0 + 1], frozen: ends[$0 + 2]) }
        events = stride(from: 0, to: numbers.count, by: Self.numbersPerEvent).map { Event(numbers[$0..<($0 + Self.numbersPerEvent)]) }
    }

    /// Whether a machine of so many words and agents can go on with it: files may hold anything.
    package func fits(words: Int, agents: Int) -> Bool {
        let (locations, layoutCounts) = (layout.offsets.count, [layout.bits.count, layout.starts.count, layout.keys.count])
        guard layout.usages.count == words, locations <= ExecutionGraph.maxLocations, layoutCounts.allSatisfy({ $0 == locations }),
            zip(layout.keys, layout.bits).allSatisfy({ key, bit in key >= 0 && Int(key) < words * (bit < 0 ? 2 : 64) && bit < 64 }),
            layout.offsets.allSatisfy({ $0 >= 0 && Int($0) >> 3 < words }), (graphs.last?.end ?? 0) == events.count
        else { return false }
        var start = 0
        for graph in graphs {
            guard graph.end >= start, graph.end - start <= ExecutionGraph.maxEvents, (-1..<agents).contains(graph.hot),
                (0...(graph.end - start)).contains(graph.frozen),
                Self.isGraph(events[start..<graph.end], agents: agents, locations: locations)
            else { return false }
            start = graph.end
        }
        return true
    }

    private static func isGraph(_ events: ArraySlice<Event>, agents: Int, locations: Int) -> Bool {
        var lengths = [Int](repeating: 0, count: agents)
        var writes = [Set<Int16>](repeating: [], count: locations)
        for event in events {
            guard event.agent < agents, event.location >= 0, event.location < locations, Site(rawValue: event.site) != nil,
                Int(event.index) == lengths[Int(event.agent)], Int(event.index) < LocalSet.capacity,
                event.before.highest < Int(event.index), event.dependency.highest < Int(event.index)
            else { return false }
            lengths[Int(event.agent)] += 1
            if event.isWrite {
                guard event.position >= 0, Int(event.position) < ExecutionGraph.maxWrites,
                    writes[Int(event.location)].insert(event.position).inserted
                else { return false }
            } else {
                guard event.source >= -1, Int(event.source) < events.count else { return false }
                if event.source >= 0 {
                    let source = events[events.startIndex + Int(event.source)]
                    guard source.isWrite, source.location == event.location else { return false }
                }
            }
        }
        return writes.allSatisfy { $0.isEmpty || $0.max() == Int16($0.count - 1) }
    }
}

extension Event {
    /// All that it consists of.
    fileprivate var numbers: [UInt64] {
        let small = [index, location, source, position, fences.release, fences.acquire, fences.full].map { UInt64(UInt16(bitPattern: $0)) }
        return [UInt64(agent), UInt64(site), UInt64(part), UInt64(flags.rawValue)] + small
            + [value, before.low, before.high, dependency.low, dependency.high]
    }

    fileprivate init(_ numbers: ArraySlice<UInt64>) {
        let all = Array(numbers)
        func small(_ place: Int) -> Int16 { Int16(truncatingIfNeeded: all[place]) }
        self.init(
            agent: UInt8(truncatingIfNeeded: all[0]), site: UInt8(truncatingIfNeeded: all[1]), part: UInt8(truncatingIfNeeded: all[2]),
            flags: Flags(rawValue: UInt16(truncatingIfNeeded: all[3])), index: small(4), location: small(5), source: small(6),
            position: small(7), fences: FencePlaces(release: small(8), acquire: small(9), full: small(10)), value: all[11],
            before: LocalSet(low: all[12], high: all[13]), dependency: LocalSet(low: all[14], high: all[15]))
    }
}
