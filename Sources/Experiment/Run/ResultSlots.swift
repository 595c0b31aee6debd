import Foundation

/// Where threads leave their results; each has a place of its own.
final class ResultSlots: @unchecked Sendable {
    // Sound: guarded by the lock.
    private let lock = NSLock()
    private var devices: [DeviceOutcome?]
    private var producers: [ProducerOutcome?]

    init(devices: Int, producers: Int) {
        self.devices = Array(repeating: nil, count: devices)
        self.producers = Array(repeating: nil, count: producers)
    }

    func set(device: Int, to outcome: DeviceOutcome) { lock.withLock { devices[device] = outcome } }
    func set(producer: Int, to outcome: ProducerOutcome) { lock.withLock { producers[producer] = outcome } }

    var allDevices: [DeviceOutcome] { lock.withLock { devices.compactMap(\.self) } }
    /// By number; nil where a producer has not come to its end.
    var producersByNumber: [ProducerOutcome?] { lock.withLock { producers } }
    var allProducers: [ProducerOutcome] { lock.withLock { producers.compactMap(\.self) } }
}
