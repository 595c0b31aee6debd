@testable import cmdqsim
@testable import Experiment
import SimulatedMachine
import Testing

@Suite struct TimeTableTests {
    static var time: TimeReport {
        let phases = Phase.ofProcessors.enumerated().map { number, phase in
            let units = phase == .lock ? 0 : UInt64(number + 1)
            return PhaseTime(phase: phase, picoseconds: units * 1_000_000, operations: units * 10)
        }
        let gathers = Gathers(
            count: 30, entries: 120, meanEntries: 4, largest: 31, sizes: [.init(upTo: 1, count: 10), .init(upTo: 4, count: 15), .init(upTo: 32, count: 5)])
        let processor = ProcessorTime(
            runningPicoseconds: 74_000_000, phases: phases, allocations: 40, casAttempts: 50, attemptsPerSuccess: 1.25, gathers: gathers)
        let lines = (0..<8).map { number in
            let waited = number * 7 % 8
            return LineTime(
                name: "line \(number)", requests: number == 3 ? 0 : 1000, transfers: 900, queuedPicoseconds: UInt64(waited) * 1_000_000,
                takenPicoseconds: 50_000_000, meanQueueLength: Double(waited) / 80, meanWaitNanoseconds: Double(waited), meanServiceNanoseconds: 50)
        }
        let device = AgentTime(
            runningPicoseconds: 80_000_000,
            phases: Phase.ofDevices.map { PhaseTime(phase: $0, picoseconds: $0 == .other ? 0 : 16_000_000, operations: 100) })
        return TimeReport(
            picoseconds: 80_000_000, total: processor, processors: [processor], devices: [device, device], lines: lines,
            operations: Operations(loads: 100, stores: 2000, updates: 30, registerAccesses: 40, deviceWords: 5, total: 2175))
    }

    @Test func table() throws {
        try Golden.expect(TimeTable.render(Self.time) + "\n", matches: "output/time.table")
    }

    @Test("the lines that were waited for longest, the longest first")
    func lines() {
        let names = TimeTable.render(Self.time).split(separator: "\n").filter { $0.hasPrefix("line ") }.map { $0.prefix(6) }
        #expect(names == ["line 1", "line 2", "line 4", "line 5", "line 6", "line 7"])
    }

    @Test("the report comes back from its JSON")
    func json() throws {
        #expect(try JSON.read(TimeReport.self, JSON.render(Self.time)) == Self.time)
    }

    @Test("what a run without allocations or device comes to")
    func empty() {
        var time = Self.time
        time.devices = []
        time.total.allocations = 0
        let text = TimeTable.render(time)
        #expect(!text.contains("nan") && !text.contains("inf") && !text.contains("device   "))
    }
}

@Suite struct TimelineNoteTests {
    private func timeline(events: Int, leftOut: UInt64 = 0, fullAt: UInt64? = nil, outside: UInt64 = 0, from: UInt64? = 5) -> Timeline {
        let event = TraceEvent(kind: .span, start: 0, end: 1)
        return Timeline(
            trace: Trace(
                events: Array(repeating: event, count: events), processors: 1, queues: [], leftOut: leftOut, fullAt: fullAt, outside: outside),
            asked: TraceOptions(from: from, events: 5000))
    }

    @Test func notes() {
        #expect(TimelineNote.text(of: timeline(events: 3)) == nil)
        #expect(TimelineNote.text(of: timeline(events: 3, outside: 1200)) == "timeline: 1,200 events are outside of the window")
        #expect(TimelineNote.text(of: timeline(events: 3, outside: 1200, from: nil))?.contains("1,200 events of the warm-up") == true)
        #expect(TimelineNote.text(of: timeline(events: 0, outside: 12))?.contains("empty") == true)
        let full = TimelineNote.text(of: timeline(events: 3, leftOut: 1234, fullAt: 1_000_020_003))
        #expect(full?.hasPrefix("timeline: full at 1000.020003 us of virtual time; 1,234 later events are left out; ") == true)
        #expect(full?.contains("--timeline-events above 5000") == true)
    }
}
