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

    init(_ scenario: Scenario, streams recorded: inout RecordedStreams) throws(ScenarioError) {
        let streams: [ProducerStream]
        do {
            streams = try scenario.streamPlan(&recorded).streams()
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
    func streamPlan(_ recorded: inout RecordedStreams) throws(ScenarioError) -> StreamPlan {
        let source: StreamPlan.Source = switch workload {
        case .dma(let loop): .dma(loop)
        case .mix(let mix): .mix(mix)
        case .recorded, .sample: .recorded(try recorded.stream(of: workload))
        }
        let commands: Int? = switch length {
        case .commands(let count): count
        case .seconds, .workload: nil
        }
        return StreamPlan(
            source, producers: producers, batch: batch, commands: commands,
            once: workload.hasEnd && length == .workload, seed: seed)
    }
}

/// Recorded streams that have been read, so that scenarios that share one read it once.
struct RecordedStreams {
    private var streams: [String: RecordedStream] = [:]

    mutating func stream(of workload: WorkloadKind) throws(ScenarioError) -> RecordedStream {
        let key = workload.description
        if let stream = streams[key] { return stream }
        let stream: RecordedStream
        do {
            stream = switch workload {
            case .recorded(let path): try RecordedStream(contentsOf: path)
            case .sample(let name): try SampleStream(named: name).load()
            case .dma, .mix: preconditionFailure("\(workload) is not recorded")
            }
        } catch let error as WorkloadError {
            throw ScenarioError(.usage, "\(error)")
        } catch let error as TraceError where error.kind == .unreadable {
            throw ScenarioError(.usage, "\(error)")
        } catch {
            throw ScenarioError(.data, "\(error)")
        }
        streams[key] = stream
        return stream
    }
}

extension Scenario {
    /// Finds what would keep the scenario from running, before anything runs; reads the file that it names.
    package func validate() throws(ScenarioError) {
        try validateFields()
        var streams = RecordedStreams()
        let plan = try streamPlan(&streams)
        do {
            _ = try plan.streams()
        } catch {
            throw ScenarioError(.usage, "\(error)")
        }
    }
}
