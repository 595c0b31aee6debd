import SMMUv3
import Testing

@testable import Workload

struct DMALoopTests {
    private func stream(
        _ loop: DMALoop, batch: Int? = nil, commands: Int? = nil, producer: Int = 0, producers: Int = 4
    ) throws -> ProducerStream {
        try StreamPlan(.dma(loop), producers: producers, batch: batch, commands: commands, seed: 11).streams()[producer]
    }

    private func loop(pages: Int, range: Bool = false, flush: DMALoop.Flush = .strict) -> DMALoop {
        var loop = DMALoop()
        loop.pagesPerUnmap = pages
        loop.rangeInvalidation = range
        loop.flush = flush
        return loop
    }

    @Test("Without range invalidation an unmap is one TLBI_NH_VA per page and one sync", arguments: [1, 2, 31, 511])
    func pageByPage(pages: Int) throws {
        let stream = try stream(loop(pages: pages))
        for operation in stream.cycle {
            let commands = stream.commands(of: operation)
            #expect(operation.sync)
            #expect(commands.count == pages)
            let first = commands[0].address
            #expect(commands.enumerated().allSatisfy { $1.opcode == .tlbiNHVA && $1.address == first + UInt64($0) << 12 })
            #expect(commands.allSatisfy { $0.leaf && $0.tg == 0 && $0.asid == 1 && $0.vmid == 0 })
        }
    }

    @Test("From 512 pages on an unmap without range invalidation is one TLBI_NH_ASID", arguments: [512, 1 << 20])
    func wholeSpace(pages: Int) throws {
        let stream = try stream(loop(pages: pages))
        #expect(stream.cycle.allSatisfy { $0.count == 1 && $0.sync })
        #expect(stream.commands.allSatisfy { $0.opcode == .tlbiNHASID && $0.asid == 1 })
    }

    @Test("With range invalidation the ranges of one unmap cover its pages", arguments: [1, 32, 33, 255, 511, 1 << 20])
    func ranges(pages: Int) throws {
        let stream = try stream(loop(pages: pages, range: true))
        for operation in stream.cycle {
            var covered: UInt64 = 0
            let commands = stream.commands(of: operation)
            for command in commands {
                #expect(command.opcode == .tlbiNHVA && command.tg == 1 && command.ttl == 3)
                #expect(command.address == commands[0].address + covered << 12)
                covered += UInt64(command.num + 1) << UInt64(command.scale)
            }
            #expect(covered == UInt64(pages))
        }
    }

    @Test("Addresses change with every unmap of a cycle, and lie below 2^48", arguments: [1, 3, 64])
    func addresses(pages: Int) throws {
        let stream = try stream(loop(pages: pages, range: true))
        let addresses = stream.cycle.map { stream.commands[$0.start].address }
        #expect(Set(addresses).count == addresses.count)
        #expect(addresses.allSatisfy { $0 < 1 << 48 })
    }

    @Test("Each producer has an ASID of its own")
    func asids() throws {
        let streams = try StreamPlan(.dma(loop(pages: 1)), producers: 1024, commands: 4096, seed: 3).streams()
        #expect(streams.map { Set($0.commands.map(\.asid)) } == (1...1024).map { [UInt16($0)] })
    }

    @Test("Lazy: nothing but one TLBI_NH_ASID and a sync per flush")
    func lazy() throws {
        let stream = try stream(loop(pages: 8, flush: .lazy), commands: 40, producer: 3)
        #expect(stream.allCommands == [Command](repeating: Command(word0: 0x0004_0000_0000_0011, word1: 0), count: 10))
        #expect(stream.syncCount == 10)
    }

    @Test("A batch cuts the flow of commands without changing it")
    func batches() throws {
        let unbatched = try stream(loop(pages: 3), commands: 4 * 1000)
        let batched = try stream(loop(pages: 3), batch: 7, commands: 4 * 1000)
        #expect(unbatched.allCommands == batched.allCommands)
        #expect(unbatched.allOperations.map(\.count) == [Int](repeating: 3, count: 333) + [1])
        #expect(batched.allOperations.map(\.count) == [Int](repeating: 7, count: 142) + [6])
    }

    @Test("A batch larger than a cycle is still one operation")
    func largeBatch() throws {
        let stream = try stream(loop(pages: 1), batch: 10_000, commands: 25_000, producers: 1)
        #expect(stream.allOperations.map(\.count) == [10_000, 10_000, 5_000])
    }

    @Test("Parameters out of range are refused", arguments: [(0, 1), ((1 << 20) + 1, 1), (1, 0)])
    func refusals(pages: Int, unmapsPerFlush: Int) {
        var loop = loop(pages: pages)
        loop.unmapsPerFlush = unmapsPerFlush
        #expect(throws: WorkloadError.self) { try loop.validate() }
        #expect(throws: WorkloadError.self) { try stream(loop) }
    }
}
