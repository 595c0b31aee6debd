import ArgumentParser
import Experiment
import Machine

/// The lists that `compare` sweeps and `tune` chooses from.
struct ChoiceFlags: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "linux, and its rivals on the main queue, see 'cmdqsim list algorithms' (default: linux).", valueName: "list"),
        transform: { try NameList<Algorithm>($0) })
    var algorithm: NameList<Algorithm>?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("VCMDQs of each VINTF; vcmdq only (default: compare 1,2, tune 1).", valueName: "list"),
        transform: { try IntegerList($0, allowed: Scenario.Allowed.vcmdqsPerVINTF) })
    var vcmdqsPerVintf: IntegerList?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Commands per insertion, each with one sync (default: as the workload has it; tune 1..64).", valueName: "list"),
        transform: { try IntegerList($0, allowed: Scenario.Allowed.batch) })
    var batch: IntegerList?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The ring has 2^N entries, N 7 to 19 (default: 12; ecmdq 8).", valueName: "list"),
        transform: { try IntegerList($0, allowed: Scenario.Allowed.log2Entries) })
    var log2Entries: IntegerList?

    @Option(
        help: ArgumentHelp(
            "How a CMD_SYNC on the main queue or an ECMDQ completes: msi, cons (default: msi).", valueName: "list"),
        transform: { try NameList<SyncMode>($0) })
    var sync: NameList<SyncMode>?

    @Option(
        help: ArgumentHelp(
            "Form of Linux's queue lock: counted, legacy (default: counted).", valueName: "list"),
        transform: { try NameList<LockForm>($0) })
    var lock: NameList<LockForm>?

    @Option(
        help: ArgumentHelp(
            "How a waiting thread waits: spin, yield:N, linux (default: \(Backoff.standard)).", valueName: "list"),
        transform: { try BackoffForm.list($0) })
    var backoff: NameList<Backoff>?
}
