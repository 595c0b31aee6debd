import Workload

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
            case .dma, .dmaMap, .loneSync, .mix: preconditionFailure("\(workload) is not recorded")
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
