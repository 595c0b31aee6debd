import Workload

/// Makes a failing scenario smaller for as long as it still fails.
package struct ScenarioShrinker {
    /// Whether a scenario fails; a native failure comes by chance, so this is to try more than once.
    let fails: (Scenario) -> Bool
    let isOver: () -> Bool

    /// The smallest scenario found that fails; the one given where none does.
    func shrink(_ scenario: Scenario) -> Scenario {
        var smallest = scenario
        var hasShrunk = true
        while hasShrunk {
            hasShrunk = false
            for candidate in Self.candidates(smallest) {
                guard !isOver() else { return smallest }
                guard fails(candidate) else { continue }
                smallest = candidate
                hasShrunk = true
                break
            }
        }
        return smallest
    }

    /// Valid scenarios that are one step smaller, the largest steps first.
    static func candidates(_ scenario: Scenario) -> [Scenario] {
        let all = fewerEvents(scenario) + fewerProducers(scenario) + shorter(scenario) + plainer(scenario)
        return all.filter { $0 != scenario && (try? $0.validateFields()) != nil }
    }

    private static func fewerEvents(_ scenario: Scenario) -> [Scenario] {
        var all: [Scenario] = []
        if !scenario.disturbances.isEmpty { all.append(scenario.with { $0.disturbances = [] }) }
        if !scenario.attendance.isEmpty { all.append(scenario.with { $0.attendance = [] }) }
        if scenario.disturbances.count > 1 {
            for index in scenario.disturbances.indices { all.append(scenario.with { $0.disturbances.remove(at: index) }) }
        }
        if scenario.attendance.count > 1 {
            for index in scenario.attendance.indices { all.append(scenario.with { $0.attendance.remove(at: index) }) }
        }
        return all
    }

    private static func fewerProducers(_ scenario: Scenario) -> [Scenario] {
        Set([1, 2, scenario.producers / 2, scenario.producers - 1]).filter { (1..<scenario.producers).contains($0) }.sorted().map { producers in
            scenario.with {
                $0.producers = producers
                $0.attendance.removeAll { $0.producer >= producers }
                $0.disturbances.removeAll { $0.producer ?? 0 >= producers }
            }
        }
    }

    private static func shorter(_ scenario: Scenario) -> [Scenario] {
        switch scenario.length {
        case .commands(let commands) where commands > 1:
            [10, 2].map { part in scenario.with { $0.length = .commands(max(1, commands / part)) } }
        case .seconds(let seconds) where seconds > 0.002:
            [10, 2].map { part in scenario.with { $0.length = .seconds(max(0.002, seconds / Double(part))) } }
        case .commands, .seconds, .workload: []
        }
    }

    /// Each field that is not as in a scenario of which nothing is said, made so.
    private static func plainer(_ scenario: Scenario) -> [Scenario] {
        let plain = Scenario()
        var all: [Scenario] = []
        func reset<Value: Equatable>(_ field: WritableKeyPath<Scenario, Value>) {
            guard scenario[keyPath: field] != plain[keyPath: field] else { return }
            all.append(scenario.with { $0[keyPath: field] = plain[keyPath: field] })
        }
        all.append(scenario.with {
            $0.queue = .main
            ($0.vintfs, $0.vcmdqsPerVINTF, $0.vintfOwner) = (1, 1, .guest)
        })
        reset(\.vintfs)
        reset(\.vcmdqsPerVINTF)
        reset(\.vintfOwner)
        reset(\.algorithm)
        reset(\.device)
        reset(\.device.threads)
        reset(\.device.tlbiNanoseconds)
        reset(\.device.syncNanoseconds)
        reset(\.device.fetchNanoseconds)
        reset(\.device.consEvery)
        reset(\.device.turnLimit)
        reset(\.lock)
        reset(\.layout)
        reset(\.forceSync)
        reset(\.backoff)
        reset(\.pinned)
        reset(\.sync)
        reset(\.latencySampling)
        reset(\.batch)
        if let batch = scenario.batch, batch > 1 { all.append(scenario.with { $0.batch = batch / 2 }) }
        all.append(scenario.with {
            $0.workload = .dma(.init())
            if $0.length == .workload { $0.length = .commands(1000) }
        })
        for index in scenario.disturbances.indices where scenario.disturbances[index].every != nil {
            all.append(scenario.with { $0.disturbances[index].every = nil })
        }
        return all
    }
}

extension Scenario {
    func with(_ change: (inout Scenario) -> Void) -> Scenario {
        var scenario = self
        change(&scenario)
        return scenario
    }
}
