import CommandQueue
import SMMUv3
import Workload

/// One call of the queue, decided before the clock runs: which commands, to which queue, and what the self-check expects.
struct Insertion: Sendable {
    /// Position in the producer's commands.
    let start: Int32
    let count: Int16
    let sync: Bool
    let toMain: Bool
    /// Buffers to be mapped before it; it belongs to the unmap of one. Negative: it belongs to no such work.
    var maps: Int32 = -1
    let sum: ListSum

    /// Entries of the ring that it takes.
    var slots: Int { Int(count) + (sync ? 1 : 0) }
}

/// What each producer of a scenario inserts.
struct RunPlan: Sendable {
    struct Producer: Sendable {
        let commands: [Command]
        /// Done `cycles` times, nil: until told to stop; then `tail` once.
        let cycle: [Insertion]
        let cycles: Int?
        let tail: [Insertion]
        /// Commands, of one cycle and of the tail, that fall back to the main queue.
        let cycleFallbacks: Int
        let tailFallbacks: Int
        /// It leaves after so many; nil: when all is done or the run is over.
        var leavesAfter: Int?
        /// Nanoseconds that it comes late.
        var comesAfter: UInt64 = 0
    }

    let producers: [Producer]

    init(_ scenario: Scenario, streams recorded: inout RecordedStreams) throws(ScenarioError) {
        let plan = try scenario.streamPlan(&recorded)
        let streams: [ProducerStream]
        do {
            streams = try plan.streams()
        } catch {
            throw ScenarioError(.usage, "\(error)")
        }
        let rule: BatchRule = scenario.forceSync ? .forceSync : .standard
        // Without VCMDQs everything goes by the one route that there is.
        let routing = BatchRouting(
            supported: scenario.queue == .vcmdq && scenario.vintfOwner == .guest ? .tegra241Guest : nil, rule: rule)
        producers = streams.enumerated().map { number, stream in
            var cycle = Self.insertions(of: stream.cycle, commands: stream.commands, routing: routing)
            var tail = Self.insertions(of: stream.tail, commands: stream.commands, routing: routing)
            if case .dmaMap(let loop) = scenario.workload {
                Self.addWork(to: &cycle, buffers: loop.buffers)
                Self.addWork(to: &tail, buffers: loop.buffers)
            }
            let attendance = scenario.attendance(of: number)
            return Producer(
                commands: stream.commands, cycle: cycle, cycles: stream.cycles, tail: tail,
                cycleFallbacks: Self.fallbacks(cycle), tailFallbacks: Self.fallbacks(tail),
                leavesAfter: attendance?.insertions, comesAfter: UInt64(attendance?.startMicroseconds ?? 0) * 1000)
        }
        // The spinlock queue inserts command by command, so any ring will do.
        if scenario.algorithm.allocatesWholeLists { try refuseInsertionsBeyond(entries: 1 << scenario.log2Entries) }
        if scenario.algorithm == .fetchAdd {
            try scenario.validateFetchAdd(
                largestList: insertions.map(\.slots).max() ?? 0,
                smallestUnsynced: insertions.filter { !$0.sync }.map(\.slots).min())
        }
    }

    /// Each way to insert that occurs.
    private var insertions: some Sequence<Insertion> { producers.lazy.flatMap { [$0.cycle, $0.tail] }.joined() }

    /// An insertion that can never fit is found before anything runs.
    private func refuseInsertionsBeyond(entries: Int) throws(ScenarioError) {
        let largest = insertions.map(\.slots).max() ?? 0
        guard largest <= entries else {
            throw ScenarioError(
                .usage,
                "the workload inserts up to \(largest) entries at once, more than the queue of \(entries) entries; a log2Entries of \(Scenario.log2(atLeast: largest)) or more is allowed")
        }
    }

    private static func insertions(
        of operations: [ProducerStream.Operation], commands: [Command], routing: BatchRouting
    ) -> [Insertion] {
        var insertions: [Insertion] = []
        insertions.reserveCapacity(operations.count)
        for operation in operations {
            let batch = commands.span.extracting(operation.start..<(operation.start + operation.count))
            for part in routing.parts(of: batch, sync: operation.sync) {
                let range = (operation.start + part.range.lowerBound)..<(operation.start + part.range.upperBound)
                insertions.append(Insertion(
                    start: Int32(range.lowerBound), count: Int16(range.count), sync: part.sync,
                    toMain: part.route == .main, sum: ListSum(of: commands[range])))
            }
        }
        return insertions
    }

    /// Each round of unmaps is preceded by the maps of all its buffers.
    private static func addWork(to insertions: inout [Insertion], buffers: Int) {
        for index in insertions.indices { insertions[index].maps = index % buffers == 0 ? Int32(buffers) : 0 }
    }

    private static func fallbacks(_ insertions: [Insertion]) -> Int {
        insertions.reduce(0) { $0 + ($1.toMain ? Int($1.count) : 0) }
    }
}
