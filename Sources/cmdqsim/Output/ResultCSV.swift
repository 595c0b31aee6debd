import Experiment

/// Results as CSV: one row each; what JSON has as null is an empty field.
enum ResultCSV {
    private typealias Column = (name: String, value: (RunResult) -> String)

    private static var columns: [Column] {
        [
            ("machine", \.machine), ("queue", \.queue), ("algorithm", \.algorithm),
            ("lock", { $0.lock ?? "" }), ("sync", \.sync), ("layout", \.layout), ("workload", \.workload),
            ("producers", { "\($0.producers)" }), ("vintfs", { "\($0.vintfs)" }),
            ("vcmdqs_per_vintf", { "\($0.vcmdqsPerVintf)" }),
            ("batch", { $0.batch.map { "\($0)" } ?? "" }), ("log2_entries", { "\($0.log2Entries)" }),
            ("pages_per_unmap", { $0.scenario.dmaLoop.map { "\($0.pagesPerUnmap)" } ?? "" }),
            ("range_invalidation", { $0.scenario.dmaLoop.map { "\($0.rangeInvalidation)" } ?? "" }),
            ("flush", { $0.scenario.dmaLoop.map(\.flush.rawValue) ?? "" }),
            ("backoff", { "\($0.scenario.backoff)" }),
            ("device_threads", { "\($0.scenario.device.threads)" }),
            ("tlbi_ns", { "\($0.scenario.device.tlbiNanoseconds)" }),
            ("sync_ns", { "\($0.scenario.device.syncNanoseconds)" }),
            ("fetch_ns", { "\($0.scenario.device.fetchNanoseconds)" }),
            ("cons_every", { "\($0.scenario.device.consEvery)" }),
            ("turn_limit", { "\($0.scenario.device.turnLimit)" }),
            ("force_sync", { "\($0.scenario.forceSync)" }), ("pinned", { "\($0.scenario.pinned)" }),
            ("seed", { "\($0.scenario.seed)" }), ("repeats", { "\($0.scenario.repeats)" }),
            ("commands_issued", { "\($0.commandsIssued)" }), ("commands_executed", { "\($0.commandsExecuted)" }),
            ("syncs_completed", { "\($0.syncsCompleted)" }), ("seconds", { Numbers.exact($0.seconds) }),
            ("commands_per_second", { Numbers.exact($0.commandsPerSecond) }),
            ("commands_per_second_min", { $0.commandsPerSecondSpread.first.map(Numbers.exact) ?? "" }),
            ("commands_per_second_max", { $0.commandsPerSecondSpread.last.map(Numbers.exact) ?? "" }),
            ("syncs_per_second", { Numbers.exact($0.syncsPerSecond) }),
            ("cas_attempts_per_allocation", { $0.casAttemptsPerAllocation.map(Numbers.exact) ?? "" }),
            ("commands_per_doorbell", { Numbers.exact($0.commandsPerDoorbell) }),
            ("doorbells", { "\($0.doorbells)" }), ("fallbacks_to_main", { "\($0.fallbacksToMain)" }),
        ] + latency("insertion", \.insertionNanoseconds) + latency("sync", \.syncNanoseconds) + [
            ("oversubscribed", { "\($0.oversubscribed)" }), ("checks", { $0.checks.joined(separator: ";") }),
            ("histograms", \.histograms), ("sync_timeouts", { "\($0.syncTimeouts)" }),
            ("space_timeouts", { "\($0.spaceTimeouts)" }),
            ("violations", { "\($0.violations.count)" }), ("partial", { "\($0.partial)" }),
        ]
    }

    private static func latency(_ name: String, _ field: @escaping (RunResult) -> Latency?) -> [Column] {
        func column(_ what: String, _ value: @escaping (Latency) -> String) -> Column {
            ("\(name)_\(what)_ns", { field($0).map(value) ?? "" })
        }
        return [
            column("mean") { Numbers.exact($0.mean) }, column("p50") { "\($0.p50)" },
            column("p90") { "\($0.p90)" }, column("p99") { "\($0.p99)" },
            column("p999") { "\($0.p999)" }, column("max") { "\($0.max)" },
        ]
    }

    static func render(_ document: ResultDocument) -> String {
        var csv = CSV(header: columns.map(\.name))
        for result in document.results { csv.append(columns.map { $0.value(result) }) }
        return csv.text
    }
}
