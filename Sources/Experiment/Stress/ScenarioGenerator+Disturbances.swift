extension ScenarioGenerator {
    /// One to three disturbances that the algorithm has the moments for.
    func drawDisturbances(_ scenario: inout Scenario, _ draw: inout Draw) {
        for _ in 0..<draw.number(in: 1...3) {
            // One that may happen anywhere is worth as much as all those that have their place.
            var disturbance = Disturbance(draw.isTrue(1, in: 3) ? .preempt : draw.one(of: Disturbance.Kind.allCases))
            disturbance.first = draw.one(of: [1, draw.number(in: 1...20), draw.number(in: 1...500)])
            if disturbance.kind == .lostMSI {
                // The issuer waits until its time is over: once is enough, and not in every scenario that could.
                guard draw.isTrue(1, in: 6), !scenario.losesMSIs else { continue }
            } else if disturbance.kind == .preempt {
                // Operations come by the dozen in an insertion: odd distances reach each of them.
                disturbance.every = draw.one(of: [31, 131, 1009, 5003])
            } else if draw.isTrue(1, in: 2) {
                disturbance.every = draw.one(of: [50, 200, 1000])
            }
            if disturbance.kind == .preempt {
                disturbance.nanoseconds = draw.one(of: [1_000, 50_000, 500_000])
            } else if disturbance.kind.hasDuration { disturbance.nanoseconds = draw.one(of: [20_000, 200_000, 1_000_000, 5_000_000]) }
            if !disturbance.kind.isOfDevice, draw.isTrue(1, in: 2) { disturbance.producer = draw.number(in: 0...(scenario.producers - 1)) }
            scenario.disturbances.append(disturbance)
            if (try? scenario.validateDisturbances()) == nil { scenario.disturbances.removeLast() }
        }
        // Which CMD_SYNCs time out must not depend on how busy the host is.
        if scenario.losesMSIs, case .spin = scenario.backoff { scenario.backoff = .standard }
    }
}
