import Machine

/// Why an execution that `c11` allows is none under `arm`: the orderings that it would break there.
package struct Explanation: Sendable, Equatable {
    package enum Kind: String, Sendable, Comparable {
        case address = "address dependency"
        case data = "data dependency"
        case control = "control dependency"

        package static func < (one: Kind, other: Kind) -> Bool { one.rawValue < other.rawValue }

        /// Of the dependency that an access at the site names. Whose value it takes is a data dependency, whose place an address one.
        static func of(_ site: Site, isUpdate: Bool) -> Kind {
            switch site {
            case _ where isUpdate: .data
            case .writeSlots: .address
            case .refreshCons: .data
            default: .control
            }
        }
    }

    package struct Event: Sendable, Equatable {
        package var agent: Int
        package var index: Int
        package var site: Site
    }

    /// One access of an agent comes after others of its own, by a dependency.
    package struct Dependency: Sendable, Equatable {
        package var kind: Kind
        package var later: Event
        package var earlier: [Event]
    }

    /// `arm` allows the execution too: it needs nothing that only `c11` lacks.
    package var isAllowedByArm = false
    /// The least dependencies that forbid it: without any one of them `arm` would allow it.
    package var dependencies: [Dependency] = []
    /// The events that would come before themselves, in order: each before the next, the last before the first.
    package var cycle: [Event] = []

    /// Who takes part.
    package var agents: Int { Set(cycle.map(\.agent)).count }
    /// A store that a third agent has seen is there for all: C11 promises that only where acquires and releases hand it on.
    package var needsMultiCopyAtomicity: Bool { agents > 2 }
}

extension ExecutionGraph {
    /// Of an execution under `c11`. Slow.
    func explanation(isDevice: [Bool]) -> Explanation {
        var kept = [Bool](repeating: true, count: count)
        guard let whole = cycle(underArm: kept, isDevice) else { return Explanation(isAllowedByArm: true) }
        var found = whole
        // One after the other is left out, as long as the rest will do.
        for number in 0..<count where hasDependency(number) {
            kept[number] = false
            if let cycle = cycle(underArm: kept, isDevice) { found = cycle } else { kept[number] = true }
        }
        var explanation = Explanation(cycle: found)
        for number in 0..<count where kept[number] && hasDependency(number) {
            let event = events[number]
            var earlier: [Explanation.Event] = []
            var set = event.dependency
            while let index = set.popFirst() { earlier.append(note(self.number(agent: Int(event.agent), index: index))) }
            // A register's read comes after what the branches before it depend on, which is not named.
            if earlier.isEmpty { earlier = found.filter { $0.agent == Int(event.agent) && $0.index < Int(event.index) } }
            explanation.dependencies.append(
                Explanation.Dependency(kind: .of(Site(rawValue: event.site) ?? .work, isUpdate: event.isUpdateWrite), later: note(number), earlier: earlier))
        }
        return explanation
    }

    private func note(_ number: Int) -> Explanation.Event {
        let event = events[number]
        return Explanation.Event(agent: Int(event.agent), index: Int(event.index), site: Site(rawValue: event.site) ?? .work)
    }

    private func hasDependency(_ number: Int) -> Bool {
        let event = events[number]
        return !event.dependency.isEmpty || event.isTrueRead && event.flags.contains(.register) && !event.flags.contains(.device)
    }

    /// A shortest cycle of what `arm` orders, with the dependencies of the events in `kept` only; nil where there is none.
    private func cycle(underArm kept: [Bool], _ isDevice: [Bool]) -> [Explanation.Event]? {
        var graph = ExecutionGraph(model: .arm)
        defer { graph.deallocate() }
        for number in 0..<count { graph.restore(events[number]) }
        for agent in isDevice.indices {
            var order = LocalOrder(model: .arm, isDevice: isDevice[agent])
            for index in 0..<length(of: agent) {
                let number = number(agent: agent, index: index)
                let event = events[number]
                let dependency = kept[number] ? event.dependency : LocalSet()
                if event.fences.full == Int16(index) {
                    order.fullFence()
                } else {
                    if event.fences.release == Int16(index) { order.storeFence() }
                    if event.fences.acquire == Int16(index) { order.loadFence() }
                }
                order.waitsForBranches = kept[number]
                graph.events[number].before = order.before(event.flags, dependingOn: dependency)
                graph.events[number].dependency = dependency
                order.append(event.flags, dependingOn: dependency)
            }
        }
        var shortest: [Int]?
        for number in 0..<count {
            guard let cycle = graph.shortestCycle(through: number), cycle.count < shortest?.count ?? .max else { continue }
            shortest = cycle
        }
        return shortest.map { $0.map(note) }
    }
}
