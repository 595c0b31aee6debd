import Experiment
import Foundation
import SimulatedMachine

/// How fast simulations are, beside the engine's bare event queue.
///
/// Public so that `Benchmarks/`, a package of its own, can drive what it measures.
public enum SimulationProbe {
    /// What was done, and the host's seconds that it took.
    public struct Work: Sendable {
        public let count: UInt64
        /// Of the simulation's engine.
        public let events: UInt64
        public let seconds: Double
        /// Depends on everything that was done.
        public let trace: UInt64
    }

    /// The cores of the machine that every run takes place on, however few of them it uses.
    public static let cores = 1024

    public enum Queues: String, CaseIterable, Sendable {
        /// All producers share one.
        case shared
        /// Each has its own, an ECMDQ.
        case own
    }

    /// Simulates `processors` producers, 1 to 1024, that map and unmap one page after the other.
    /// Counts memory operations. Set-up does not count.
    public static func simulate(processors: Int, queues: Queues, virtualSeconds: Double) throws -> Work {
        let file = FileManager.default.temporaryDirectory.appending(path: "cmdqsim-\(UUID().uuidString).yaml")
        defer { try? FileManager.default.removeItem(at: file) }
        try wideMachine().yaml().write(to: file, atomically: true, encoding: .utf8)
        var scenario = Scenario()
        scenario.machine = .simulated(file.path)
        scenario.producers = processors
        switch queues {
        case .shared: scenario.log2Entries = 16
        case .own:
            scenario.queue = .ecmdq
            scenario.log2Entries = 8
        }
        scenario.length = .seconds(virtualSeconds)
        scenario.repeats = 1
        guard let outcome = try Runner(cancellation: Cancellation()).run(scenario, progress: { _, _ in }), let cost = outcome.cost else {
            throw ProbeError(description: "the run came to no result")
        }
        if let violation = outcome.result.violations.first { throw ProbeError(description: violation) }
        return Work(count: cost.memoryOperations, events: cost.events, seconds: cost.hostSeconds, trace: outcome.result.commandsExecuted)
    }

    /// Removes the earliest of `pending` events and adds a later one, `count` times.
    public static func hold(pending: Int, count: Int) -> Work {
        var hold = EventHold(pending: pending, seed: 1)
        defer { hold.deallocate() }
        let clock = ContinuousClock()
        let begun = clock.now
        let trace = hold.hold(count)
        return Work(count: UInt64(count), events: UInt64(count), seconds: (clock.now - begun) / .seconds(1), trace: trace)
    }

    /// Follows `steps` links through `kibibytes` of memory, a line each, in an order that no prefetcher foresees: what the host's
    /// caches do for as much as a simulation keeps in them.
    public static func chase(kibibytes: Int, steps: Int) -> Work {
        let lines = kibibytes * 1024 / 64
        var order = Array(1..<lines)
        var generator = SystemRandomNumberGenerator()
        order.shuffle(using: &generator)
        var links = [Int64](repeating: 0, count: lines * 8)
        var line = 0
        for next in order {
            links[line * 8] = Int64(next * 8)
            line = next
        }
        links[line * 8] = 0
        func follow(_ count: Int) -> Int64 {
            var place: Int64 = 0
            for _ in 0..<count { place = links[Int(place)] }
            return place
        }
        let before = follow(lines)
        let clock = ContinuousClock()
        let begun = clock.now
        let trace = follow(steps)
        return Work(count: UInt64(steps), events: 0, seconds: (clock.now - begun) / .seconds(1), trace: UInt64(before + trace))
    }

    /// `kunpeng920` with more clusters on each die.
    private static func wideMachine() throws -> MachineFile {
        let preset = try MachineFile.named("kunpeng920")
        var model = preset.model
        model.name = "wide"
        model.device.enhancedQueues = cores
        model.topology.clustersPerDie = cores / (model.topology.dies * model.topology.coresPerCluster)
        return try MachineFile(model: model, description: "kunpeng920 with \(cores) cores", provenance: preset.provenance)
    }
}

struct ProbeError: Error, CustomStringConvertible {
    let description: String
}
