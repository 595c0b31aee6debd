import Foundation
import Machine
import SimulatedMachine
import Testing

@testable import Experiment

/// A timeline of a run, read back.
private struct ReadTimeline {
    struct Event: Decodable {
        struct Arguments: Decodable {
            var name: String?
            var queue: String?
            var slots: String?
            var slot: Int?
            var attempts: Int?
            var entries: Int?
        }

        var ph: String
        var pid: Int
        var tid: Int?
        var ts: Decimal?
        var dur: Decimal?
        var name: String
        var id: Int?
        var bp: String?
        var args: Arguments?
    }

    struct Document: Decodable {
        var traceEvents: [Event]
    }

    let events: [Event]

    init(_ text: String) throws {
        events = try JSONDecoder().decode(Document.self, from: Data(text.utf8)).traceEvents
    }

    func of(_ kind: String) -> [Event] { events.filter { $0.ph == kind } }
    var unnamed: [Event] { events.filter { $0.ph != "M" } }

    struct Track: Hashable {
        var pid: Int
        var tid: Int
    }
    var tracks: [Track: [Event]] { Dictionary(grouping: of("X")) { Track(pid: $0.pid, tid: $0.tid!) } }
}

@Suite struct TimelineTests {
    private static func timeline(_ scenario: Scenario, _ options: TraceOptions = TraceOptions()) throws -> Timeline {
        let outcome = try SimulatedRuns.run(scenario, timeline: options)
        #expect(outcome.violations.lines == [])
        return try #require(outcome.simulation?.timeline)
    }

    static let scenarios = TimeReportTests.scenarios

    @Test("valid JSON, ordered by time; no slice of a track begins before the one before it has ended", arguments: scenarios)
    func nesting(scenario: Scenario) throws {
        let read = try ReadTimeline(try Self.timeline(scenario).text)
        #expect(zip(read.unnamed, read.unnamed.dropFirst()).allSatisfy { $0.ts! <= $1.ts! })
        #expect(read.tracks.keys.filter { $0.pid == 1 }.count == scenario.producers)
        for (_, slices) in read.tracks {
            #expect(zip(slices, slices.dropFirst()).allSatisfy { $0.ts! + $0.dur! <= $1.ts! })
            #expect(slices.allSatisfy { $0.dur! > 0 })
        }
        let names = read.of("M").filter { $0.name == "thread_name" }.compactMap { $0.args?.name }
        #expect(names.count == scenario.producers + RunSetup(scenario).queues.count)
        #expect(names.prefix(1) == ["processor 0"] && names.contains("main"))
    }

    @Test("each insertion has one arrow, from its write to a CMD_SYNC of its queue at or behind its last slot", arguments: scenarios)
    func arrows(scenario: Scenario) throws {
        let timeline = try Self.timeline(scenario)
        #expect(timeline.trace.leftOut == 0)
        let read = try ReadTimeline(timeline.text)
        let (starts, ends) = (read.of("s"), read.of("f"))
        #expect(starts.count == timeline.trace.events.filter { $0.kind == .insertion }.count && !starts.isEmpty)
        #expect(Set(starts.map(\.id)).count == starts.count)
        #expect(Set(starts.map(\.id)) == Set(ends.map(\.id)) && ends.count == starts.count)
        #expect(ends.allSatisfy { $0.bp == "e" })
        let startsByID = Dictionary(uniqueKeysWithValues: starts.map { ($0.id!, $0) })
        var slices: [String: ReadTimeline.Event] = [:]
        for slice in read.of("X") { slices["\(slice.pid) \(slice.tid!) \(slice.ts!)"] = slice }
        func slice(_ event: ReadTimeline.Event) -> ReadTimeline.Event? { slices["\(event.pid) \(event.tid!) \(event.ts!)"] }
        for end in ends {
            let start = try #require(startsByID[end.id!])
            let write = try #require(slice(start))
            let sync = try #require(slice(end))
            #expect(write.name == "write" && sync.name == "CMD_SYNC" && start.ts! < end.ts!)
            let last = try #require(write.args?.slots.flatMap { Int($0.split(separator: ".").last!) })
            // An insertion that ends in its own CMD_SYNC is covered by that.
            if scenario.algorithm == .linux { #expect(sync.args?.slot == last) }
        }
        #expect(read.of("X").filter { $0.name == "CMD_SYNC" }.allSatisfy { $0.args?.slot != nil })
    }

    @Test("slices of an insertion say its slots and its attempts")
    func arguments() throws {
        let read = try ReadTimeline(try Self.timeline(SimulatedRuns.scenario(producers: 8)).text)
        let slices = read.of("X").filter { $0.pid == 1 && $0.name != "other" && $0.name != "own work" }
        #expect(slices.allSatisfy { $0.args?.slots != nil && $0.args?.queue == "main" && $0.args?.attempts ?? 0 >= 1 })
        #expect(slices.contains { $0.args!.attempts! > 1 }, "they contend")
    }

    @Test("the device's time in a timeline is that of the report", arguments: scenarios)
    func agreement(scenario: Scenario) throws {
        let outcome = try #require(try SimulatedRuns.run(scenario, timeline: TraceOptions(events: 1_000_000)).simulation)
        let (time, timeline) = (outcome.time, try #require(outcome.timeline))
        for phase in Phase.allCases where phase != .idle {
            let drawn = timeline.trace.events.filter {
                $0.kind == .span && $0.phase == phase && (phase != .other || $0.agent < Int32(scenario.producers))
            }.reduce(0) { $0 + $1.end - $1.start }
            let reported = phase == .other
                ? time.total.phases.last!.picoseconds
                : (time.total.phases + time.devices.flatMap(\.phases)).filter { $0.phase == phase }.reduce(0) { $0 + $1.picoseconds }
            #expect(drawn == reported, "\(phase)")
        }
    }

    @Test("occupancy is between 0 and the queue's entries, and ends at 0")
    func occupancy() throws {
        let read = try ReadTimeline(
            try Self.timeline(SimulatedRuns.scenario(producers: 16) { ($0.log2Entries, $0.allowSmallRing) = (4, true) }).text)
        let entries = read.of("C").filter { $0.name == "entries in main" }.compactMap { $0.args?.entries }
        #expect(entries.max() == 16 && entries.allSatisfy { (0...16).contains($0) } && entries.last == 0)
    }

    @Test("no more events than asked for, and what was left out is said", arguments: [1, 2, 3, 50, 999, 5000])
    func bounded(events: Int) throws {
        let scenario = SimulatedRuns.scenario(producers: 8)
        let timeline = try Self.timeline(scenario, TraceOptions(events: events))
        let read = try ReadTimeline(timeline.text)
        #expect(read.unnamed.count <= events)
        #expect(events < 50 || read.unnamed.count > events / 2)
        let whole = try Self.timeline(scenario, TraceOptions(events: 1_000_000))
        #expect(whole.trace.leftOut == 0 && whole.trace.fullAt == nil)
        #expect(timeline.trace.leftOut + UInt64(timeline.trace.events.count) == UInt64(whole.trace.events.count))
        #expect(timeline.trace.fullAt != nil)
    }

    @Test("a window holds what reaches into it")
    func window() throws {
        let scenario = SimulatedRuns.scenario(producers: 8)
        let (from, to): (UInt64, UInt64) = (40_000_000, 60_000_000)
        let timeline = try Self.timeline(scenario, TraceOptions(from: from, to: to))
        let spans = timeline.trace.events.filter { $0.kind == .span }
        #expect(spans.count > 100 && spans.allSatisfy { $0.start < to && $0.end > from })
        #expect(spans.contains { $0.start < from } && spans.contains { $0.end > to })
        #expect(timeline.trace.events.allSatisfy { $0.kind == .span || (from..<to).contains($0.start) })
        #expect(timeline.trace.leftOut == 0)
        let whole = try Self.timeline(scenario, TraceOptions(events: 1_000_000))
        let expected = whole.trace.events.filter {
            $0.start < to && ($0.kind == .span ? $0.end > from : $0.start >= from)
        }
        func key(_ event: TraceEvent) -> [UInt64] {
            [event.start, UInt64(event.kind.rawValue), UInt64(event.agent), event.end, UInt64(event.count)]
        }
        #expect(Set(timeline.trace.events.map(key)) == Set(expected.map(key)))
        #expect(timeline.trace.outside == UInt64(whole.trace.events.count - expected.count))

        let empty = try Self.timeline(scenario, TraceOptions(from: 1 << 60))
        #expect(empty.trace.events.isEmpty)
        #expect(try ReadTimeline(empty.text).unnamed.isEmpty)
    }

    @Test("without a window it begins with the measured part")
    func measuredPart() throws {
        let timeline = try Self.timeline(SimulatedRuns.scenario(producers: 8).lasting(60_000, warmup: 30_000), TraceOptions(events: 1000))
        let spans = timeline.trace.events.filter { $0.kind == .span }
        #expect(spans.allSatisfy { $0.end > 30_000_000 } && spans.contains { $0.start < 31_000_000 })
    }

    @Test("equal runs give equal bytes")
    func deterministic() throws {
        let scenario = SimulatedRuns.scenario(producers: 8)
        let texts = try (0..<3).map { _ in try Self.timeline(scenario).text }
        #expect(Set(texts).count == 1)
    }
}
