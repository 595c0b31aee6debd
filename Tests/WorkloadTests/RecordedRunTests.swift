import Foundation
import SMMUv3
import Testing

@testable import Workload

/// Recorded runs against each other: the text trace against the raw words of the same run, and the full
/// streams, where they are beside the package, against their statistics and the samples.
struct RecordedRunTests {
    /// The command with the bits of the missing fields cleared.
    private func carried(_ command: Command, _ masks: [UInt8: Command]) -> Command {
        guard let mask = masks[command.opcodeByte] else { return command }
        return Command(word0: command.word0 & ~mask.word0, word1: command.word1 & ~mask.word1)
    }

    private func compare(trace: RecordedStream, raw: some Collection<Command>) {
        var masks: [UInt8: Command] = [:]
        for field in trace.missingFields {
            masks[field.opcode.rawValue, default: Command(word0: 0, word1: 0)].word0 |= field.mask.word0
            masks[field.opcode.rawValue, default: Command(word0: 0, word1: 0)].word1 |= field.mask.word1
        }
        #expect(trace.commands.count == raw.count)
        #expect(trace.commands.map(\.opcodeByte) == raw.map(\.opcodeByte))
        #expect(trace.commands.map { carried($0, masks) } == raw.map { carried($0, masks) })
        // The invalidations of Linux with range invalidation are carried whole.
        #expect(masks[0x12] == nil && masks[0x30] == nil)
        // A mask that covered everything would prove nothing.
        #expect(masks.values.allSatisfy { $0.word0 & 0xff == 0 })
    }

    /// Fields that the newest emulator does not carry of what Linux sends, all of them.
    private static let missing: [Opcode: Set<CommandField>] = [
        .prefetchConfig: [.ssec, .sid, .ssv, .ssid],
        .cfgiSTE: [.ssec, .leaf],
        .cfgiAll: [.ssec],
        .cfgiCD: [.ssec, .ssid, .leaf],
        .tlbiNHASID: [.vmid],
        .sync: [.cs, .msh, .msiattr, .msidata, .msiaddr],
    ]

    @Test("Text trace and raw words of the same run give the same commands", arguments: [
        ("lazy.trace.gz", SampleStream.lazy), ("linux61-first-12700.trace.xz", .strictLinux61),
    ])
    func traceAgainstRaw(fixture: String, sample: SampleStream) throws {
        let trace = try RecordedStream(contentsOf: Fixture.path(fixture))
        let raw = try sample.load()
        #expect(trace.commands.count >= 4_028)
        compare(trace: trace, raw: raw.commands.prefix(trace.commands.count))
        let missing = Dictionary(grouping: trace.missingFields, by: \.opcode).mapValues { Set($0.map(\.field)) }
        for (opcode, fields) in missing { #expect(fields == Self.missing[opcode], "\(opcode.name)") }
        // Linux's own values are the defaults, but for the stream ID of a PREFETCH_CFG.
        #expect(zip(trace.commands, raw.commands).allSatisfy { $0 == $1 || $0.opcode == .prefetchConfig })
    }

    @Test("The same for the full runs", .enabled(if: Fixture.hasRecordings), arguments: ["k612_lazy_4cpu", "k61_strict_8cpu"])
    func fullTraceAgainstRaw(run: String) throws {
        let trace = try RecordedStream(contentsOf: Fixture.recording("\(run).trace.gz"))
        let raw = try RecordedStream(contentsOf: Fixture.recording("\(run).raw.csv.xz"))
        compare(trace: trace, raw: raw.commands)
    }

    private struct Statistics: Decodable {
        var commands: Int
        var ops: [String: Int]
    }

    @Test(
        "Full streams have the recorded counts, split without loss, and begin with the sample",
        .enabled(if: Fixture.hasRecordings),
        arguments: [
            ("k612_strict_4cpu", SampleStream.strict), ("k612_strict_8cpu_noril", .strictWithoutRIL),
            ("k61_strict_8cpu", .strictLinux61), ("k612_lazy_4cpu", .lazy), ("k612_strict_4cpu_ats", .strictATS),
        ]
    )
    func fullStream(run: String, sample: SampleStream) throws {
        let stream = try RecordedStream(contentsOf: Fixture.recording("\(run).raw.csv.xz"))
        let statistics = try JSONDecoder().decode(
            Statistics.self, from: Data(contentsOf: URL(fileURLWithPath: Fixture.recording("\(run).stats.json")))
        )
        #expect(stream.commands.count == statistics.commands)
        var counts: [UInt8: Int] = [:]
        for (name, count) in statistics.ops {
            // "CFGI_STE_RANGE/ALL" is one opcode.
            let opcode = try #require(Opcode(name: String(name.split(separator: "/")[0])), "\(name)")
            counts[opcode.rawValue, default: 0] += count
        }
        #expect(stream.countsPerOpcode == counts)

        let shipped = try sample.load()
        #expect(stream.commands.starts(with: shipped.commands))
        #expect(stream.origins.starts(with: shipped.origins))
        #expect(stream.prefix(commands: sample.commandCount).commands == shipped.commands)

        let streams = try StreamPlan(.recorded(stream), producers: 8, commands: nil, once: true, seed: 0).streams()
        #expect(streams.reduce(0) { $0 + ($1.commandCount ?? 0) } == stream.commandCount)
        #expect(streams.reduce(0) { $0 + ($1.syncCount ?? 0) } == stream.syncCount)
    }
}
