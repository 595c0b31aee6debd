import Testing

@testable import Workload

/// What holds for every source.
struct StreamPlanTests {
    @Test("The share of each producer: even, the remainder to the lowest", arguments: [
        (commands: 10, producers: 4, shares: [3, 3, 2, 2]),
        (commands: 3, producers: 5, shares: [1, 1, 1, 0, 0]),
        (commands: 1_000_000, producers: 3, shares: [333_334, 333_333, 333_333]),
    ])
    func shares(commands: Int, producers: Int, shares: [Int]) throws {
        for source in [StreamPlan.Source.dma(DMALoop()), .mix(OpcodeMix())] {
            let streams = try StreamPlan(source, producers: producers, commands: commands, seed: 7).streams()
            #expect(streams.map(\.commandCount) == shares)
        }
    }

    @Test("A producer without a share has no operations")
    func emptyShare() throws {
        let streams = try StreamPlan(.dma(DMALoop()), producers: 3, commands: 2, seed: 1).streams()
        #expect(streams[2] == .empty)
        #expect(streams[2].allOperations.isEmpty)
    }

    @Test("Totals are exact for random lengths, batches and producers", arguments: freshSeeds(20))
    func exactTotals(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let producers = Int.random(in: 1...9, using: &random)
        let commands = Int.random(in: 1...40_000, using: &random)
        let batch = Bool.random(using: &random) ? Int.random(in: 1...6_000, using: &random) : nil
        var loop = DMALoop()
        loop.pagesPerUnmap = Int.random(in: 1...700, using: &random)
        loop.rangeInvalidation = Bool.random(using: &random)
        loop.flush = Bool.random(using: &random) ? .lazy : .strict
        for source in [StreamPlan.Source.dma(loop), .mix(OpcodeMix())] {
            let streams = try StreamPlan(source, producers: producers, batch: batch, commands: commands, seed: seed).streams()
            #expect(streams.count == producers)
            #expect(streams.reduce(0) { $0 + $1.allCommands.count } == commands, "seed \(seed)")
            for stream in streams {
                #expect(stream.commandCount == stream.allCommands.count, "seed \(seed)")
                #expect(stream.allOperations.allSatisfy { $0.sync }, "seed \(seed)")
                #expect(stream.syncCount == stream.allOperations.count, "seed \(seed)")
                if let batch {
                    let counts = stream.allOperations.map(\.count)
                    #expect(counts.dropLast().allSatisfy { $0 == batch }, "seed \(seed)")
                    #expect((counts.last ?? 1) <= batch && (counts.last ?? 1) > 0, "seed \(seed)")
                }
            }
        }
    }

    @Test("An endless plan has a cycle and no end")
    func endless() throws {
        let streams = try StreamPlan(.dma(DMALoop()), producers: 2, commands: nil, seed: 1).streams()
        for stream in streams {
            #expect(stream.cycles == nil)
            #expect(stream.commandCount == nil)
            #expect(stream.syncCount == nil)
            #expect(stream.cycle.count == StreamPlan.standardCommandsPerCycle)
            #expect(stream.tail.isEmpty)
        }
    }

    @Test("Memory does not grow with the length")
    func bounded() throws {
        let stream = try StreamPlan(.dma(DMALoop()), producers: 1, commands: .max, seed: 1).streams()[0]
        #expect(stream.commandCount == .max)
        #expect(stream.commands.count == StreamPlan.standardCommandsPerCycle)
    }

    @Test("Equal plans give equal streams, other seeds others")
    func deterministic() throws {
        func streams(seed: UInt64) throws -> [ProducerStream] {
            try StreamPlan(.dma(DMALoop()), producers: 2, commands: 500, seed: seed).streams()
        }
        #expect(try streams(seed: 4) == streams(seed: 4))
        #expect(try streams(seed: 4) != streams(seed: 5))
    }

    @Test("What is out of range is refused")
    func refusals() {
        func error(producers: Int = 1, batch: Int? = nil, commands: Int? = 1) -> WorkloadError? {
            do {
                _ = try StreamPlan(.dma(DMALoop()), producers: producers, batch: batch, commands: commands, seed: 0).streams()
                return nil
            } catch { return error }
        }
        #expect(error(producers: 0) == .outOfRange(parameter: "producers", value: 0, allowed: "1 or more"))
        #expect(error(batch: 0) == .outOfRange(parameter: "batch", value: 0, allowed: "1 or more"))
        #expect(error(commands: -1) == .outOfRange(parameter: "commands", value: -1, allowed: "1 or more"))
        #expect(error() == nil)
    }
}
