import ArgumentParser
import Experiment
import Machine
import Workload

/// The flags of one point that nothing sweeps and `tune` does not choose.
struct SettingFlags: ParsableArguments {
    @Option(
        help: ArgumentHelp("The queue: main, vcmdq or ecmdq (default: main).", valueName: "name"),
        transform: { try SingleValue.name($0) })
    var queue: QueueKind?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Producer threads (default: 1).", valueName: "n"),
        transform: { try SingleValue.integer($0, allowed: Scenario.Allowed.producers) })
    var producers: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("VINTFs that the producers are spread over; vcmdq only (default: 1).", valueName: "n"),
        transform: { try SingleValue.integer($0, allowed: Scenario.Allowed.vintfs) })
    var vintfs: Int?

    @Option(
        help: ArgumentHelp("Cache-line layout: linux or padded (default: linux).", valueName: "name"),
        transform: { try SingleValue.name($0) })
    var layout: LayoutKind?

    @Option(
        help: ArgumentHelp(
            "dma, dma-map-50, mix, lone-sync, or a recorded sample; see 'cmdqsim list workloads' (default: dma).", valueName: "name"),
        transform: { try SingleValue.only(try WorkloadChoice.nameList($0).values) })
    var workload: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("dma: pages of 4 KiB per unmap (default: 1).", valueName: "n"),
        transform: { try SingleValue.integer($0, allowed: Scenario.Allowed.pagesPerUnmap) })
    var pagesPerUnmap: Int?

    @Option(
        help: ArgumentHelp("dma: strict or lazy (default: strict).", valueName: "name"),
        transform: { try SingleValue.name($0) })
    var flush: DMALoop.Flush?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Device threads that the queues are divided over (default: 1).", valueName: "n"),
        transform: { try SingleValue.integer($0, allowed: Scenario.Allowed.deviceThreads) })
    var deviceThreads: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Device time per TLBI, ns (default: 0, as fast as the host).", valueName: "n"),
        transform: { try SingleValue.integer($0, allowed: Scenario.Allowed.delay) })
    var tlbiNs: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Device time per CMD_SYNC, ns (default: 0).", valueName: "n"),
        transform: { try SingleValue.integer($0, allowed: Scenario.Allowed.delay) })
    var syncNs: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Device time per fetch of up to 16 entries, ns (default: 0).", valueName: "n"),
        transform: { try SingleValue.integer($0, allowed: Scenario.Allowed.delay) })
    var fetchNs: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The device writes CONS after so many commands (default: 16).", valueName: "n"),
        transform: { try SingleValue.integer($0, allowed: Scenario.Allowed.consEvery) })
    var consEvery: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Commands that one queue may execute before the next has its turn (default: 256).", valueName: "n"),
        transform: { try SingleValue.integer($0, allowed: Scenario.Allowed.turnLimit) })
    var turnLimit: Int?

    /// The file's scenario, or the standard one, with what these flags and the common ones change.
    ///
    /// - Parameter file: the scenario of a file, if there is one
    func scenario(file: Scenario?, _ common: CommonFlags, _ choice: ChosenValues) throws(CommandFailure) -> Scenario {
        let base = file ?? Scenario()
        var scenario = base
        try common.apply(to: &scenario)
        let workloads = WorkloadChoice(
            names: workload.map { [$0] } ?? [], trace: common.trace, mix: common.mix,
            pagesPerUnmap: pagesPerUnmap.map { [$0] } ?? [], flushes: flush.map { [$0] } ?? [],
            rangeInvalidation: common.rangeInvalidation, unmapsPerFlush: common.unmapsPerFlush)
        scenario.workload = try workloads.workloads(base: base.workload)[0]
        common.settleLength(of: &scenario, keeps: file != nil)
        if let queue {
            // The ring of one queue's default becomes that of the other's.
            if scenario.log2Entries == scenario.queue.defaultLog2Entries { scenario.log2Entries = queue.defaultLog2Entries }
            scenario.queue = queue
        }
        if let algorithm = choice.algorithm { scenario.algorithm = algorithm }
        if let producers { scenario.producers = producers }
        if let vintfs { scenario.vintfs = vintfs }
        if let vcmdqsPerVINTF = choice.vcmdqsPerVINTF { scenario.vcmdqsPerVINTF = vcmdqsPerVINTF }
        // As in `compare`: what only VCMDQs have does not change the main queue's point.
        if scenario.queue != .vcmdq, queue != nil || vintfs != nil || choice.vcmdqsPerVINTF != nil {
            scenario.vintfs = 1
            scenario.vcmdqsPerVINTF = 1
        }
        if let batch = choice.batch { scenario.batch = batch }
        if let log2Entries = choice.log2Entries {
            scenario.log2Entries = log2Entries
        } else if file == nil, scenario.queue != .ecmdq, let features = try Self.features(of: scenario) {
            scenario.log2Entries = features.log2Entries
        }
        if !scenario.machine.isNative, choice.backoff != nil || deviceThreads != nil {
            throw CommandFailure(.usage, "\(choice.backoff != nil ? "--backoff" : "--device-threads") applies to the native machine only")
        }
        if let sync = choice.sync { scenario.sync = sync }
        if let lock = choice.lock { scenario.lock = lock }
        if let layout { scenario.layout = layout }
        if let backoff = choice.backoff { scenario.backoff = backoff }
        if let deviceThreads { scenario.device.threads = deviceThreads }
        if let tlbiNs { scenario.device.tlbiNanoseconds = tlbiNs }
        if let syncNs { scenario.device.syncNanoseconds = syncNs }
        if let fetchNs { scenario.device.fetchNanoseconds = fetchNs }
        if let consEvery { scenario.device.consEvery = consEvery }
        if let turnLimit { scenario.device.turnLimit = turnLimit }
        return scenario
    }

    /// Of a simulated machine, which decides defaults.
    private static func features(of scenario: Scenario) throws(CommandFailure) -> MachineFeatures? {
        do throws(ScenarioError) { return try scenario.machineFeatures() } catch { throw CommandFailure(error) }
    }
}

/// Values of what `run` takes one of and `tune` chooses; nil where none was given.
struct ChosenValues {
    var algorithm: Algorithm?
    var vcmdqsPerVINTF: Int?
    var batch: Int?
    var log2Entries: Int?
    var sync: SyncMode?
    var lock: LockForm?
    var backoff: Backoff?
}
