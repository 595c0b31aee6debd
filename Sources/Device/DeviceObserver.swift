import Machine
import SMMUv3

/// What can be seen of one of the device's queues from outside. Every method has an empty default, which costs nothing.
@usableFromInline
package protocol DeviceObserver {
    /// The device has read PROD.
    mutating func readProd(from old: UInt32, to new: UInt32, cons: UInt32, geometry: QueueGeometry)
    /// The device has executed the commands, none of them a CMD_SYNC, from the slot at `pointer` on.
    mutating func executed<Port: DevicePort>(_ commands: Span<Command>, from pointer: UInt32, port: inout Port)
    /// The device has executed the CMD_SYNC at `pointer` and is about to signal its completion.
    mutating func executedSync<Port: DevicePort>(_ command: Command, at pointer: UInt32, port: inout Port)
    /// The device has stopped at the entry at `pointer`.
    mutating func stopped<Port: DevicePort>(at pointer: UInt32, command: Command, error: CommandError, port: inout Port)
}

extension DeviceObserver {
    @inlinable @inline(__always)
    package mutating func readProd(from old: UInt32, to new: UInt32, cons: UInt32, geometry: QueueGeometry) {}
    @inlinable @inline(__always)
    package mutating func executed<Port: DevicePort>(_ commands: Span<Command>, from pointer: UInt32, port: inout Port) {}
    @inlinable @inline(__always)
    package mutating func executedSync<Port: DevicePort>(_ command: Command, at pointer: UInt32, port: inout Port) {}
    @inlinable @inline(__always)
    package mutating func stopped<Port: DevicePort>(at pointer: UInt32, command: Command, error: CommandError, port: inout Port) {}
}

/// Sees nothing.
@usableFromInline
package struct NoDeviceObserver: DeviceObserver {
    @inlinable package init() {}
}
