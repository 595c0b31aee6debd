/// A measured value that a prediction stands beside.
package struct PublishedPoint: Equatable, Sendable {
    /// The table that it belongs to; points of equal tables are summed up together.
    package var table: String
    package var run: ValidationRun
    package var metric: ValidationMetric
    /// In the metric's unit, above 0.
    package var published: Double
    /// Where the value was published, and what was done to it; empty where a points file says nothing.
    package var source: String
    /// The line of a points file that it comes from, as `FILE:LINE`; nil for a point that ships with cmdqsim.
    package var place: String?

    package init(
        table: String, run: ValidationRun, metric: ValidationMetric, published: Double, source: String = "", place: String? = nil
    ) {
        self.table = table
        self.run = run
        self.metric = metric
        self.published = published
        self.source = source
        self.place = place
    }
}

/// Everything that decides a prediction: points that agree in it share one run.
package struct ValidationRun: Hashable, Sendable {
    /// The name of a preset, or the path of a machine file.
    package var machine: String
    package var algorithm: Algorithm
    /// CPUs that issue commands, each with one thread.
    package var cpus: Int
    /// How a CMD_SYNC completes.
    package var sync: SyncMode
    package var placement: Placement
    package var workload: ValidationWorkload

    package init(
        machine: String, algorithm: Algorithm, cpus: Int, sync: SyncMode = .msi, placement: Placement = .compact,
        workload: ValidationWorkload = .dmaMap50
    ) {
        self.machine = machine
        self.algorithm = algorithm
        self.cpus = cpus
        self.sync = sync
        self.placement = placement
        self.workload = workload
    }
}

extension ValidationRun: CustomStringConvertible {
    package var description: String {
        "\(machine), \(algorithm.rawValue), \(cpus) CPU\(cpus == 1 ? "" : "s"), "
            + "\(sync.rawValue), \(placement.rawValue), \(workload.rawValue)"
    }
}

/// What was measured; the raw value is the name in points files and results.
package enum ValidationMetric: String, Codable, CaseIterable, Sendable {
    /// Buffers that one CPU maps and unmaps per second, the mean over the CPUs.
    case mapsPerCPUPerSecond = "mapsPerCpuPerSecond"
    /// Compare-and-swap attempts per successful allocation of slots, over all CPUs.
    case casAttemptsPerAllocation
    /// Mean time from the issue of a CMD_SYNC until its completion is seen, in nanoseconds.
    case syncNanoseconds
}

package enum ValidationWorkload: String, Codable, CaseIterable, Sendable {
    /// Tables A and B: each CPU maps 50 buffers of 4 KiB, each followed by a copy of 4 KiB, and unmaps the
    /// 50, over and over; strict mode, so each unmap is a leaf TLBI_NH_VA and a CMD_SYNC in one insertion.
    case dmaMap50 = "dma-map-50"
    /// Table C: one CMD_SYNC at a time on an empty queue.
    case loneSync = "lone-sync"

    /// Metrics that a run of it can have.
    package var metrics: [ValidationMetric] {
        switch self {
        case .dmaMap50: ValidationMetric.allCases
        case .loneSync: [.syncNanoseconds]
        }
    }
}
