import Workload

/// The search on the native machine: a race. Each round runs every candidate that is left once, one right after the other, so that what the
/// host does to one round it does to all; those that are behind beyond doubt drop out. When few are left, what lies between them joins.
struct RacingSearch {
    let task: TuningTask
    let linux: Scenario?
    /// Of the order within a round.
    private var generator: SplitMix64

    init(task: TuningTask, linux: Scenario?) {
        self.task = task
        self.linux = linux
        generator = SplitMix64(seed: task.space.base.seed)
    }

    /// The probability that one that is not behind is dropped, in the whole race.
    static let alpha = 0.05
    /// Rounds before anything is dropped.
    static let fewest = 4
    /// Rounds after which what lies between joins, even though more are left than wanted.
    static let patience = 8
    private static let coarse = 24
    private static let joining = 8

    mutating func run(_ ledger: inout TuningLedger<some TuningRunner>) throws(ScenarioError) {
        var alive = task.space.coarse(limit: Self.coarse)
        let begun = alive.count
        var sinceJoining = 0
        var block = 0
        ledger.enter("race")
        while true {
            for point in alive.shuffled(using: &generator) {
                guard try ledger.run(point, divisor: 1, block: block) else { return }
            }
            if let linux, task.space.point(of: linux).map({ !alive.contains($0) }) ?? true {
                guard try runLinux(linux, block, &ledger) else { return }
            }
            block += 1
            sinceJoining += 1
            alive = survivors(alive, &ledger)
            guard sinceJoining >= Self.fewest else { continue }
            if alive.count <= max(3, begun / 4) || sinceJoining >= Self.patience {
                let joined = joiners(alive, ledger)
                if !joined.isEmpty {
                    alive += joined
                    sinceJoining = 0
                    continue
                }
            }
            if alive.count == 1 { return }
        }
    }

    private func runLinux(_ linux: Scenario, _ block: Int, _ ledger: inout TuningLedger<some TuningRunner>) throws(ScenarioError) -> Bool {
        // Out of the race, its runs only say what is gained.
        if let point = task.space.point(of: linux) { return try ledger.run(point, divisor: 1, block: block) }
        return try ledger.runBaseline(linux, block: block)
    }

    /// Those that are not behind the leader beyond doubt.
    private func survivors(_ alive: [TuningPoint], _ ledger: inout TuningLedger<some TuningRunner>) -> [TuningPoint] {
        let ranked = Self.ranked(alive, ledger)
        guard let leader = ranked.first.flatMap({ ledger.candidates[$0] }), leader.blocks.count >= Self.fewest else { return alive }
        let leads = leader.violation(of: task.constraints) == 0
        var left = [leader.point]
        for point in ranked.dropFirst() {
            guard let candidate = ledger.candidates[point] else { continue }
            if leads, Self.violates(candidate, task, among: ranked.count - 1) {
                ledger.drop([point], "it misses a constraint")
            } else if leads == (candidate.violation(of: task.constraints) == 0), Self.isSeparated(leader, candidate, task, among: ranked.count - 1) {
                ledger.drop([point], "it is behind \(task.space.flags(of: leader.point))")
            } else {
                left.append(point)
            }
        }
        // In the order in which they came.
        return alive.filter(left.contains)
    }

    /// By the rounds that all of them took part in: the host was faster in some than in others.
    static func ranked(_ points: [TuningPoint], _ ledger: TuningLedger<some TuningRunner>) -> [TuningPoint] {
        ranked(points.compactMap { ledger.candidates[$0] }, ledger.task).map(\.point)
    }

    static func ranked(_ candidates: [TuningCandidate], _ task: TuningTask) -> [TuningCandidate] {
        guard let first = candidates.first else { return [] }
        let common = candidates.dropFirst().reduce(Set(first.blocks)) { $0.intersection($1.blocks) }
        let order = TuningTask.ranked(candidates.map { common.isEmpty ? $0 : $0.restricted(to: common) }, by: task)
        let whole = Dictionary(candidates.map { ($0.point, $0) }, uniquingKeysWith: { first, _ in first })
        return order.compactMap { whole[$0.point] }
    }

    /// Whether the leader's lead is beyond doubt: a paired t test, its level shared out over all ordered pairs (the leader is chosen by the same
    /// figures) and over all looks. The k-th look has 6/(pi k)^2 of it, which adds up to 1 however many there are.
    static func isSeparated(_ leader: TuningCandidate, _ other: TuningCandidate, _ task: TuningTask, among others: Int) -> Bool {
        let (probability, pairs) = leader.probability(ofLeadOver: other, task.goal)
        return probability < level(pairs: pairs, others: others)
    }

    /// The same of a constraint that is missed.
    private static func violates(_ candidate: TuningCandidate, _ task: TuningTask, among others: Int) -> Bool {
        task.constraints.contains { constraint in
            let samples = candidate.samples(of: constraint.metric)
            let beyond = TuningStatistics.pairedDifferences(samples, samples.map { _ in constraint.bound }).map { constraint.isUpper ? $0 : -$0 }
            return TuningStatistics.probability(ofMeanAboveZero: beyond) < level(pairs: beyond.count, others: others)
        }
    }

    private static func level(pairs: Int, others: Int) -> Double {
        guard pairs >= fewest else { return 0 }
        let look = Double(pairs - fewest + 1)
        return alpha * 6 / (Double.pi * Double.pi * look * look) / Double(max(1, others * (others + 1)))
    }

    /// What lies around the first three.
    private func joiners(_ alive: [TuningPoint], _ ledger: TuningLedger<some TuningRunner>) -> [TuningPoint] {
        var found: [TuningPoint] = []
        for (number, point) in Self.ranked(alive, ledger).prefix(3).enumerated() {
            let around = task.space.refinements(of: point, tried: ledger.tried) + (number == 0 ? task.space.flips(of: point) : [])
            for other in around where !ledger.isTried(other) && !found.contains(other) && found.count < Self.joining { found.append(other) }
        }
        return found
    }
}
