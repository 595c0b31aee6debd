/// Every combination of the axes' values that can run.
package struct TuningSpace: Sendable {
    package let base: Scenario
    package let axes: [TuningAxis]
    /// In the order of the axes' values, the last axis fastest.
    package let points: [TuningPoint]
    /// Combinations that the scenario's validation refuses, and what it said of the first.
    package let refused: Int
    package let firstRefusal: String?
    private let known: Set<TuningPoint>

    /// More combinations than anyone waits for.
    package static let limit = 10_000

    /// - Throws: where no combination can run, or there are more than `limit`
    package init(base: Scenario, axes: [TuningAxis]) throws(ScenarioError) {
        self.base = base
        self.axes = axes
        var count = 1
        for axis in axes {
            count = count.multipliedReportingOverflow(by: axis.values.count).overflow ? .max : count * axis.values.count
            guard count <= Self.limit else {
                throw ScenarioError(.usage, "the lists multiply to more than \(Self.limit) combinations; at most \(Self.limit) are allowed")
            }
        }
        var points: [TuningPoint] = []
        var seen: Set<String> = []
        var verdicts: [String: ScenarioError?] = [:]
        var refused = 0
        var first: ScenarioError?
        for number in 0..<count {
            let point = Self.point(number, of: axes)
            let scenario = Self.scenario(of: point, base: base, axes: axes)
            // What an algorithm or a queue has no use for makes no second candidate.
            guard seen.insert(Self.identity(of: scenario)).inserted else { continue }
            if let error = Self.check(scenario, &verdicts) {
                // A file that cannot be read is no matter of the combination.
                if error.kind == .data { throw error }
                refused += 1
                if first == nil { first = error }
            } else {
                points.append(point)
            }
        }
        self.points = points
        self.refused = refused
        firstRefusal = first?.message
        known = Set(points)
        if points.isEmpty, let first { throw first }
    }

    package func contains(_ point: TuningPoint) -> Bool { known.contains(point) }

    package func scenario(of point: TuningPoint) -> Scenario { Self.scenario(of: point, base: base, axes: axes) }

    /// Those on which something is to choose.
    package var openAxes: [Int] { axes.indices.filter { axes[$0].values.count > 1 } }

    package func values(of point: TuningPoint) -> [TuningAxis.Value] { zip(axes, point.positions).map { $0.values[$1] } }

    /// `--batch 16 --sync msi`.
    package func flags(of point: TuningPoint) -> String {
        zip(axes, values(of: point)).map { "\($0.kind.flag) \($1)" }.joined(separator: " ")
    }

    /// What Linux has: batches of 64 commands, of 63 where each must have its own CMD_SYNC; of the other axes what a run has unless told.
    /// Where the queue has no room for it the nearest that fits. Nil where none runs.
    package func linuxChoice(standard: Scenario) -> Scenario? {
        var scenario = base
        for axis in axes where axis.kind != .batch {
            let value: TuningAxis.Value? = axis.values.count == 1 ? axis.values[0] : axis.kind.value(in: standard)
            if let value { axis.set(value, in: &scenario) }
        }
        var verdicts: [String: ScenarioError?] = [:]
        guard axes.contains(where: { $0.kind == .batch }) else { return Self.check(scenario, &verdicts) == nil ? scenario : nil }
        for batch in (1...(base.forceSync ? 63 : 64)).reversed() {
            scenario.batch = batch
            if Self.check(scenario, &verdicts) == nil { return scenario }
        }
        return nil
    }

    /// The point that runs as this scenario does, if it is one.
    package func point(of scenario: Scenario) -> TuningPoint? {
        let positions = axes.map { axis in axis.kind.value(in: scenario).flatMap { axis.values.firstIndex(of: $0) } }
        guard positions.allSatisfy({ $0 != nil }) else { return nil }
        let point = TuningPoint(positions: positions.compactMap { $0 })
        return contains(point) && self.scenario(of: point) == scenario ? point : nil
    }

    private static func point(_ number: Int, of axes: [TuningAxis]) -> TuningPoint {
        var rest = number
        var positions = Array(repeating: 0, count: axes.count)
        for index in axes.indices.reversed() {
            positions[index] = rest % axes[index].values.count
            rest /= axes[index].values.count
        }
        return TuningPoint(positions: positions)
    }

    private static func scenario(of point: TuningPoint, base: Scenario, axes: [TuningAxis]) -> Scenario {
        var scenario = base
        for (axis, position) in zip(axes, point.positions) { axis.set(axis.values[position], in: &scenario) }
        return scenario
    }

    private static func identity(of scenario: Scenario) -> String {
        let lock = scenario.algorithm.comparesAndSwaps ? scenario.lock.rawValue : "-"
        let sync = scenario.queue == .vcmdq ? "-" : scenario.sync.rawValue
        return "\(scenario.batch ?? 0) \(scenario.log2Entries) \(scenario.vcmdqsPerVINTF) \(sync) \(lock) \(scenario.algorithm) \(scenario.backoff)"
    }

    /// Planning the insertions and reading the machine's file take long, and most axes do not matter to them.
    private static func check(_ scenario: Scenario, _ verdicts: inout [String: ScenarioError?]) -> ScenarioError? {
        do throws(ScenarioError) { try scenario.validateFields() } catch { return error }
        let machine = verdict("\(scenario.vcmdqsPerVINTF)", &verdicts) { () throws(ScenarioError) in _ = try scenario.machineModel() }
        let plan = "\(scenario.batch ?? 0) \(scenario.log2Entries) \(scenario.algorithm)"
        return machine ?? verdict(plan, &verdicts) { () throws(ScenarioError) in
            var streams = RecordedStreams()
            _ = try RunPlan(scenario, streams: &streams)
        }
    }

    private static func verdict(_ key: String, _ verdicts: inout [String: ScenarioError?], _ check: () throws(ScenarioError) -> Void) -> ScenarioError? {
        if let known = verdicts[key] { return known }
        let verdict: ScenarioError?
        do throws(ScenarioError) {
            try check()
            verdict = nil
        } catch { verdict = error }
        verdicts[key] = .some(verdict)
        return verdict
    }
}
