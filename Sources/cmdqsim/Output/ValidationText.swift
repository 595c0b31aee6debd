import Experiment

/// What `validate` found in the form that was asked for.
enum ValidationText {
    static func render(_ report: ValidationReport, format: OutputFormat) -> String {
        switch format {
        case .json: return JSON.render(report)
        case .csv: return csv(report)
        case .table:
            var parts = report.points.map(\.table).unique.map { table(named: $0, of: report) }
            if !report.references.isEmpty { parts.append(references(report.references)) }
            parts.append(notes(report))
            return parts.joined(separator: "\n\n") + "\n"
        }
    }

    private static func csv(_ report: ValidationReport) -> String {
        var csv = CSV(header: [
            "table", "machine", "algorithm", "cpus", "metric", "published", "predicted", "ratio", "sync", "placement", "workload",
            "source",
        ])
        for point in report.points {
            csv.append([
                point.table, point.machine, point.algorithm.rawValue, "\(point.cpus)", point.metric.rawValue,
                Numbers.exact(point.published), point.predicted.map(Numbers.exact) ?? "", point.ratio.map(Numbers.exact) ?? "",
                point.sync.rawValue, point.placement.rawValue, point.workload.rawValue, point.source,
            ])
        }
        return csv.text
    }

    private static func table(named name: String, of report: ValidationReport) -> String {
        let rows = TextColumns.render(
            report.points.filter { $0.table == name },
            [
                TextColumn(title: "machine", isText: true, cell: \.machine),
                TextColumn(title: "algorithm", isText: true, cell: \.algorithm.rawValue),
                TextColumn(title: "CPUs") { "\($0.cpus)" },
                TextColumn(title: "sync", isText: true, cell: \.sync.rawValue),
                TextColumn(title: "placement", isText: true, cell: \.placement.rawValue),
                TextColumn(title: "workload", isText: true, cell: \.workload.rawValue),
                TextColumn(title: "metric", isText: true, cell: \.metric.rawValue),
                TextColumn(title: "published") { Numbers.short($0.published) },
                TextColumn(title: "predicted") { figure($0.predicted, $0.metric) },
                TextColumn(title: "ratio") { $0.ratio.map { Numbers.fixed($0, 3) } ?? "-" },
            ])
        let summaries = report.tables.filter { $0.table == name }.map(summary)
        return (["Table \(name)", rows] + summaries).joined(separator: "\n")
    }

    private static func figure(_ value: Double?, _ metric: ValidationMetric) -> String {
        guard let value else { return "-" }
        return switch metric {
        case .mapsPerCPUPerSecond: Numbers.fixed(value, 0)
        case .casAttemptsPerAllocation: Numbers.fixed(value, 2)
        case .syncNanoseconds: Numbers.fixed(value, 1)
        }
    }

    private static func summary(_ summary: ValidationSummary) -> String {
        let whose = "Table \(summary.table)\(summary.algorithm.map { ", \($0.rawValue)" } ?? "")"
        let points = "\(summary.points) point\(summary.points == 1 ? "" : "s")"
        guard let mean = summary.geometricMean, let worst = summary.worst else { return "\(whose): \(points), none predicted" }
        let missing = summary.points - summary.predicted
        return "\(whose): \(points)\(missing == 0 ? "" : " (\(missing) without prediction)"), "
            + "geometric mean \(Numbers.fixed(mean, 3)), worst \(Numbers.fixed(worst, 3))"
    }

    private static func references(_ values: [ReferenceValue]) -> String {
        let rows = TextColumns.render(
            values,
            [
                TextColumn(title: "table", isText: true, cell: \.table),
                TextColumn(title: "machine", isText: true, cell: \.machine),
                TextColumn(title: "subject", isText: true, cell: \.subject),
                TextColumn(title: "metric", isText: true, cell: \.metric),
                TextColumn(title: "published") { range($0) },
            ], group: \.table)
        return "Published and not predicted\n" + rows
    }

    private static func range(_ value: ReferenceValue) -> String {
        switch (value.low, value.high) {
        case (let low?, let high?) where low == high: Numbers.short(low)
        case (let low?, let high?): "\(Numbers.short(low)) to \(Numbers.short(high))"
        case (let low?, nil): "over \(Numbers.short(low))"
        case (nil, let high?): "up to \(Numbers.short(high))"
        case (nil, nil): "-"
        }
    }

    private static func notes(_ report: ValidationReport) -> String {
        var lines: [String] = []
        if report.partial {
            let predicted = report.points.filter { $0.predicted != nil }.count
            lines.append("PARTIAL: \(predicted) of \(report.points.count) points have predictions; the session was cut short.")
        }
        if !report.points.isEmpty {
            lines.append(
                "The ratio r is predicted / published; the geometric mean is exp(mean |ln r|), the worst the greatest max(r, 1/r).")
        }
        lines.append("--format json has the source of each value.")
        return lines.joined(separator: "\n")
    }
}
