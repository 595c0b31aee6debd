/// What a search came to.
package struct TuningOutcome: Sendable {
    package var task: TuningTask
    /// Best first; those that a race dropped behind those that it did not.
    package var candidates: [TuningCandidate]
    /// What Linux has.
    package var linux: TuningCandidate?
    /// What was spent: 1 is what a full sweep spends on each combination.
    package var evaluations: Double
    package var runs: Int
    package var memoryOperations: UInt64
    /// One line for each check that a run violated.
    package var violations: [String]
    /// Nil where the search came to its own end.
    package var stop: TuningStop?

    /// Ended before it was done, and not by what it was allowed.
    package var isPartial: Bool { stop == .cancelled || stop == .violated }

    package var best: TuningCandidate? { candidates.first }
    package var isFeasible: Bool { best.map { $0.violation(of: task.constraints) == 0 } ?? false }

    package init(
        task: TuningTask, candidates: [TuningCandidate], linux: TuningCandidate? = nil, evaluations: Double, runs: Int, memoryOperations: UInt64 = 0,
        violations: [String] = [], stop: TuningStop? = nil
    ) {
        self.task = task
        self.candidates = candidates
        self.linux = linux
        self.evaluations = evaluations
        self.runs = runs
        self.memoryOperations = memoryOperations
        self.violations = violations
        self.stop = stop
    }
}

package enum Tuner {
    /// Searches the space.
    ///
    /// - Parameter standard: what the axes' properties are where nobody chooses them
    package static func tune(
        _ task: TuningTask, standard: Scenario, runner: some TuningRunner, progress: @escaping (TuningProgress) -> Void = { _ in }
    ) throws(ScenarioError) -> TuningOutcome {
        let isNative = task.space.base.machine.isNative
        let linux = task.space.linuxChoice(standard: standard)
        var ledger = TuningLedger(task: task, runner: runner, progress: progress)
        if isNative {
            var race = RacingSearch(task: task, linux: linux)
            try race.run(&ledger)
        } else {
            try HalvingSearch(task: task, linux: linux).run(&ledger)
        }
        let linuxPoint = linux.flatMap { task.space.point(of: $0) }
        return TuningOutcome(
            task: task, candidates: ranked(ledger, isNative: isNative),
            linux: linuxPoint.flatMap { ledger.candidates[$0] } ?? ledger.baseline, evaluations: ledger.evaluations, runs: ledger.runs,
            memoryOperations: ledger.memoryOperations, violations: ledger.violations, stop: ledger.stop)
    }

    private static func ranked(_ ledger: TuningLedger<some TuningRunner>, isNative: Bool) -> [TuningCandidate] {
        let all = ledger.order.compactMap { ledger.candidates[$0] }.filter { !$0.runs.isEmpty }
        if isNative {
            return RacingSearch.ranked(all.filter { $0.dropped == nil }, ledger.task)
                + TuningTask.ranked(all.filter { $0.dropped != nil }, by: ledger.task)
        }
        // A short run never beats a full one: it only says where to look.
        let repeats = ledger.task.repeats
        return TuningTask.ranked(all.filter { $0.isFull(repeats: repeats) }, by: ledger.task)
            + TuningTask.ranked(all.filter { !$0.isFull(repeats: repeats) }, by: ledger.task)
    }
}
