import Foundation

/// How often each kind of disturbance happened in a repeat, over all agents.
final class DisturbanceTally: @unchecked Sendable {
    // Sound: guarded by the lock, which costs nothing beside what is counted.
    private let lock = NSLock()
    private var counts: [Disturbance.Kind: UInt64] = [:]

    func add(_ kind: Disturbance.Kind) { lock.withLock { counts[kind, default: 0] += 1 } }

    var all: [Disturbance.Kind: UInt64] { lock.withLock { counts } }
}
