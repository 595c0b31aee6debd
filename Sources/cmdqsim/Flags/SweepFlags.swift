import ArgumentParser
import Experiment
import Machine
import Workload

/// The flags of `compare` that sweep: each takes a list.
struct SweepFlags: ParsableArguments {
    @Option(
        help: ArgumentHelp("Queues to compare: main, vcmdq, ecmdq (default: main,vcmdq).", valueName: "list"),
        transform: { try NameList<QueueKind>($0) })
    var queues: NameList<QueueKind>?

    @OptionGroup var choices: ChoiceFlags

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Producer threads (default: 1,2,4,8).", valueName: "list"),
        transform: { try IntegerList($0, allowed: Scenario.Allowed.producers) })
    var producers: IntegerList?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("VINTFs that the producers are spread over; vcmdq only (default: 4).", valueName: "list"),
        transform: { try IntegerList($0, allowed: Scenario.Allowed.vintfs) })
    var vintfs: IntegerList?

    @Option(
        help: ArgumentHelp(
            "Cache-line layout: linux, padded (default: linux).", valueName: "list"),
        transform: { try NameList<LayoutKind>($0) })
    var layout: NameList<LayoutKind>?

    @Option(
        help: ArgumentHelp(
            "dma, dma-map-50, mix, lone-sync, or a recorded sample; see 'cmdqsim list workloads' (default: dma).", valueName: "list"),
        transform: { try WorkloadChoice.nameList($0) })
    var workload: NameList<String>?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("dma: pages of 4 KiB per unmap (default: 1).", valueName: "list"),
        transform: { try IntegerList($0, allowed: Scenario.Allowed.pagesPerUnmap) })
    var pagesPerUnmap: IntegerList?

    @Option(
        help: ArgumentHelp("dma: strict, lazy (default: strict).", valueName: "list"),
        transform: { try NameList<DMALoop.Flush>($0) })
    var flush: NameList<DMALoop.Flush>?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Device threads that the queues are divided over (default: 1).", valueName: "list"),
        transform: { try IntegerList($0, allowed: Scenario.Allowed.deviceThreads) })
    var deviceThreads: IntegerList?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Device time per TLBI, ns (default: 0, as fast as the host).", valueName: "list"),
        transform: { try IntegerList($0, allowed: Scenario.Allowed.delay) })
    var tlbiNs: IntegerList?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Device time per CMD_SYNC, ns (default: 0).", valueName: "list"),
        transform: { try IntegerList($0, allowed: Scenario.Allowed.delay) })
    var syncNs: IntegerList?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Device time per fetch of up to 16 entries, ns (default: 0).", valueName: "list"),
        transform: { try IntegerList($0, allowed: Scenario.Allowed.delay) })
    var fetchNs: IntegerList?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The device writes CONS after so many commands (default: 16).", valueName: "list"),
        transform: { try IntegerList($0, allowed: Scenario.Allowed.consEvery) })
    var consEvery: IntegerList?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Commands that one queue may execute before the next has its turn (default: 256).", valueName: "list"),
        transform: { try IntegerList($0, allowed: Scenario.Allowed.turnLimit) })
    var turnLimit: IntegerList?

    /// Of a simulated machine, which decides defaults.
    private static func features(of scenario: Scenario) throws(CommandFailure) -> MachineFeatures? {
        do throws(ScenarioError) { return try scenario.machineFeatures() } catch { throw CommandFailure(error) }
    }

    /// Powers of two, and all cores.
    private static func producers(upTo cores: Int) -> [Int] {
        Array(sequence(first: 1) { $0 * 2 < cores ? $0 * 2 : nil }) + (cores > 1 ? [cores] : [])
    }

    /// The sweep that these flags and the common ones ask for.
    func sweep(_ common: CommonFlags) throws(CommandFailure) -> Sweep {
        var base = Scenario()
        try common.apply(to: &base)
        if !base.machine.isNative, choices.backoff != nil || deviceThreads != nil {
            throw CommandFailure(.usage, "\(choices.backoff != nil ? "--backoff" : "--device-threads") applies to the native machine only")
        }
        let choice = WorkloadChoice(
            names: workload?.values ?? [], trace: common.trace, mix: common.mix,
            pagesPerUnmap: pagesPerUnmap?.values ?? [], flushes: flush?.values ?? [],
            rangeInvalidation: common.rangeInvalidation, unmapsPerFlush: common.unmapsPerFlush)
        var sweep = Sweep(base: base)
        sweep.settleLength = { common.settleLength(of: &$0, keeps: false) }
        sweep.workloads = try choice.workloads(base: base.workload)
        let features = try Self.features(of: base)
        sweep.queues = queues?.values ?? features.map { $0.virtualQueues > 0 ? [.main, .vcmdq] : [.main] } ?? [.main, .vcmdq]
        sweep.algorithms = choices.algorithm?.values ?? sweep.algorithms
        sweep.producers = producers?.values ?? features.map { Self.producers(upTo: $0.cores) } ?? [1, 2, 4, 8]
        sweep.vintfs = vintfs?.values ?? [4]
        sweep.vcmdqsPerVINTF = choices.vcmdqsPerVintf?.values ?? [1, 2]
        sweep.batches = choices.batch?.values ?? sweep.batches
        sweep.log2Entries = choices.log2Entries?.values
        sweep.machineLog2Entries = features?.log2Entries
        sweep.syncs = choices.sync?.values ?? sweep.syncs
        sweep.locks = choices.lock?.values ?? sweep.locks
        sweep.layouts = layout?.values ?? sweep.layouts
        sweep.backoffs = choices.backoff?.values ?? sweep.backoffs
        sweep.deviceThreads = deviceThreads?.values ?? sweep.deviceThreads
        sweep.tlbiNanoseconds = tlbiNs?.values ?? sweep.tlbiNanoseconds
        sweep.syncNanoseconds = syncNs?.values ?? sweep.syncNanoseconds
        sweep.fetchNanoseconds = fetchNs?.values ?? sweep.fetchNanoseconds
        sweep.consEvery = consEvery?.values ?? sweep.consEvery
        sweep.turnLimits = turnLimit?.values ?? sweep.turnLimits
        return sweep
    }
}
