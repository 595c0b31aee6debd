import Machine

/// An execution as checks and reports see it.
package struct ExecutionView {
    let graph: ExecutionGraph
    let addresses: AddressTable

    /// A write in the coherence order of its word.
    package struct Write {
        package let agent: Int
        package let index: Int
        package let site: Site
        package let value: UInt64
    }

    /// The writes to a word, in coherence order; values of the 32-bit half where `isHalf`.
    package func writes(to offset: Int, isHalf: Bool) -> [Write] {
        guard let (location, shift) = addresses.location(of: offset) else { return [] }
        return (0..<graph.writeCount(location)).map { position in
            let event = graph.events[graph.write(location, at: position)]
            let value = graph.value(location, at: position) >> shift
            return Write(
                agent: Int(event.agent), index: Int(event.index), site: Site(rawValue: event.site) ?? .work,
                value: isHalf ? value & 0xffff_ffff : value)
        }
    }

    /// No access takes the word as a whole.
    package func hasSeparateHalves(_ word: Word64) -> Bool { addresses.hasSeparateHalves(word.offset) }

    /// What a word holds in the end.
    package func finalValue(of word: Word64) -> UInt64 {
        guard let low = addresses.location(of: word.offset) else {
            return addresses.location(of: word.high.offset).map { graph.finalValue($0.location) << 32 } ?? 0
        }
        let value = graph.finalValue(low.location)
        guard addresses.hasSeparateHalves(word.offset) else { return value }
        return value | (addresses.location(of: word.high.offset).map { graph.finalValue($0.location) } ?? 0) << 32
    }

    /// Waits at the sites that were given up.
    package func timeouts(at sites: [Site]) -> Int { (0..<ExecutionGraph.maxAgents).reduce(0) { $0 + graph.timeouts(of: $1, at: sites) } }

    /// Equal for equal programs in equal executions.
    package var fingerprint: UInt64 {
        var hash: UInt64 = graph.hash
        for agent in 0..<ExecutionGraph.maxAgents {
            for index in 0..<graph.length(of: agent) {
                let event = graph.events[graph.number(agent: agent, index: index)]
                let place = UInt64(UInt32(bitPattern: addresses.offsets[Int(event.location)])) << 32 | UInt64(event.flags.rawValue) << 8 | UInt64(event.site)
                hash = ((hash ^ place) &* 0xbf58_476d_1ce4_e5b9 ^ event.value) &* 0x94d0_49bb_1331_11eb
                hash ^= hash >> 29
            }
        }
        return hash
    }

    /// Whether an agent's first `length` events depend, by program order and reads-from, on the other's event `index`.
    package func sees(agent: Int, length: Int, other: Int, index: Int) -> Bool {
        var reached = [Int](repeating: 0, count: ExecutionGraph.maxAgents)
        var walked = reached
        reached[agent] = length
        var progress = true
        while progress {
            progress = false
            for each in reached.indices {
                while walked[each] < reached[each] {
                    let number = graph.number(agent: each, index: walked[each])
                    walked[each] += 1
                    guard graph.events[number].isRead else { continue }
                    for write in [Int(graph.events[number].source), graph.otherSource(of: number)] where write >= 0 {
                        let source = graph.events[write]
                        guard Int(source.index) >= reached[Int(source.agent)] else { continue }
                        reached[Int(source.agent)] = Int(source.index) + 1
                        progress = true
                    }
                }
            }
        }
        return reached[other] > index
    }
}
