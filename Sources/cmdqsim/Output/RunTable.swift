import Experiment

/// One result, a quantity per line.
enum RunTable {
    static func render(_ result: RunResult) -> String {
        TextColumns.render(
            lines(of: result),
            [
                TextColumn(title: "quantity", isText: true, cell: \.name),
                TextColumn(title: "value", isText: true, cell: \.value),
            ])
    }

    private struct Line {
        var name: String
        var value: String
    }

    private static func lines(of result: RunResult) -> [Line] {
        let scenario = result.scenario
        var lines = [
            Line(name: "machine", value: result.machine),
            Line(name: "queue", value: queue(of: result)),
            Line(name: "workload", value: result.workload),
            Line(name: "length", value: scenario.length.words),
            Line(name: "producers", value: "\(result.producers)\(result.oversubscribed ? " *" : "")"),
        ]
        if let loop = scenario.dmaLoop {
            lines += [
                Line(name: "pages per unmap", value: "\(loop.pagesPerUnmap)"),
                Line(name: "flush", value: loop.flush.rawValue),
                Line(name: "range invalidation", value: loop.rangeInvalidation ? "on" : "off"),
            ]
        }
        lines += [
            Line(name: "batch", value: result.batch.map { "\($0)" } ?? "as the workload has it"),
            Line(name: "entries", value: "2^\(result.log2Entries)"),
            Line(name: "sync", value: result.sync),
            Line(name: "lock", value: result.lock ?? "-"),
            Line(name: "layout", value: result.layout),
        ]
        lines += scenario.machine.isNative
            ? [
                Line(name: "backoff", value: "\(scenario.backoff)"),
                Line(name: "device threads", value: "\(scenario.device.threads)"),
                Line(name: "pinned", value: scenario.pinned ? "yes" : "no"),
            ] : [Line(name: "placement", value: scenario.simulation.placement.rawValue)]
        lines += [
            Line(name: "commands issued", value: Numbers.grouped(result.commandsIssued)),
            Line(name: "commands executed", value: Numbers.grouped(result.commandsExecuted)),
            Line(name: "syncs completed", value: Numbers.grouped(result.syncsCompleted)),
            Line(name: "seconds", value: Numbers.fixed(result.seconds, 6)),
            Line(name: "M commands/s", value: Numbers.millions(result.commandsPerSecond)),
            Line(
                name: "  min..max",
                value: result.commandsPerSecondSpread.map(Numbers.millions).joined(separator: "..")),
            Line(name: "M syncs/s", value: Numbers.millions(result.syncsPerSecond)),
            Line(
                name: "CAS attempts/allocation",
                value: result.casAttemptsPerAllocation.map { Numbers.fixed($0, 3) } ?? "-"),
            Line(name: "commands/doorbell", value: Numbers.fixed(result.commandsPerDoorbell, 3)),
            Line(name: "doorbells", value: Numbers.grouped(result.doorbells)),
            Line(name: "fallbacks to main", value: Numbers.grouped(result.fallbacksToMain)),
            Line(name: "insertion latency", value: latency(result.insertionNanoseconds)),
            Line(name: "sync latency", value: latency(result.syncNanoseconds)),
        ]
        for (kind, count) in result.disturbances.sorted(by: { $0.key < $1.key }) { lines.append(Line(name: kind, value: Numbers.grouped(count))) }
        if result.spaceTimeouts > 0 { lines.append(Line(name: "space timeouts", value: Numbers.grouped(result.spaceTimeouts))) }
        if result.syncTimeouts > 0 { lines.append(Line(name: "sync timeouts", value: Numbers.grouped(result.syncTimeouts))) }
        if result.partial { lines.append(Line(name: "state", value: "partial")) }
        return lines
    }

    private static func queue(of result: RunResult) -> String {
        let name = "\(result.queue), \(result.algorithm)"
        if result.queue == QueueKind.ecmdq.rawValue { return "\(name), one for each producer" }
        guard result.queue == QueueKind.vcmdq.rawValue else { return name }
        return "\(name), \(result.vintfs) VINTFs of \(result.vcmdqsPerVintf) VCMDQs"
    }

    private static func latency(_ latency: Latency?) -> String {
        guard let latency else { return "-" }
        let quantiles = [
            ("p50", latency.p50), ("p90", latency.p90), ("p99", latency.p99), ("p99.9", latency.p999),
            ("max", latency.max),
        ]
        return "mean \(Numbers.fixed(latency.mean / 1000, 2))"
            + quantiles.map { ", \($0.0) \(Numbers.microseconds($0.1))" }.joined() + " us"
    }
}
