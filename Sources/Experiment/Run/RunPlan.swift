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
    let sum: ListSum
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
    }

    let producers: [Producer]

    init(_ scenario: Scenario) throws(ScenarioError) {
        let streams: [ProducerStream]
        do {
            streams = try scenario.streamPlan().streams()
        } catch {
            throw ScenarioError(.usage, "\(error)")
        }
        let rule: BatchRule = scenario.forceSync ? .forceSync : .standard
        // Without VCMDQs everything goes by the one route that there is.
        let routing = BatchRouting(
            supported: scenario.queue == .vcmdq && scenario.vintfOwner == .guest ? .tegra241Guest : nil, rule: rule)
        producers = streams.map { stream in
            let cycle = Self.insertions(of: stream.cycle, commands: stream.commands, routing: routing)
            let tail = Self.insertions(of: stream.tail, commands: stream.commands, routing: routing)
            return Producer(
                commands: stream.commands, cycle: cycle, cycles: stream.cycles, tail: tail,
                cycleFallbacks: Self.fallbacks(cycle), tailFallbacks: Self.fallbacks(tail))
        }
    }

    private static func insertions(
        of operations: [ProducerStream.Operation], commands: [Command], routing: BatchRouting
    ) -> [Insertion] {
        var insertions: [Insertion] = []
        insertions.reserveCapacity(operations.count)
        for operation in operations {
            let batch = commands[operation.start..<(operation.start + operation.count)]
            for part in routing.parts(of: batch, sync: operation.sync) {
                let range = (operation.start + part.range.lowerBound)..<(operation.start + part.range.upperBound)
                insertions.append(Insertion(
                    start: Int32(range.lowerBound), count: Int16(range.count), sync: part.sync,
                    toMain: part.route == .main, sum: ListSum(of: commands[range])))
            }
        }
        return insertions
    }

    private static func fallbacks(_ insertions: [Insertion]) -> Int {
        insertions.reduce(0) { $0 + ($1.toMain ? Int($1.count) : 0) }
    }
}

extension Scenario {
    /// What the workload comes to; reads the recorded stream, if it is one.
    func streamPlan() throws(ScenarioError) -> StreamPlan {
        let source: StreamPlan.Source
        var isRecorded = false
        do {
            switch workload {
            case .dma(let loop): source = .dma(loop)
            case .mix(let mix): source = .mix(mix)
            case .recorded(let path):
                source = .recorded(try RecordedStream(contentsOf: path))
                isRecorded = true
            case .sample(let name):
                guard let sample = SampleStream(rawValue: name) else {
                    let names = SampleStream.allCases.map(\.rawValue).joined(separator: ", ")
                    throw ScenarioError(.usage, "workload '\(name)' is unknown; dma, mix, \(names) are allowed")
                }
                source = .recorded(try sample.load())
                isRecorded = true
            }
        } catch let error as ScenarioError {
            throw error
        } catch {
            throw ScenarioError(.data, "\(error)")
        }
        let commands: Int? = switch length {
        case .commands(let count): count
        case .seconds, .workload: nil
        }
        return StreamPlan(
            source, producers: producers, batch: batch, commands: commands,
            once: isRecorded && length == .workload, seed: seed)
    }
}

extension Scenario {
    /// Finds what would keep the scenario from running, before anything runs; reads the file that it names.
    package func validate() throws(ScenarioError) {
        try validateFields()
        let plan = try streamPlan()
        do {
            _ = try plan.streams()
        } catch {
            throw ScenarioError(.usage, "\(error)")
        }
    }
}
