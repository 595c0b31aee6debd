import SimulatedMachine

/// Where the virtual time of the measured part went. Sums are exact; times are in picoseconds unless their name says otherwise.
package struct TimeReport: Codable, Equatable, Sendable {
    /// From the start of the measured part to the end of the last agent's last operation.
    package var picoseconds: UInt64
    /// Over all processors.
    package var total: ProcessorTime
    /// By processor.
    package var processors: [ProcessorTime]
    /// By agent of the device.
    package var devices: [AgentTime]
    /// By part of memory, in the order in which the queue's structure has them.
    package var lines: [LineTime]
    package var operations: Operations
}

/// What became of an agent's time.
package struct AgentTime: Codable, Equatable, Sendable {
    /// From its first operation to the end of its last.
    package var runningPicoseconds: UInt64
    /// All that there are, in the order of an insertion; together they are the running time.
    package var phases: [PhaseTime]
}

package struct PhaseTime: Codable, Equatable, Sendable {
    package var phase: Phase
    package var picoseconds: UInt64
    package var operations: UInt64
}

/// A processor's time, or that of all processors together.
package struct ProcessorTime: Codable, Equatable, Sendable {
    package var runningPicoseconds: UInt64
    package var phases: [PhaseTime]
    package var allocations: UInt64
    package var casAttempts: UInt64
    /// Compare-and-swaps for each that succeeded; 0 where the algorithm allocates without.
    package var attemptsPerSuccess: Double
    package var gathers: Gathers
}

/// How many entries were published by one write of PROD.
package struct Gathers: Codable, Equatable, Sendable {
    package var count: UInt64
    package var entries: UInt64
    package var meanEntries: Double
    package var largest: UInt32
    /// Sizes that occurred, by the power of two that bounds them.
    package var sizes: [Size]

    package struct Size: Codable, Equatable, Sendable {
        /// More than half of it, and no more than it.
        package var upTo: UInt32
        package var count: UInt64
    }
}

/// What became of the requests for one part of memory.
package struct LineTime: Codable, Equatable, Sendable {
    package var name: String
    /// Requests of lines that the agent did not have; of them those that took the line from another agent.
    package var requests: UInt64
    package var transfers: UInt64
    /// That requests waited for those before them; and until the line was there, that wait included.
    package var queuedPicoseconds: UInt64
    package var takenPicoseconds: UInt64
    /// Requests that waited, on average over time (Little's law), over all lines of the part.
    package var meanQueueLength: Double
    package var meanWaitNanoseconds: Double
    package var meanServiceNanoseconds: Double
}

/// Memory operations by kind.
package struct Operations: Codable, Equatable, Sendable {
    package var loads: UInt64
    package var stores: UInt64
    package var updates: UInt64
    package var registerAccesses: UInt64
    package var deviceWords: UInt64
    package var total: UInt64
}
