import Experiment

/// Where the virtual time of a simulated run went: totals, and the lines that were waited for most. The rest is in the JSON only.
enum TimeTable {
    /// As many parts of memory are shown.
    static let lines = 6

    static func render(_ time: TimeReport) -> String {
        [processors(time), device(time), memory(time), summary(time)].filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private static func processors(_ time: TimeReport) -> String {
        let total = time.total
        return TextColumns.render(
            total.phases.filter { $0.operations > 0 },
            [
                TextColumn(title: "processors", isText: true, cell: \.phase.title),
                TextColumn(title: "share") { share($0.picoseconds, of: total.runningPicoseconds) },
                TextColumn(title: "ns/allocation") { perAllocation(Double($0.picoseconds) / 1000, total, digits: 1) },
                TextColumn(title: "operations/allocation") { perAllocation(Double($0.operations), total, digits: 2) },
            ])
    }

    private static func device(_ time: TimeReport) -> String {
        let running = time.devices.reduce(UInt64(0)) { $0 + $1.runningPicoseconds }
        var phases = time.devices.first?.phases ?? []
        for device in time.devices.dropFirst() {
            for index in phases.indices { phases[index].picoseconds += device.phases[index].picoseconds }
        }
        return TextColumns.render(
            phases.filter { $0.picoseconds > 0 },
            [
                TextColumn(title: "device", isText: true, cell: \.phase.title),
                TextColumn(title: "share") { share($0.picoseconds, of: running) },
                TextColumn(title: "us") { Numbers.fixed(Double($0.picoseconds) / 1e6, 3) },
            ])
    }

    private static func memory(_ time: TimeReport) -> String {
        let waited = time.lines.filter { $0.requests > 0 }
            .enumerated().sorted { ($1.element.queuedPicoseconds, $0.offset) < ($0.element.queuedPicoseconds, $1.offset) }
        return TextColumns.render(
            waited.prefix(lines).map(\.element),
            [
                TextColumn(title: "lines", isText: true, cell: \.name),
                TextColumn(title: "requests") { Numbers.grouped($0.requests) },
                TextColumn(title: "transfers") { Numbers.grouped($0.transfers) },
                TextColumn(title: "mean queue") { Numbers.fixed($0.meanQueueLength, 3) },
                TextColumn(title: "wait ns") { Numbers.fixed($0.meanWaitNanoseconds, 1) },
                TextColumn(title: "service ns") { Numbers.fixed($0.meanServiceNanoseconds, 1) },
            ])
    }

    private static func summary(_ time: TimeReport) -> String {
        let (total, gathers) = (time.total, time.total.gathers)
        var lines = ["doorbells: \(Numbers.grouped(gathers.count)) for \(Numbers.fixed(gathers.meanEntries, 2)) entries on average, \(gathers.largest) at most"]
        if !gathers.sizes.isEmpty {
            lines.append("  by size: " + gathers.sizes.map { "to \($0.upTo): \(Numbers.grouped($0.count))" }.joined(separator: ", "))
        }
        if total.casAttempts > 0 {
            lines.append("compare-and-swaps: \(Numbers.fixed(total.attemptsPerSuccess, 3)) for each that succeeded")
        }
        let counts = time.operations
        lines.append(
            "memory operations: \(Numbers.grouped(counts.total)): \(Numbers.grouped(counts.loads)) loads, \(Numbers.grouped(counts.stores)) stores, "
                + "\(Numbers.grouped(counts.updates)) read-modify-writes, \(Numbers.grouped(counts.registerAccesses)) register accesses, "
                + "\(Numbers.grouped(counts.deviceWords)) words by the device")
        return lines.joined(separator: "\n")
    }

    private static func share(_ part: UInt64, of whole: UInt64) -> String {
        Numbers.fixed(whole == 0 ? 0 : 100 * Double(part) / Double(whole), 1) + "%"
    }

    private static func perAllocation(_ value: Double, _ total: ProcessorTime, digits: Int) -> String {
        total.allocations == 0 ? "-" : Numbers.fixed(value / Double(total.allocations), digits)
    }
}
