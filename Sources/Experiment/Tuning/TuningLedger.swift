import Foundation

/// What is asked of a search.
package struct TuningTask: Sendable {
    package var space: TuningSpace
    package var goal: TuningGoal
    package var constraints: [TuningConstraint]
    package var limits: TuningLimits

    package init(space: TuningSpace, goal: TuningGoal, constraints: [TuningConstraint] = [], limits: TuningLimits = TuningLimits()) {
        self.space = space
        self.goal = goal
        self.constraints = constraints
        self.limits = limits
    }

    /// Runs of an evaluation: what a full sweep gives each combination.
    package var repeats: Int { space.base.repeats }

    /// A sweep of all combinations costs as many evaluations as there are; the search of a simulated machine takes a fifth of that,
    /// but has 12 in any case and 64 at most.
    package var evaluationBudget: Double {
        limits.evaluations ?? (space.base.machine.isNative ? .infinity : min(max(Double(space.points.count) / 5, 12), 64))
    }
}

package struct TuningLimits: Sendable {
    /// Nil: what the search has by itself.
    package var evaluations: Double?
    /// Of the native machine; of the host's time.
    package var seconds: Double?

    package init(evaluations: Double? = nil, seconds: Double? = nil) {
        self.evaluations = evaluations
        self.seconds = seconds
    }
}

extension TuningTask {
    /// Best first: those that keep the constraints by the goal, then the others by how far they miss them; equal ones by their place.
    static func ranked(_ candidates: [TuningCandidate], by task: TuningTask) -> [TuningCandidate] {
        let scored = candidates.map { (candidate: $0, violation: $0.violation(of: task.constraints), value: $0.value(of: task.goal)) }
        return scored.sorted { a, b in
            if a.violation != b.violation { return a.violation < b.violation }
            switch (a.value, b.value) {
            case (let x?, let y?) where x != y: return task.goal.isBetter(x, than: y)
            case (.some, nil): return true
            case (nil, .some): return false
            default: return a.candidate.point.positions.lexicographicallyPrecedes(b.candidate.point.positions)
            }
        }.map(\.candidate)
    }
}

/// Why a search goes no further.
package enum TuningStop: Equatable, Sendable {
    case cancelled, violated, evaluations, seconds
}

/// Makes the runs of a search, and keeps what they gave and cost.
struct TuningLedger<Runner: TuningRunner> {
    let task: TuningTask
    private var runner: Runner
    private let progress: (TuningProgress) -> Void
    private let clock = ContinuousClock()
    private let begun: ContinuousClock.Instant

    private(set) var candidates: [TuningPoint: TuningCandidate] = [:]
    /// In the order in which they were first tried.
    private(set) var order: [TuningPoint] = []
    /// What Linux has, where that is none of the points.
    private(set) var baseline: TuningCandidate?
    private(set) var evaluations = 0.0
    private(set) var runs = 0
    private(set) var memoryOperations: UInt64 = 0
    private(set) var violations: [String] = []
    private(set) var stop: TuningStop?
    private var stage = ""

    init(task: TuningTask, runner: Runner, progress: @escaping (TuningProgress) -> Void) {
        self.task = task
        self.runner = runner
        self.progress = progress
        begun = clock.now
    }

    mutating func enter(_ stage: String) { self.stage = stage }

    func isTried(_ point: TuningPoint) -> Bool { candidates[point] != nil }
    var tried: Set<TuningPoint> { Set(order) }
    func hasRun(_ point: TuningPoint, divisor: Int, block: Int = 0) -> Bool { candidates[point]?.runs[divisor]?[block] != nil }

    /// What a run of one `divisor`-th costs, in evaluations.
    func cost(divisor: Int) -> Double { 1 / (Double(divisor) * Double(task.repeats + warmups)) }
    private var warmups: Int { task.space.base.machine.isNative ? task.space.base.warmups : 0 }

    /// What is left of the evaluations.
    var left: Double { task.evaluationBudget - evaluations }

    /// False where the search has to end.
    mutating func run(_ point: TuningPoint, divisor: Int, block: Int = 0) throws(ScenarioError) -> Bool {
        if hasRun(point, divisor: divisor, block: block) { return true }
        let known = candidates[point]
        var candidate = known ?? TuningCandidate(point: point, scenario: task.space.scenario(of: point))
        let goesOn = try run(&candidate, divisor: divisor, block: block, label: task.space.flags(of: point))
        if goesOn || !candidate.runs.isEmpty {
            if known == nil { order.append(point) }
            candidates[point] = candidate
        }
        return goesOn
    }

    /// Runs what Linux has, where that is none of the points.
    mutating func runBaseline(_ scenario: Scenario, block: Int) throws(ScenarioError) -> Bool {
        var candidate = baseline ?? TuningCandidate(point: TuningPoint(positions: []), scenario: scenario)
        guard candidate.runs[1]?[block] == nil else { return true }
        let goesOn = try run(&candidate, divisor: 1, block: block, label: "what Linux has")
        if !candidate.runs.isEmpty { baseline = candidate }
        return goesOn
    }

    private mutating func run(_ candidate: inout TuningCandidate, divisor: Int, block: Int, label: String) throws(ScenarioError) -> Bool {
        let cost = cost(divisor: divisor)
        // Sums of fractions come out a little beside the whole.
        guard left > cost - 1e-9 else { return end(.evaluations) }
        if let seconds = task.limits.seconds, (clock.now - begun) / .seconds(1) >= seconds { return end(.seconds) }
        progress(TuningProgress(stage: stage, label: label, evaluations: evaluations, budget: task.evaluationBudget, candidates: order.count))
        if candidate.runs.isEmpty {
            for _ in 0..<warmups {
                guard let warmup = try runner.run(candidate.scenario, divisor: divisor, block: block, isWarmup: true) else { return end(.cancelled) }
                account(warmup, cost)
                if stop != nil { return false }
            }
        }
        guard let run = try runner.run(candidate.scenario, divisor: divisor, block: block, isWarmup: false) else { return end(.cancelled) }
        candidate.add(run, divisor: divisor, block: block)
        account(run, cost)
        return stop == nil
    }

    private mutating func account(_ run: TuningRun, _ cost: Double) {
        evaluations += cost
        runs += 1
        memoryOperations += run.memoryOperations
        guard !run.violations.isEmpty else { return }
        violations += run.violations
        stop = .violated
    }

    private mutating func end(_ reason: TuningStop) -> Bool {
        stop = stop ?? reason
        return false
    }

    mutating func drop(_ points: some Sequence<TuningPoint>, _ reason: String) {
        for point in points { candidates[point]?.dropped = reason }
    }

    mutating func readmit(_ point: TuningPoint) { candidates[point]?.dropped = nil }

    func ranked(_ points: some Sequence<TuningPoint>) -> [TuningPoint] {
        TuningTask.ranked(points.compactMap { candidates[$0] }, by: task).map(\.point)
    }
}

/// How far a search is.
package struct TuningProgress: Sendable {
    package var stage: String
    package var label: String
    package var evaluations: Double
    /// Infinite where only time bounds it.
    package var budget: Double
    package var candidates: Int
}
