import Machine
@testable import SimulatedMachine
import TestSupport
import Testing

/// The engine tries again on behalf of processors that wait; each doing so by itself must come to the same, to the picosecond.
struct RetryTests {
    /// What can be seen of a run in which all processors allocate entries of one ring.
    private struct Record: Equatable {
        var notes: [String] = []
        var ending: SimulatedMachine.Ending
        var operations: OperationCounts
        var events: UInt64
        var now: Double
        var sites: [String]
    }

    private func allocate(_ model: MachineModel, cores: Int, seed: UInt64, byEngine: Bool) -> Record {
        let bench = Bench(model, cores: Array(0..<cores), seed: seed)
        let ending = bench.run { agent, processor in
            var generator = SeededGenerator(seed: seed &+ UInt64(agent))
            for _ in 0..<6 {
                let count = UInt32.random(in: 1...3, using: &generator)
                // Stores that are still under way, sometimes, and a release store, so that a try finds other things to wait for.
                if Bool.random(using: &generator) { processor.store64(bench.lines[1], 1, .relaxed, at: .writeSlots) }
                if Bool.random(using: &generator) { processor.store64(bench.lines[agent % 4].advanced(by: 1), 2, .release, at: .handOver) }
                processor.spend(picoseconds: UInt64.random(in: 0...60_000, using: &generator), at: .work)
                let step = RingAdvance(by: count, entries: 1 << 7, flags: 1 << 31)
                var old = processor.load64(bench.lines[0], .relaxed, at: .allocate).value
                var attempts: UInt32 = 0
                while true {
                    let exchange = byEngine
                        ? processor.exchange64(bench.lines[0], from: old, by: step, .relaxed, at: .allocate)
                        : processor.exchangeOnce(bench.lines[0], from: old, by: step, .relaxed, at: .allocate)
                    attempts += exchange.attempts
                    old = exchange.found.value
                    guard exchange.outcome == .failed else {
                        bench.note(processor, UInt64(attempts) << 32 | old & 0xffff_ffff | (exchange.outcome == .succeeded ? 1 << 63 : 0))
                        break
                    }
                }
            }
            processor.finish()
        }
        return Record(
            notes: bench.notes.map { "\($0.agent) \($0.time) \($0.value)" }, ending: ending, operations: bench.machine.operations,
            events: bench.machine.events, now: bench.machine.now,
            sites: (0..<cores).flatMap { agent in Site.allCases.map { "\(bench.machine.time(of: agent, at: $0))" } })
    }

    @Test func theEngineTriesAsProcessorsDo() {
        var retries: UInt64 = 0
        for seed in UInt64(1)...300 {
            var generator = SeededGenerator(seed: seed)
            var model = MachineModel.random(&generator)
            model.memory.farAtomics = false
            model.memory.failedExchangeOwns = true
            let cores = Int.random(in: 2...16, using: &generator)
            let expected = allocate(model, cores: cores, seed: seed, byEngine: false)
            let found = allocate(model, cores: cores, seed: seed, byEngine: true)
            #expect(found == expected, "seed \(seed)")
            retries += expected.operations.updates - UInt64(cores * 6)
        }
        // There was something to try again.
        #expect(retries > 10_000)
    }

    /// Far atomics, and failed tries that leave the line where it is, are each processor's own affair.
    @Test func otherMachinesTryAsProcessorsDo() {
        for seed in UInt64(1)...60 {
            var generator = SeededGenerator(seed: seed)
            var model = MachineModel.random(&generator)
            model.memory.farAtomics = seed % 2 == 0
            model.memory.failedExchangeOwns = seed % 2 == 0
            let cores = Int.random(in: 2...16, using: &generator)
            #expect(
                allocate(model, cores: cores, seed: seed, byEngine: true) == allocate(model, cores: cores, seed: seed, byEngine: false),
                "seed \(seed)")
        }
    }

    /// A ring without space is the processor's affair at once.
    @Test func aFullRingEndsTheTries() {
        let bench = Bench(cores: [0])
        _ = bench.run { _, processor in
            let step = RingAdvance(by: 2, entries: 4, flags: 0)
            var old: UInt64 = 0
            for _ in 0..<3 {
                let exchange = processor.exchange64(bench.lines[0], from: old, by: step, .relaxed, at: .allocate)
                bench.note(processor, UInt64(exchange.attempts) << 8 | (exchange.outcome == .hasNoSpace ? 1 : 0))
                old += 2
            }
        }
        #expect(bench.values(of: 0) == [1 << 8, 1 << 8, 1])
    }
}
