import CommandQueue
import Machine

/// What the instructions of an insertion take one thread, in nanoseconds: nothing waits, and no line moves.
struct PathTimes: Sendable {
    /// The producer's part of an insertion of one command with its CMD_SYNC, and of each further command.
    var insertion = 0.0
    var insertedCommand = 0.0
    /// The device's part of them.
    var execution = 0.0
    var executedCommand = 0.0
}

extension PathTimes {
    private static let batches = (small: 1, large: 63)
    private static let insertions = (small: 4000, large: 800)

    /// Takes about a millisecond.
    static func measure() throws(ScenarioError) -> PathTimes {
        let small = try time(batch: batches.small, insertions: insertions.small)
        let large = try time(batch: batches.large, insertions: insertions.large)
        let further = Double(batches.large - batches.small)
        var times = PathTimes()
        times.insertion = small.alone
        times.insertedCommand = max(0, (large.alone - small.alone) / further)
        times.execution = max(0, small.both - small.alone)
        times.executedCommand = max(0, (large.both - large.alone - times.execution) / further)
        return times
    }

    private static func time(batch: Int, insertions: Int) throws(ScenarioError) -> (alone: Double, both: Double) {
        func time(hasDevice: Bool) throws(ScenarioError) -> Double {
            try run(batch: batch, insertions: insertions, hasDevice: hasDevice).nanoseconds / Double(insertions)
        }
        return (try time(hasDevice: false), try time(hasDevice: true))
    }

    /// A producer's whole run, alone.
    static func run(
        batch: Int, insertions: Int, hasDevice: Bool, spaceLooks: SpaceLooks? = nil
    ) throws(ScenarioError) -> (nanoseconds: Double, looks: SpaceLooks?) {
        var scenario = Scenario()
        scenario.batch = batch
        scenario.length = .commands(batch * insertions)
        scenario.latencySampling = 0
        var streams = RecordedStreams()
        let plan = try RunPlan(scenario, streams: &streams)
        let setup = RunSetup(scenario)
        let memory = MachineMemory(plan: setup.plan)
        return try scenario.withAlgorithm(Solo(
            scenario: scenario, plan: plan, setup: setup, memory: memory, hasDevice: hasDevice, spaceLooks: spaceLooks))
    }

    private struct Solo: AlgorithmVisitor {
        let scenario: Scenario
        let plan: RunPlan
        let setup: RunSetup
        let memory: MachineMemory
        let hasDevice: Bool
        let spaceLooks: SpaceLooks?

        func visit<Algorithm: InsertionAlgorithm>(_ makeQueue: (RunQueue, Int) -> Algorithm) throws(ScenarioError) -> (nanoseconds: Double, looks: SpaceLooks?) {
            let queue = makeQueue(setup.queues[0], 0)
            let loop = ProducerLoop<Algorithm, SoloProcessor>(
                plan: plan.producers[0], own: queue, main: queue, latencySampling: 0, latencies: nil,
                progressSampling: RunSetup.progressSampling, control: RunControl(phase: setup.phase))
            var processor = SoloProcessor(
                memory: memory, queue: setup.queues[0], memoryBytes: setup.plan.byteCount, hasDevice: hasDevice, spaceLooks: spaceLooks)
            let outcome = loop.run(
                on: &processor, own: setup.observer(of: 0, queue: 0, in: scenario), main: setup.observer(of: 0, queue: 0, in: scenario))
            return (Double(outcome.end - outcome.start), processor.spaceLooks)
        }
    }
}
