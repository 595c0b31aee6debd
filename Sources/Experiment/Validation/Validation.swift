/// What one run predicts; nil where it has no such figure.
package struct PointPrediction: Equatable, Sendable {
    /// Per second.
    package var mapsPerCPUPerSecond: Double?
    package var casAttemptsPerAllocation: Double?
    /// Nanoseconds.
    package var syncNanoseconds: Double?

    package init(
        mapsPerCPUPerSecond: Double? = nil, casAttemptsPerAllocation: Double? = nil, syncNanoseconds: Double? = nil
    ) {
        self.mapsPerCPUPerSecond = mapsPerCPUPerSecond
        self.casAttemptsPerAllocation = casAttemptsPerAllocation
        self.syncNanoseconds = syncNanoseconds
    }

    package subscript(metric: ValidationMetric) -> Double? {
        switch metric {
        case .mapsPerCPUPerSecond: mapsPerCPUPerSecond
        case .casAttemptsPerAllocation: casAttemptsPerAllocation
        case .syncNanoseconds: syncNanoseconds
        }
    }
}

/// Predicts points, each distinct run once.
package struct Validation {
    package typealias Predict = (ValidationRun) throws(ScenarioError) -> PointPrediction

    package var points: [PublishedPoint]
    package var references: [ReferenceValue]

    package init(points: [PublishedPoint], references: [ReferenceValue] = []) {
        self.points = points
        self.references = references
    }

    /// How many runs the points need.
    package var runCount: Int { Set(points.map(\.run)).count }

    /// - Parameters:
    ///   - isCancelled: asked before each run; once true, the points that have no run yet stay without prediction
    ///   - willRun: the run's number, from 1, before it starts
    /// - Throws: what keeps a run from being predicted, with the point that needed it first
    package func report(
        isCancelled: () -> Bool = { false }, willRun: (Int, ValidationRun) -> Void = { _, _ in }, predict: Predict
    ) throws(ScenarioError) -> ValidationReport {
        var predictions: [ValidationRun: PointPrediction] = [:]
        var isPartial = false
        for point in points where predictions[point.run] == nil {
            if isCancelled() {
                isPartial = true
                break
            }
            willRun(predictions.count + 1, point.run)
            do throws(ScenarioError) {
                predictions[point.run] = try predict(point.run)
            } catch {
                // A data error that names a file of its own, such as a machine file, begins with that already.
                let place = point.place ?? "table \(point.table), \(point.run)"
                throw ScenarioError(error.kind, error.kind == .data && point.place == nil ? error.message : "\(place): \(error.message)")
            }
        }
        let validated = points.map { ValidatedPoint($0, predicted: predictions[$0.run]?[$0.metric]) }
        return ValidationReport(points: validated, references: references, partial: isPartial)
    }
}
