import ArgumentParser
import CommandQueue
import Experiment
import ExploringMachine

struct ExploreFlags: ParsableArguments {
    enum Format: String, CaseIterable, Equatable { case text, json }

    @Option(
        help: ArgumentHelp("Memory model: sc, tso, arm or c11 (default: arm).", valueName: "name"),
        transform: { try SingleValue.name($0) })
    var model: MemoryModel?

    @Option(
        help: ArgumentHelp("exhaustive, random, pct or preemptions (default: exhaustive).", valueName: "name"),
        transform: { try SingleValue.name($0) })
    var strategy: ExplorationScenario.Strategy?

    @Option(
        help: ArgumentHelp("Producers, 1 to 7 (default: 2).", valueName: "count"),
        transform: { try SingleValue.integer($0, allowed: 1...7) })
    var producers: Int?

    @Option(
        help: ArgumentHelp("Insertions of each producer (default: 1).", valueName: "count"),
        transform: { try SingleValue.integer($0, allowed: 1...16) })
    var commands: Int?

    @Option(
        help: ArgumentHelp("Commands of each insertion, before its CMD_SYNC, 1 to 16 (default: 1).", valueName: "count"),
        transform: { try SingleValue.integer($0, allowed: 1...16) })
    var batch: Int?

    @Option(
        help: ArgumentHelp(
            "What producers do: insert, or unmap: each unmaps a page, while a device with ATS is attached (default: insert; unmap with --mutation no-ats-barrier).",
            valueName: "name"),
        transform: { try SingleValue.name($0) })
    var work: ExplorationScenario.Work?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The SMMU executes so many entries and then none: CMD_SYNCs time out, and waits for space must.", valueName: "count"),
        transform: { try SingleValue.integer($0, allowed: 0...1000) })
    var deviceStopsAfter: Int?

    @Option(
        help: ArgumentHelp("A producer without space waits until the queue is not-full, as in Linux, or until there is enough (default: not-full; enough with --mutation awaits-not-full).", valueName: "form"),
        transform: { try SingleValue.name($0) })
    var space: LinuxQueue.SpaceWait?

    @Option(
        help: ArgumentHelp("The queue has 2^N entries, 1 to 6 (default: 2).", valueName: "n"),
        transform: { try SingleValue.integer($0, allowed: 1...6) })
    var log2Entries: Int?

    @Option(
        help: ArgumentHelp("Each insertion ends with a CMD_SYNC that is waited for by msi or cons, or with none (default: msi).", valueName: "mode"),
        transform: { try SingleValue.name($0) })
    var sync: ExplorationScenario.Sync?

    @Option(
        help: ArgumentHelp("Who reads the queue: smmu, or once: one pass over what is below PROD (default: smmu).", valueName: "name"),
        transform: { try SingleValue.name($0) })
    var reader: ExplorationScenario.Reader?

    @Option(
        help: ArgumentHelp("Form of the queue lock: counted or legacy (default: counted).", valueName: "form"),
        transform: { try SingleValue.name($0) })
    var lock: LockForm?

    @Option(
        help: ArgumentHelp("linux, spinlock-on-failure, fetch-add or spinlock (default: linux).", valueName: "name"),
        transform: { try ExploreFlags.algorithm($0) })
    var algorithm: ExplorationScenario.Queue?

    @Option(
        help: ArgumentHelp(
            "Make a bug: \(ProtocolMutation.allCases.map(\.rawValue).joined(separator: ", ")) (default: none).", valueName: "name"),
        transform: { try SingleValue.name($0) })
    var mutation: ProtocolMutation?

    @Option(
        help: ArgumentHelp("Stop after so many executions.", valueName: "count"),
        transform: { try SingleValue.integer($0, allowed: 1...Int.max) })
    var maxExecutions: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Stop after so long: seconds (2, 0.5) or 500ms (default: no limit; for random and pct 10 s).", valueName: "time"),
        transform: { try ExploreFlags.limit($0) })
    var maxSeconds: Double?

    @Option(
        help: ArgumentHelp(
            "Explore with so many threads; what is found and counted is the same with any number (default: all cores; for preemptions 1).",
            valueName: "count"),
        transform: { try SingleValue.integer($0, allowed: 1...1024) })
    var threads: Int?

    @Option(
        help: ArgumentHelp(
            "Write to this file what is left to be explored: where a limit is reached, on Ctrl-C, and every 30 s.", valueName: "file"))
    var checkpoint: String?

    @Option(
        help: ArgumentHelp("Go on with what is left in this file, of the same exploration; --max-executions then counts from here.", valueName: "file"))
    var resume: String?

    @Option(
        help: ArgumentHelp("Follow a producer around a loop that only waits for space so many times, and through as many timeouts (default: 2).", valueName: "count"),
        transform: { try SingleValue.integer($0, allowed: 0...100) })
    var rounds: Int?

    @Option(
        help: ArgumentHelp(
            "Let a producer that waits for space look again so many times although nothing has changed (default: 0; with --lock legacy 1).", valueName: "count"),
        transform: { try SingleValue.integer($0, allowed: 0...10) })
    var fruitless: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Seed of the random strategies (default: 1).", valueName: "number"),
        transform: { try SingleValue.integer($0, allowed: 0...Int.max) })
    var seed: Int?

    @Option(
        help: ArgumentHelp("Most preemptions of the schedules that preemptions follows (default: 2).", valueName: "count"),
        transform: { try SingleValue.integer($0, allowed: 0...16) })
    var preemptions: Int?

    @Option(
        help: ArgumentHelp("Depth of the bugs that pct looks for (default: 3).", valueName: "count"),
        transform: { try SingleValue.integer($0, allowed: 1...16) })
    var depth: Int?

    @Option(help: ArgumentHelp("Write the execution that is wrong to this file, to be followed again.", valueName: "file"))
    var scheduleOut: String?

    @Option(help: ArgumentHelp("Follow the execution in this file; it says what is explored.", valueName: "file"))
    var replay: String?

    @Option(help: ArgumentHelp("Write a timeline of the execution that is wrong to a file, for Perfetto.", valueName: "file"))
    var timeline: String?

    @Option(
        help: ArgumentHelp("text or json (default: text).", valueName: "format"),
        transform: { try SingleValue.name($0) })
    var format: Format?

    @Flag(help: "A software cons that moves back is a violation even where it does no harm.")
    var strict = false

    @Flag(help: "Exit with 1 where a limit was reached.")
    var requireComplete = false

    @Flag(help: "Leave out the time that it took.")
    var reproducible = false

    private static func algorithm(_ text: String) throws(FormError) -> ExplorationScenario.Queue {
        if text == "mutex" {
            throw FormError("'mutex' waits in an operating-system mutex, which is not explored; allowed are linux, spinlock-on-failure, fetch-add, spinlock")
        }
        return try SingleValue.name(text)
    }

    private static func limit(_ text: String) throws(FormError) -> Double {
        let seconds = try Seconds.parse(text)
        guard seconds > 0 else { throw FormError("'\(text)' is no time to explore in; more than 0 is allowed") }
        return seconds
    }

    /// Flags that say what is explored, which a schedule says itself; nil where none is given.
    var refusedByReplay: String? {
        let given: [(String, Bool)] = [
            ("--model", model != nil), ("--strategy", strategy != nil), ("--producers", producers != nil), ("--commands", commands != nil),
            ("--batch", batch != nil), ("--work", work != nil),
            ("--device-stops-after", deviceStopsAfter != nil), ("--space", space != nil),
            ("--log2-entries", log2Entries != nil), ("--sync", sync != nil), ("--reader", reader != nil), ("--lock", lock != nil),
            ("--algorithm", algorithm != nil), ("--mutation", mutation != nil), ("--rounds", rounds != nil), ("--fruitless", fruitless != nil),
            ("--strict", strict), ("--seed", seed != nil), ("--depth", depth != nil), ("--preemptions", preemptions != nil),
            ("--max-executions", maxExecutions != nil), ("--max-seconds", maxSeconds != nil), ("--threads", threads != nil),
            ("--checkpoint", checkpoint != nil), ("--resume", resume != nil),
        ]
        return given.first { $0.1 }?.0
    }

    func scenario() throws -> ExplorationScenario {
        var scenario = ExplorationScenario()
        if let model { scenario.model = model }
        if let strategy { scenario.strategy = strategy }
        if let producers { scenario.producers = producers }
        if let commands { scenario.commands = commands }
        if let batch { scenario.batch = batch }
        scenario.work = work ?? (mutation == .noATSBarrier ? .unmap : .insert)
        scenario.deviceStopsAfter = deviceStopsAfter
        scenario.spaceWait = space ?? (mutation == .awaitsNotFull ? .enough : .notFull)
        if let log2Entries { scenario.log2Entries = log2Entries }
        if let sync { scenario.sync = sync }
        if let reader { scenario.reader = reader }
        if lock == .legacy { scenario.lock = .legacy }
        if let mutation { scenario.mutation = mutation }
        if let maxExecutions { scenario.limits.executions = maxExecutions }
        if let maxSeconds { scenario.limits.seconds = maxSeconds }
        if let rounds { scenario.limits.rounds = rounds }
        // What is wrong with the legacy lock takes a producer that looks again at once.
        scenario.limits.fruitlessRounds = fruitless ?? (lock == .legacy ? 1 : 0)
        if let seed { scenario.seed = UInt64(seed) }
        if let preemptions { scenario.preemptions = preemptions }
        if let depth { scenario.depth = depth }
        scenario.isStrict = strict
        if let algorithm { scenario.queue = algorithm }
        if [.random, .pct].contains(scenario.strategy), maxExecutions == nil, maxSeconds == nil { scenario.limits.seconds = 10 }
        if let problem = scenario.problem { throw CommandFailure(.usage, problem) }
        if scenario.strategy != .exhaustive, let flag = checkpoint.map({ _ in "--checkpoint" }) ?? resume.map({ _ in "--resume" }) {
            throw CommandFailure(.usage, "\(flag): only --strategy exhaustive can be gone on with")
        }
        if scenario.strategy == .preemptions, let threads, threads > 1 {
            throw CommandFailure(.usage, "--threads \(threads): --strategy preemptions follows one schedule from the other, with 1 thread")
        }
        return scenario
    }
}
