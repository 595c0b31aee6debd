import Machine
import SMMUv3

/// A queue of a device, with what observes it.
@usableFromInline
package struct ServedQueue<Observer: DeviceObserver> {
    @usableFromInline package var queue: DeviceQueue
    @usableFromInline package var observer: Observer

    @inlinable
    package init(_ queue: DeviceQueue, observer: Observer) {
        self.queue = queue
        self.observer = observer
    }
}

extension ServedQueue: Sendable where Observer: Sendable {}

/// The command-queue side of an SMMU: one queue or many, served in turn.
@usableFromInline
package enum SMMU {
    /// One round: each queue with something to execute has a turn of at most `turnLimit` entries. Returns how many entries were executed.
    @inlinable @inline(__always)
    package static func serve<Port: DevicePort, Observer: DeviceObserver>(
        _ queues: inout MutableSpan<ServedQueue<Observer>>, turnLimit: UInt32, port: inout Port
    ) -> UInt32 {
        var done: UInt32 = 0
        for number in 0..<queues.count {
            let executed = queues[number].turn(limit: turnLimit, port: &port)
            if executed > 0 { port.endTurn() }
            done &+= executed
        }
        return done
    }
}

extension ServedQueue {
    @inlinable @inline(__always)
    package mutating func turn<Port: DevicePort>(limit: UInt32, port: inout Port) -> UInt32 {
        queue.turn(limit: limit, port: &port, observer: &observer)
    }
}
