import Experiment

/// What `calibrate --check` found, as a table.
enum CalibrationText {
    static func table(_ points: [CalibrationCheck.Point]) -> String {
        let rows = TextColumns.render(
            points,
            [
                TextColumn(title: "producers") { "\($0.producers)" },
                TextColumn(title: "batch") { "\($0.batch)" },
                TextColumn(title: "sync", isText: true, cell: \.sync.rawValue),
                TextColumn(title: "measured") { Numbers.millions($0.measured) },
                TextColumn(title: "middle half") { "\(Numbers.millions($0.quartiles.lowerBound))..\(Numbers.millions($0.quartiles.upperBound))" },
                TextColumn(title: "repeats") { "\($0.repeats)" },
                TextColumn(title: "predicted") { Numbers.millions($0.predicted) },
                TextColumn(title: "ratio") { Numbers.fixed($0.ratio, 3) },
            ])
        let worst = points.map(\.distance).max() ?? 1
        return rows + "\nMillion commands per second; the ratio r is predicted / measured, the worst the greatest max(r, 1/r): \(Numbers.fixed(worst, 3))\n"
    }
}
