import SimulatedMachine

extension RunQueue {
    var traced: TraceQueue {
        TraceQueue(
            name: name, prod: placement.prod, cons: placement.cons, slots: placement.slots.offset,
            log2Entries: UInt32(placement.geometry.entries.trailingZeroBitCount))
    }
}

/// Tells a recording of a producer's insertions into one queue.
struct InsertionRecording: Sendable {
    let recorder: InsertionRecorder
    let queue: Int

    @inline(never)
    func note(_ producer: Int, slot: UInt32, count: Int, attempts: UInt32) {
        recorder.allocated(
            processor: producer, queue: queue, slot: slot, count: UInt32(truncatingIfNeeded: count), attempts: attempts)
    }
}
