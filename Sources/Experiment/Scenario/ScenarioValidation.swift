import CommandQueue
import Machine
import Workload

/// The range of every field, in one place: the checks and the command line both read it.
extension Scenario {
    package enum Allowed {
        package static let producers = 1...1024
        package static let vintfs = 1...64
        package static let vcmdqsPerVINTF = 1...128
        /// Over all VINTFs, as the CMDQV's error maps are sized.
        package static let vcmdqsInAll = 1...128
        package static let log2Entries = 1...19
        /// Linux refuses rings below 128 entries.
        package static let log2EntriesOfLinux = 7...19
        package static let batch = 1...(1 << 19)
        package static let commands = 1...1_000_000_000_000
        /// Seconds; a week.
        package static let seconds = 0.001...604_800.0
        package static let repeats = 1...1000
        package static let virtualSeconds = 0.000_01...3600.0
        /// Virtual seconds.
        package static let timeLimit = 0.0...3600.0
        package static let warmups = 0...1000
        package static let timeoutMilliseconds = 1...3_600_000
        package static let latencySampling = 0...1_000_000_000
        package static let deviceThreads = 1...64
        /// Nanoseconds; a second.
        package static let delay = 0...1_000_000_000
        package static let consEvery = 1...(1 << 19)
        package static let turnLimit = 1...(1 << 19)
        package static let pagesPerUnmap = 1...(1 << 20)
        package static let unmapsPerFlush = 1...1_000_000_000
        package static let weight = 0...1_000_000_000
    }

    /// Checks every field against its range and against the fields that it depends on; reads no file.
    package func validateFields() throws(ScenarioError) {
        try validateProducersAndQueues()
        try validateRing()
        try validateWorkload()
        try validateRun()
        try device.validateFields()
        try validateSimulation()
        try validateDisturbances()
        try validateAttendance()
    }

    private func validateSimulation() throws(ScenarioError) {
        try require(simulation.warmupNanoseconds, "simulation.warmupNanoseconds", in: Allowed.delay)
        guard simulation.timeLimitSeconds > 0, Allowed.timeLimit.contains(simulation.timeLimitSeconds) else {
            throw ScenarioError(
                .usage, "a time limit of \(simulation.timeLimitSeconds) s is out of range; allowed is above 0 and up to \(Allowed.timeLimit.upperBound) s")
        }
        if !machine.isNative, !algorithm.runsSimulated {
            throw ScenarioError(.usage, "algorithm mutex blocks in an operating system and exists on the native machine only; spinlock is allowed")
        }
    }

    private func validateProducersAndQueues() throws(ScenarioError) {
        try require(producers, "producers", in: Allowed.producers)
        try require(vintfs, "vintfs", in: Allowed.vintfs)
        try require(vcmdqsPerVINTF, "vcmdqsPerVintf", in: Allowed.vcmdqsPerVINTF)
        let inAll = vintfs * vcmdqsPerVINTF
        guard Allowed.vcmdqsInAll.contains(inAll) else {
            throw ScenarioError(
                .usage,
                "\(vintfs) VINTFs of \(vcmdqsPerVINTF) VCMDQs are \(inAll) VCMDQs; at most \(Allowed.vcmdqsInAll.upperBound) are allowed")
        }
        if queue != .vcmdq, inAll != 1 {
            let name = queue == .main ? "the main queue has" : "ECMDQs have"
            throw ScenarioError(
                .usage, "\(name) no VINTFs; vintfs and vcmdqsPerVintf must be 1 with queue \(queue.rawValue)")
        }
        if queue != .main, !algorithm.runsOnEveryQueue {
            throw ScenarioError(
                .usage, "algorithm \(algorithm.rawValue) exists for the main queue only; VCMDQs and ECMDQs run linux")
        }
    }

    /// fetch-add allocates before it looks for space: how far that may carry prod, and how many lists into one gather, is
    /// what its words can hold (see `FetchAddQueue`). `smallestUnsynced` are the entries of the smallest list without a CMD_SYNC.
    func validateFetchAdd(largestList: Int, smallestUnsynced: Int?) throws(ScenarioError) {
        let entries = 1 << log2Entries
        let most = producers * largestList
        guard most < entries else {
            throw ScenarioError(
                .usage,
                "with fetch-add, \(producers) producers of up to \(largestList) entries at once could lap the queue of \(entries) entries "
                    + "twice; a log2Entries of \(Self.log2(atLeast: most + 1)) or more is allowed")
        }
        let lists = producers + (smallestUnsynced.map { entries / $0 } ?? 0)
        guard lists <= FetchAddQueue.maximumGather else {
            throw ScenarioError(
                .usage,
                "with fetch-add, \(lists) lists without a sync could gather in the queue of \(entries) entries; "
                    + "\(FetchAddQueue.maximumGather) are allowed: a smaller log2Entries is needed")
        }
    }

    static func log2(atLeast entries: Int) -> Int {
        var log2 = 0
        while 1 << log2 < entries { log2 += 1 }
        return log2
    }

    private func validateRing() throws(ScenarioError) {
        try require(log2Entries, "log2Entries", in: Allowed.log2Entries)
        if !allowSmallRing, log2Entries < Allowed.log2EntriesOfLinux.lowerBound {
            throw ScenarioError(
                .usage,
                "log2Entries \(log2Entries) is out of range; allowed is \(text(Allowed.log2EntriesOfLinux)), "
                    + "and from \(Allowed.log2Entries.lowerBound) with --allow-small-ring")
        }
        let entries = 1 << log2Entries
        if let batch {
            try require(batch, "batch", in: Allowed.batch)
            guard batch < entries else {
                throw ScenarioError(
                    .usage,
                    "a batch of \(batch) commands and its sync is larger than the queue of \(entries) entries; at most \(entries - 1) are allowed")
            }
        } else if case .dma(let loop) = workload, loop.flush == .strict, !loop.rangeInvalidation {
            let largest = Swift.min(loop.pagesPerUnmap, 64) + 1
            guard largest <= entries else {
                throw ScenarioError(
                    .usage,
                    "an unmap of \(loop.pagesPerUnmap) pages inserts \(largest) entries at once, more than the queue of "
                        + "\(entries) entries; at most \(entries - 1) pages per unmap are allowed")
            }
        }
    }

    private func validateWorkload() throws(ScenarioError) {
        switch workload {
        case .dma(let loop):
            try require(loop.pagesPerUnmap, "pagesPerUnmap", in: Allowed.pagesPerUnmap)
            try require(loop.unmapsPerFlush, "unmapsPerFlush", in: Allowed.unmapsPerFlush)
        case .dmaMap(let loop):
            try require(loop.buffers, "buffers", in: DMAMapLoop.buffersRange)
            if let map = loop.mapNanoseconds { try require(map, "mapNanoseconds", in: Allowed.delay) }
            if let unmap = loop.unmapNanoseconds { try require(unmap, "unmapNanoseconds", in: Allowed.delay) }
        case .loneSync:
            if let batch { throw ScenarioError(.usage, "workload lone-sync has no commands and takes no batch (\(batch) given); dma and mix take one") }
        case .mix(let mix):
            for (name, weight) in mix.weights.sorted(by: { $0.key < $1.key }) {
                try require(weight, "weight of \(name)", in: Allowed.weight)
            }
            try usage { () throws(WorkloadError) in try mix.validate() }
        case .recorded(let path):
            guard !path.isEmpty else { throw ScenarioError(.usage, "the path of the recorded stream is empty") }
            try refuseBatchOfRecordedStream()
        case .sample(let name):
            try usage { () throws(WorkloadError) in _ = try SampleStream(named: name) }
            try refuseBatchOfRecordedStream()
        }
    }

    private func refuseBatchOfRecordedStream() throws(ScenarioError) {
        if let batch {
            throw ScenarioError(
                .usage,
                "workload \(workload) has its own syncs and takes no batch (\(batch) given); dma and mix take one")
        }
    }

    private func validateRun() throws(ScenarioError) {
        switch length {
        case .commands(let commands):
            try require(commands, "commands", in: Allowed.commands)
        case .seconds(let seconds):
            let allowed = machine.isNative ? Allowed.seconds : Allowed.virtualSeconds
            guard allowed.contains(seconds) else {
                throw ScenarioError(
                    .usage, "a duration of \(seconds) s is out of range; allowed is \(allowed.lowerBound) to \(allowed.upperBound) s")
            }
        case .workload:
            guard workload.hasEnd else {
                throw ScenarioError(
                    .usage, "the workload \(workload) has no end of its own; a number of commands or a duration is needed")
            }
        }
        try require(repeats, "repeats", in: Allowed.repeats)
        try require(warmups, "warmups", in: Allowed.warmups)
        try require(timeoutMilliseconds, "timeoutMilliseconds", in: Allowed.timeoutMilliseconds)
        try require(latencySampling, "latencySampling", in: Allowed.latencySampling)
        if fault == .earlyMSI, queue == .vcmdq || sync != .msi || !algorithm.signalsOwnSlot {
            let names = Algorithm.allCases.filter(\.signalsOwnSlot).map(\.rawValue).joined(separator: ", ")
            throw ScenarioError(
                .usage, "fault early-msi needs CMD_SYNCs that complete by their own MSI: queue main or ecmdq, sync msi, algorithm \(names)")
        }
        if case .yield(let looks) = backoff {
            try require(Int(looks), "backoff yield:N", in: 1...1_000_000)
        }
    }
}

extension WorkloadKind {
    /// Whether it can be played once from its beginning to its end.
    package var hasEnd: Bool {
        switch self {
        case .dma, .dmaMap, .loneSync, .mix: false
        case .recorded, .sample: true
        }
    }
}

extension DeviceParameters {
    fileprivate func validateFields() throws(ScenarioError) {
        try require(threads, "device.threads", in: Scenario.Allowed.deviceThreads)
        try require(tlbiNanoseconds, "device.tlbiNanoseconds", in: Scenario.Allowed.delay)
        try require(syncNanoseconds, "device.syncNanoseconds", in: Scenario.Allowed.delay)
        try require(fetchNanoseconds, "device.fetchNanoseconds", in: Scenario.Allowed.delay)
        try require(consEvery, "device.consEvery", in: Scenario.Allowed.consEvery)
        try require(turnLimit, "device.turnLimit", in: Scenario.Allowed.turnLimit)
    }
}

private func require(_ value: Int, _ name: String, in range: ClosedRange<Int>) throws(ScenarioError) {
    guard range.contains(value) else {
        throw ScenarioError(.usage, "\(name) \(value) is out of range; allowed is \(text(range))")
    }
}

private func usage(_ check: () throws(WorkloadError) -> Void) throws(ScenarioError) {
    do throws(WorkloadError) { try check() } catch { throw ScenarioError(.usage, error.description) }
}

private func text(_ range: ClosedRange<Int>) -> String { "\(range.lowerBound) to \(range.upperBound)" }
