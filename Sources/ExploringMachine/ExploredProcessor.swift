import Machine

/// A processor of a machine that explores, or its device.
package protocol ExploredProcessor: Processor, DevicePort {
    associatedtype Position: AgentPosition

    /// Asked for by observers, which do not see the processor itself.
    var position: Position { get }

    /// Ends the run here with what is wrong.
    func fail(_ message: String) -> Never
}

/// How many events an agent has made so far.
package protocol AgentPosition: Sendable {
    func callAsFunction() -> Int
}
