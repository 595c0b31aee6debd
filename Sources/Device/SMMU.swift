import Machine
import SMMUv3

/// The command-queue side of an SMMU: one queue or many, served in turn.
///
/// Round robin: each queue with something to execute has a turn of at most `turnLimit` entries.
@usableFromInline
package struct SMMU: Sendable {
    @usableFromInline package internal(set) var queues: [DeviceQueue]
    @usableFromInline let turnLimit: UInt32

    package init(queues: [DeviceQueue], turnLimit: UInt32 = .max) {
        self.queues = queues
        self.turnLimit = turnLimit
    }

    /// One round; returns how many entries it executed. `observers` has one for each queue.
    @inlinable
    package mutating func round<Port: DevicePort, Observer: DeviceObserver>(
        port: inout Port, observers: inout [Observer]
    ) -> Int {
        var done = 0
        for number in queues.indices {
            done &+= Int(queues[number].turn(limit: turnLimit, port: &port, observer: &observers[number]))
        }
        return done
    }

    /// Whether some queue has stopped at an error.
    @inlinable
    package var hasStoppedQueue: Bool { queues.contains { $0.error != .none } }
}
