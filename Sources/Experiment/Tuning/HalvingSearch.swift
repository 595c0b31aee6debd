/// The search on a simulated machine: short runs of a coarse grid, then longer ones of the better half and of what lies between, at last full
/// runs of the few that are left and of their neighbours. Equal tasks take equal steps.
struct HalvingSearch {
    let task: TuningTask
    /// What Linux has, to be run in full length beside the points; nil where there is none.
    let linux: Scenario?

    /// Parts of a full run, and what share of the evaluations may go to each.
    private static let stages: [(divisor: Int, share: Double)] = [(8, 0.2), (4, 0.16), (2, 0.2)]
    /// No more points to begin with, however cheap they are.
    private static let widest = 128
    /// Fewer combinations are all run in full.
    private static let few = 6
    /// A part by which a shorter run may be wrong.
    private static let doubt = 0.02

    func run(_ ledger: inout TuningLedger<some TuningRunner>) throws(ScenarioError) {
        let points = task.space.points
        if points.count <= Self.few {
            ledger.enter("full runs")
            _ = try runFull(points, &ledger)
            _ = try runLinux(&ledger)
            return
        }
        var population: [TuningPoint] = []
        for (number, stage) in Self.stages.enumerated() {
            ledger.enter("runs of 1/\(stage.divisor)")
            let room = max(4, Int(task.evaluationBudget * stage.share / ledger.cost(divisor: stage.divisor)))
            if number == 0 {
                population = task.space.coarse(limit: min(room, Self.widest, max(20, Int(2 * task.evaluationBudget))))
            } else {
                population = succeeding(population, room: room, &ledger)
            }
            for point in population { guard try look(at: point, stage.divisor, &ledger) else { return } }
        }
        try finish(population, &ledger)
    }

    /// A run of that part, or of as much more as it takes to see the candidate at its work; nothing where that would leave too little for the end.
    private func look(at point: TuningPoint, _ divisor: Int, _ ledger: inout TuningLedger<some TuningRunner>) throws(ScenarioError) -> Bool {
        if let candidate = ledger.candidates[point], candidate.divisor <= divisor { return true }
        guard ledger.left - reserve >= ledger.cost(divisor: divisor) else { return true }
        guard try ledger.run(point, divisor: divisor) else { return false }
        guard let longer = ledger.candidates[point]?.longerPart(than: divisor), ledger.left - reserve >= ledger.cost(divisor: longer) else { return true }
        return try ledger.run(point, divisor: longer)
    }

    /// For full runs of two candidates, of what Linux has, and of a neighbour.
    private var reserve: Double { min(4, task.evaluationBudget / 3) }

    /// Best first, those behind that were not seen at their work.
    private func ranked(_ points: [TuningPoint], _ ledger: TuningLedger<some TuningRunner>) -> [TuningPoint] {
        let ranked = ledger.ranked(points)
        let isSeen = { (point: TuningPoint) in ledger.candidates[point].map { $0.longerPart(than: $0.divisor) == nil } ?? false }
        return ranked.filter(isSeen) + ranked.filter { !isSeen($0) }
    }

    /// The better half, and what lies around the best of it.
    private func succeeding(_ population: [TuningPoint], room: Int, _ ledger: inout TuningLedger<some TuningRunner>) -> [TuningPoint] {
        let ranked = ranked(population, ledger)
        let kept = ranked.prefix(max(2, min((population.count + 1) / 2, room * 2 / 3)))
        ledger.drop(ranked.dropFirst(kept.count), "short runs were behind")
        var next = Array(kept)
        for (number, point) in ranked.prefix(4).enumerated() {
            let around = task.space.refinements(of: point, tried: ledger.tried) + (number == 0 ? task.space.flips(of: point) : [])
            for other in around where next.count < room && !ledger.isTried(other) && !next.contains(other) { next.append(other) }
        }
        return next
    }

    /// Full runs: of the first by what was seen so far, of what Linux has, then of neighbours as long as there is something left.
    private func finish(_ population: [TuningPoint], _ ledger: inout TuningLedger<some TuningRunner>) throws(ScenarioError) {
        ledger.enter("full runs")
        let ranked = ranked(population, ledger)
        // Linux's choice is one evaluation, and half of the rest is left for neighbours.
        let finalists = max(2, Int((ledger.left - 1) / 2))
        ledger.drop(ranked.dropFirst(finalists), "shorter runs were behind")
        guard try runFull(ranked.prefix(1), &ledger), try runLinux(&ledger) else { return }
        guard try runFull(ranked.dropFirst().prefix(finalists - 1), &ledger) else { return }
        ledger.enter("neighbours of the best")
        while let best = Self.best(of: ledger) {
            let open = task.space.neighbours(of: best).filter { !isFull($0, ledger) }
            guard let next = ledger.ranked(open.filter { isPromising($0, beside: best, ledger) }).first ?? open.first(where: { !ledger.isTried($0) })
            else { return }
            guard try runFull([next], &ledger) else { return }
        }
    }

    /// Whether shorter runs left a doubt that it is worse.
    private func isPromising(_ point: TuningPoint, beside best: TuningPoint, _ ledger: TuningLedger<some TuningRunner>) -> Bool {
        guard let candidate = ledger.candidates[point], let leader = ledger.candidates[best],
            candidate.violation(of: task.constraints) <= leader.violation(of: task.constraints),
            let value = candidate.estimate(of: task.goal)?.value, let most = leader.estimate(of: task.goal)?.value
        else { return false }
        let behind = task.goal.isMaximized ? most - value : value - most
        return behind <= Self.doubt * abs(most)
    }

    private static func best(of ledger: TuningLedger<some TuningRunner>) -> TuningPoint? {
        ledger.ranked(ledger.order.filter { ledger.candidates[$0]?.isFull(repeats: ledger.task.repeats) == true }).first
    }

    private func isFull(_ point: TuningPoint, _ ledger: TuningLedger<some TuningRunner>) -> Bool {
        ledger.candidates[point]?.isFull(repeats: task.repeats) ?? false
    }

    /// All seeds of each; a point whose seeds do not all fit any more is not begun.
    private func runFull(_ points: some Sequence<TuningPoint>, _ ledger: inout TuningLedger<some TuningRunner>) throws(ScenarioError) -> Bool {
        for point in points where !isFull(point, ledger) {
            let done = Double(ledger.candidates[point]?.runs[1]?.count ?? 0) / Double(task.repeats)
            if ledger.left < 1 - done - 1e-9, Self.best(of: ledger) != nil { return false }
            ledger.readmit(point)
            for block in 0..<task.repeats { guard try ledger.run(point, divisor: 1, block: block) else { return false } }
        }
        return true
    }

    private func runLinux(_ ledger: inout TuningLedger<some TuningRunner>) throws(ScenarioError) -> Bool {
        guard let linux else { return true }
        if let point = task.space.point(of: linux) { return try runFull([point], &ledger) }
        for block in 0..<task.repeats { guard try ledger.runBaseline(linux, block: block) else { return false } }
        return true
    }
}
