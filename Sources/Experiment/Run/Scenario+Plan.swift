import Workload

extension Scenario {
    /// What the workload comes to; reads the recorded stream, if it is one.
    func streamPlan(_ recorded: inout RecordedStreams) throws(ScenarioError) -> StreamPlan {
        let source: StreamPlan.Source = switch workload {
        case .dma(let loop): .dma(loop)
        case .dmaMap(let loop): .dmaMap(loop)
        case .loneSync: .loneSync
        case .mix(let mix): .mix(mix)
        case .recorded, .sample: .recorded(try recorded.stream(of: workload))
        }
        let commands: Int? = switch length {
        case .commands(let count): count
        case .seconds, .workload: nil
        }
        var plan = StreamPlan(
            source, producers: producers, batch: batch, commands: commands,
            once: workload.hasEnd && length == .workload, seed: seed)
        // Nothing that a simulated device does depends on how late addresses repeat, and a thousand processors have a plan each.
        if !machine.isNative { plan.commandsPerCycle = max(32, min(256, 32768 / producers)) }
        return plan
    }

    /// Finds what would keep the scenario from running, before anything runs; reads the file that it names.
    package func validate() throws(ScenarioError) {
        try validateFields()
        var streams = RecordedStreams()
        _ = try RunPlan(self, streams: &streams)
        _ = try machineModel()
    }
}
