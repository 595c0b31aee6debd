import Device
import SMMUv3

/// The device's half of a self-check, for one queue.
protocol DeviceAudit: DeviceObserver, Sendable {
    init(queueName: String, placement: AuditPlacement, producers: Int)

    var violations: ViolationLog { get }
    /// Commands that the device refused and the driver replaced.
    var refused: UInt64 { get }
    /// Of all commands executed; to be compared with what the producers inserted.
    var sum: SlotSum { get }
    /// Lists executed to their end, by producer; nil where lists are not told apart.
    var listsDone: [UInt32]? { get }
}

extension ViolationLog {
    /// PROD may move on as far as the queue is long, and never back.
    mutating func checkProd(queue: String, from old: UInt32, to new: UInt32, cons: UInt32, geometry: QueueGeometry) {
        let before = geometry.distance(from: cons, to: old)
        let after = geometry.distance(from: cons, to: new)
        if after < before || after > geometry.entries {
            add("\(queue): PROD went from \(old) to \(new) with CONS at \(cons)")
        }
    }

    @inline(never)
    mutating func addMisplaced(queue: String, executed pointer: UInt32, due: UInt32) {
        add("\(queue): slot \(pointer) was executed where slot \(due) was due (lost, doubled or out of order)")
    }
}
