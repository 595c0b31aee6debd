import Machine
import SMMUv3

/// Where the self-check keeps its words: beside the machine's own, so that a machine can tell them apart and charge nothing for them.
struct AuditPlacement: Sendable {
    /// A `ListRecord` for each slot of the queue.
    let records: Word64
    /// For each of `producers` a line of its own: the number of its last list on this queue whose CMD_SYNC was executed.
    let completions: Word64
    /// Who inserts into the queue.
    let producers: Range<Int>
    /// The slot behind the last CMD_SYNC that the device has executed.
    let executed: Word32
    let geometry: QueueGeometry

    /// Places for all of it; `records` and `completions` only where `hasRecords`.
    init(geometry: QueueGeometry, producers: Range<Int>, hasRecords: Bool, plan: inout MemoryPlan) {
        self.geometry = geometry
        self.producers = producers
        records = plan.reserve(bytes: hasRecords ? Int(geometry.entries) * 8 : 0)
        completions = plan.reserve(bytes: hasRecords ? producers.count * MemoryPlan.lineSize : 0)
        executed = plan.reserveLine().low
    }

    @inline(__always)
    func record(at pointer: UInt32) -> Word64 {
        records.advanced(by: Int(geometry.index(pointer)))
    }

    @inline(__always)
    func completion(of producer: Int) -> Word64 {
        completions.advanced(by: (producer &- producers.lowerBound) &* (MemoryPlan.lineSize / 8))
    }
}
