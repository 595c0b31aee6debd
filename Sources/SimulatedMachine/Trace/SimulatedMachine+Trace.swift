import Machine

extension SimulatedMachine {
    /// Records the run that follows.
    package func record(_ options: TraceOptions, queues: [TraceQueue]) {
        core[0].recorder.deallocate()
        core[0].recorder = Recorder(options, queues: queues, agents: core[0].agentCount, lines: core[0].lines.count)
        recordedQueues = queues
        core[0].isRecording = true
        if !core[0].warmsUp { core[0].recorder.beginMeasuring(at: 0) }
    }

    /// What was recorded; nil where nothing was to be.
    package var trace: Trace? {
        guard core[0].isRecording else { return nil }
        let recorder = core[0].recorder
        return Trace(
            events: (0..<recorder.count).map { recorder.events[$0] }, processors: processors, queues: recordedQueues,
            leftOut: recorder.leftOut, fullAt: recorder.fullAt, outside: recorder.outside)
    }

    /// Tells the recording of insertions.
    package var insertionRecorder: InsertionRecorder { InsertionRecorder(core: core) }
}

/// By which whoever knows of an insertion's slots tells the recording of them. A value that lives as long as its machine.
package struct InsertionRecorder: Sendable {
    let core: FixedBuffer<Core>

    /// The processor has got `count` slots from `slot` on.
    package func allocated(processor: Int, queue: Int, slot: UInt32, count: UInt32, attempts: UInt32) {
        guard core[0].isRecording else { return }
        let time = core[0].agents[processor].time
        core[0].recorder.insertion(of: processor, queue: queue, slot: slot, count: count, attempts: attempts, at: time)
    }
}
