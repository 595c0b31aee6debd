import SMMUv3
import Testing

@testable import Workload

/// Splitting one recorded stream over producers.
struct SplittingTests {
    private func split(
        _ stream: RecordedStream, _ producers: Int, commands: Int? = nil, once: Bool = false
    ) throws -> [ProducerStream] {
        try StreamPlan(.recorded(stream), producers: producers, commands: commands, once: once, seed: 0).streams()
    }

    private func va(_ number: UInt64) -> Command { Command(word0: 0x12, word1: number << 12) }

    @Test("Units end after each CMD_SYNC; what follows the last one is a unit without")
    func units() {
        let stream = RecordedStream(name: "", commands: [va(1), va(2), syncCommand, syncCommand, va(3), syncCommand, va(4)])
        #expect(stream.units == [
            .init(start: 0, count: 2, sync: true), .init(start: 3, count: 0, sync: true),
            .init(start: 4, count: 1, sync: true), .init(start: 6, count: 1, sync: false),
        ])
        #expect(stream.commandCount == 4)
        #expect(stream.syncCount == 3)
        #expect(stream.countsPerOpcode == [0x12: 4, 0x46: 3])
    }

    @Test("Each unit goes to the producer with the fewest commands, ties to the lowest")
    func dealing() throws {
        let stream = RecordedStream(name: "", commands: [
            va(1), va(2), va(3), syncCommand, va(4), syncCommand, va(5), syncCommand, va(6), syncCommand, va(7),
        ])
        let streams = try split(stream, 2, once: true)
        #expect(streams[0].allCommands == [va(1), va(2), va(3), va(7)])
        #expect(streams[1].allCommands == [va(4), va(5), va(6)])
        #expect(streams[0].allOperations.map(\.sync) == [true, false])
    }

    @Test("Lone CMD_SYNCs spread over the producers")
    func loneSyncs() throws {
        let stream = RecordedStream(name: "", commands: [Command](repeating: syncCommand, count: 8))
        let streams = try split(stream, 4, once: true)
        #expect(streams.map(\.syncCount) == [2, 2, 2, 2])
        #expect(streams.map(\.commandCount) == [0, 0, 0, 0])
    }

    @Test("Once through: every command once, every sync with its unit, units in recorded order", arguments: freshSeeds(30))
    func onceThrough(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let stream = randomStream(units: Int.random(in: 1...200, using: &random), largest: 9, using: &random)
        let producers = Int.random(in: 1...12, using: &random)
        let streams = try split(stream, producers, once: true)

        let all = streams.flatMap(\.allCommands)
        #expect(all.count == stream.commandCount, "seed \(seed)")
        #expect(Set(all) == Set(stream.commands.filter { !$0.isSync }), "seed \(seed)")
        #expect(streams.reduce(0) { $0 + ($1.syncCount ?? 0) } == stream.syncCount, "seed \(seed)")

        // Commands are numbered, so units with commands can be told apart wherever they went.
        let recorded = Dictionary(
            uniqueKeysWithValues: stream.units.filter { $0.count > 0 }.map { (stream.commands[$0.start], $0) }
        )
        for producer in streams {
            var last = -1
            for operation in producer.allOperations where operation.count > 0 {
                let unit = try #require(recorded[producer.commands[operation.start]], "seed \(seed)")
                #expect(Array(stream.commands[unit.start..<unit.start + unit.count]) == producer.commands(of: operation), "seed \(seed)")
                #expect(unit.sync == operation.sync, "seed \(seed)")
                #expect(unit.start > last, "seed \(seed)")
                last = unit.start
            }
        }
        let loads = streams.map { $0.commandCount ?? 0 }
        #expect(loads.max()! - loads.min()! <= 9 + stream.syncCount / 8 + 1, "seed \(seed)")
    }

    @Test("A number of commands truncates or repeats the stream, exactly", arguments: freshSeeds(60))
    func exactTotals(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var stream = randomStream(units: Int.random(in: 1...60, using: &random), largest: 6, using: &random)
        stream.commands.insert(va(1 << 30), at: 0)
        let commands = Int.random(in: 1...(3 * stream.commandCount), using: &random)
        let streams = try split(stream, Int.random(in: 1...7, using: &random), commands: commands)
        #expect(streams.reduce(0) { $0 + $1.allCommands.count } == commands, "seed \(seed)")
        #expect(streams.reduce(0) { $0 + ($1.commandCount ?? 0) } == commands, "seed \(seed)")

        // How often each command comes: whole cycles, and once more at the stream's beginning.
        let recorded = stream.commands.filter { !$0.isSync }
        var expected: [Command: Int] = [:]
        for (index, command) in recorded.enumerated() {
            let times = commands / recorded.count + (index < commands % recorded.count ? 1 : 0)
            if times > 0 { expected[command] = times }
        }
        let played = streams.flatMap(\.allCommands)
        #expect(Dictionary(played.map { ($0, 1) }, uniquingKeysWith: +) == expected, "seed \(seed)")
    }

    @Test("The unit that is cut short keeps its sync")
    func cutUnit() throws {
        let stream = RecordedStream(name: "", commands: [va(1), va(2), va(3), syncCommand, va(4), va(5), syncCommand])
        let streams = try split(stream, 1, commands: 4)
        #expect(streams[0].allOperations == [.init(start: 0, count: 3, sync: true), .init(start: 3, count: 1, sync: true)])
        #expect(try split(stream, 1, commands: 2)[0].allOperations == [.init(start: 0, count: 2, sync: true)])
        #expect(try split(stream, 1, commands: 7)[0].allOperations.map(\.count) == [3, 2, 2])
    }

    @Test("Endless: a producer that no unit came to has nothing to do")
    func endless() throws {
        let streams = try split(RecordedStream(name: "", commands: [va(1), syncCommand]), 3)
        #expect(streams[0].cycles == nil)
        #expect(streams[0].cycle.count == 1)
        #expect(streams[1] == .empty)
        #expect(streams[2] == .empty)
    }

    @Test("A stream of nothing but CMD_SYNCs never reaches a number of commands; a batch size is refused")
    func refusals() throws {
        let syncs = RecordedStream(name: "bare", commands: [syncCommand, syncCommand])
        #expect(throws: WorkloadError.noCommands(name: "bare")) { try split(syncs, 1, commands: 1) }
        #expect(try split(syncs, 1)[0].cycle.count == 2)
        #expect(throws: WorkloadError.batchOfRecordedStream(name: "bare")) {
            try StreamPlan(.recorded(syncs), producers: 1, batch: 8, commands: nil, seed: 0).streams()
        }
    }

    @Test("A prefix takes whole units only")
    func prefix() {
        let stream = RecordedStream(name: "", commands: [va(1), va(2), syncCommand, va(3), va(4), syncCommand, syncCommand])
        #expect(stream.prefix(commands: 1).commands == [])
        #expect(stream.prefix(commands: 3).commands == Array(stream.commands[..<3]))
        #expect(stream.prefix(commands: 4).commands == stream.commands)
    }
}
