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
    /// What is left of an event's dependency.
    private struct Kept {
        var named: LocalSet
        /// Of a register's read: it comes after what the branches before it depend on, which is not named.
        var branches: Bool
    }

    /// Of an execution under `c11`. Slow.
    func explanation(isDevice: [Bool]) -> Explanation {
        var kept = (0..<count).map { number in
            let event = events[number]
            return Kept(
                named: event.dependency,
                branches: event.isTrueRead && event.flags.contains(.register) && !event.flags.contains(.device))
        }
        guard let whole = cycle(underArm: kept, isDevice) else { return Explanation(isAllowedByArm: true) }
        var found = whole
        // One after the other is left out, as long as the rest will do.
        func leaveOut(_ number: Int, _ change: (inout Kept) -> Void) {
            let before = kept[number]
            change(&kept[number])
            if let cycle = cycle(underArm: kept, isDevice) { found = cycle } else { kept[number] = before }
        }
        for number in 0..<count {
            if kept[number].branches { leaveOut(number) { $0.branches = false } }
            var named = kept[number].named
            guard !named.isEmpty else { continue }
            leaveOut(number) { $0.named = LocalSet() }
            guard !kept[number].named.isEmpty else { continue }
            while let index = named.popFirst() { leaveOut(number) { $0.named.remove(index) } }
        }
        var explanation = Explanation(cycle: found)
        for number in 0..<count where kept[number].branches || !kept[number].named.isEmpty {
            let event = events[number]
            var earlier: [Explanation.Event] = []
            var set = kept[number].named
            while let index = set.popFirst() { earlier.append(note(self.number(agent: Int(event.agent), index: index))) }
            if earlier.isEmpty { earlier = found.filter { $0.agent == Int(event.agent) && $0.index < Int(event.index) } }
            explanation.dependencies.append(
                Explanation.Dependency(
                    kind: .of(Site(rawValue: event.site) ?? .work, isUpdate: event.isUpdateWrite), later: note(number), earlier: earlier))
        }
        return explanation
    }

    private func note(_ number: Int) -> Explanation.Event {
        let event = events[number]
        return Explanation.Event(agent: Int(event.agent), index: Int(event.index), site: Site(rawValue: event.site) ?? .work)
    }

    /// A shortest cycle of what `arm` orders, with what is kept of dependencies only; nil where there is none.
    private func cycle(underArm kept: [Kept], _ isDevice: [Bool]) -> [Explanation.Event]? {
        var graph = ExecutionGraph(model: .arm)
        defer { graph.deallocate() }
        for number in 0..<count { graph.restore(events[number]) }
        for agent in isDevice.indices {
            var order = LocalOrder(model: .arm, isDevice: isDevice[agent])
            for index in 0..<length(of: agent) {
                let number = number(agent: agent, index: index)
                let event = events[number]
                let dependency = kept[number].named
                if event.fences.full == Int16(index) {
                    order.fullFence()
                } else {
                    if event.fences.release == Int16(index) { order.storeFence() }
                    if event.fences.acquire == Int16(index) { order.loadFence() }
                }
                order.waitsForBranches = kept[number].branches
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
