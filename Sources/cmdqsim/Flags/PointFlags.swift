import ArgumentParser
import Experiment
import Machine

/// The flags of `run` that `compare` sweeps: here each takes one value.
struct PointFlags: ParsableArguments {
    @OptionGroup var settings: SettingFlags

    @Option(
        help: ArgumentHelp(
            "linux, or a rival on the main queue, see 'cmdqsim list algorithms' (default: linux).", valueName: "name"),
        transform: { try SingleValue.name($0) })
    var algorithm: Algorithm?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("VCMDQs of each VINTF; vcmdq only (default: 1).", valueName: "n"),
        transform: { try SingleValue.integer($0, allowed: Scenario.Allowed.vcmdqsPerVINTF) })
    var vcmdqsPerVintf: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Commands per insertion, each with one sync (default: as the workload has it).", valueName: "n"),
        transform: { try SingleValue.integer($0, allowed: Scenario.Allowed.batch) })
    var batch: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The ring has 2^N entries, N 7 to 19 (default: 12; ecmdq 8).", valueName: "n"),
        transform: { try SingleValue.integer($0, allowed: Scenario.Allowed.log2Entries) })
    var log2Entries: Int?

    @Option(
        help: ArgumentHelp(
            "How a CMD_SYNC on the main queue or an ECMDQ completes: msi or cons (default: msi).", valueName: "mode"),
        transform: { try SingleValue.name($0) })
    var sync: SyncMode?

    @Option(
        help: ArgumentHelp("Form of Linux's queue lock: counted or legacy (default: counted).", valueName: "form"),
        transform: { try SingleValue.name($0) })
    var lock: LockForm?

    @Option(
        help: ArgumentHelp(
            "How a waiting thread waits: spin, yield:N, linux (default: \(Backoff.standard)).", valueName: "policy"),
        transform: { try SingleValue.only(try BackoffForm.list($0).values) })
    var backoff: Backoff?

    /// The file's scenario, or the standard one, with what these flags and the common ones change.
    func scenario(file: Scenario?, _ common: CommonFlags) throws(CommandFailure) -> Scenario {
        try settings.scenario(
            file: file, common,
            ChosenValues(
                algorithm: algorithm, vcmdqsPerVINTF: vcmdqsPerVintf, batch: batch, log2Entries: log2Entries, sync: sync, lock: lock,
                backoff: backoff))
    }

    /// True where a flag was given that only VCMDQs have a use for.
    func hasIdleFlags(_ scenario: Scenario) -> Bool {
        scenario.queue != .vcmdq && ((settings.vintfs ?? 1) > 1 || (vcmdqsPerVintf ?? 1) > 1)
    }
}
