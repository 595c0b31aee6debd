import Machine
import SimulatedMachine
import Testing

@testable import Experiment

/// A timeline that was made by hand: two processors, a ring of four entries.
@Suite struct TimelineGoldenTests {
    static let queue = TraceQueue(
        name: "a \"queue\"", prod: Register32(word: Word32(offset: 0)), cons: Register32(word: Word32(offset: 64)), slots: 128, log2Entries: 2)

    static let trace = Trace(
        events: [
            TraceEvent(kind: .span, phase: .allocate, agent: 0, insertion: 1, start: 0, end: 36_000),
            TraceEvent(kind: .insertion, agent: 0, queue: 0, insertion: 1, start: 36_000, end: 36_000, slot: 3, count: 2, attempts: 1),
            TraceEvent(kind: .span, phase: .write, agent: 0, insertion: 1, start: 36_000, end: 40_001),
            TraceEvent(kind: .span, phase: .waitForSpace, agent: 1, insertion: 1, start: 38_000, end: 1_234_567),
            TraceEvent(kind: .occupancy, queue: 0, start: 50_000, end: 50_000, count: 2),
            TraceEvent(kind: .span, phase: .waitForSync, agent: 0, insertion: 1, start: 40_001, end: 1_234_567),
            TraceEvent(kind: .span, phase: .complete, agent: 2, queue: 0, start: 1_000_000, end: 1_075_000, slot: 4),
            TraceEvent(kind: .span, phase: .ownWork, agent: 0, start: 1_234_567, end: 3_000_000_000_000),
            // Its CMD_SYNC was not recorded.
            TraceEvent(kind: .insertion, agent: 1, queue: 0, insertion: 1, start: 1_240_000, end: 1_240_000, slot: 5, count: 1, attempts: 2),
            TraceEvent(kind: .span, phase: .write, agent: 1, insertion: 1, start: 1_240_000, end: 1_241_000),
        ],
        processors: 2, queues: [queue], leftOut: 7, fullAt: 1_300_000)

    @Test("to the byte")
    func golden() {
        let expected = """
            {"displayTimeUnit":"ns","otherData":{"schema":"cmdqsim.timeline/1","leftOut":7},"traceEvents":[
            {"ph":"M","pid":1,"name":"process_name","args":{"name":"processors"}},
            {"ph":"M","pid":1,"name":"process_sort_index","args":{"sort_index":0}},
            {"ph":"M","pid":1,"tid":1,"name":"thread_name","args":{"name":"processor 0"}},
            {"ph":"M","pid":1,"tid":1,"name":"thread_sort_index","args":{"sort_index":1}},
            {"ph":"M","pid":1,"tid":2,"name":"thread_name","args":{"name":"processor 1"}},
            {"ph":"M","pid":1,"tid":2,"name":"thread_sort_index","args":{"sort_index":2}},
            {"ph":"M","pid":2,"name":"process_name","args":{"name":"device"}},
            {"ph":"M","pid":2,"name":"process_sort_index","args":{"sort_index":1}},
            {"ph":"M","pid":2,"tid":1,"name":"thread_name","args":{"name":"a \\"queue\\""}},
            {"ph":"M","pid":2,"tid":1,"name":"thread_sort_index","args":{"sort_index":1}},
            {"ph":"X","pid":1,"tid":1,"ts":0.000000,"dur":0.036000,"name":"allocate","cat":"processor","args":{"queue":"a \\"queue\\"","slots":"3..0","attempts":1}},
            {"ph":"X","pid":1,"tid":1,"ts":0.036000,"dur":0.004001,"name":"write","cat":"processor","args":{"queue":"a \\"queue\\"","slots":"3..0","attempts":1}},
            {"ph":"s","pid":1,"tid":1,"ts":0.036000,"name":"covered by","cat":"sync","id":1}
            """
        let lines = Timeline(trace: Self.trace, asked: TraceOptions()).text.split(separator: "\n")
        #expect(lines.prefix(14).joined(separator: "\n") == expected + ",")
        let rest = """
            {"ph":"C","pid":1,"ts":0.038000,"name":"waiting processors","args":{"wait for space":1,"lock":0,"wait for owner":0,"wait for sync":0}},
            {"ph":"X","pid":1,"tid":2,"ts":0.038000,"dur":1.196567,"name":"wait for space","cat":"processor","args":{"queue":"a \\"queue\\"","slots":"1..1","attempts":2}},
            {"ph":"C","pid":1,"ts":0.040001,"name":"waiting processors","args":{"wait for space":1,"lock":0,"wait for owner":0,"wait for sync":1}},
            {"ph":"X","pid":1,"tid":1,"ts":0.040001,"dur":1.194566,"name":"wait for sync","cat":"processor","args":{"queue":"a \\"queue\\"","slots":"3..0","attempts":1}},
            {"ph":"C","pid":2,"ts":0.050000,"name":"entries in a \\"queue\\"","args":{"entries":2}},
            {"ph":"X","pid":2,"tid":1,"ts":1.000000,"dur":0.075000,"name":"CMD_SYNC","cat":"device","args":{"slot":0}},
            {"ph":"f","pid":2,"tid":1,"ts":1.000000,"name":"covered by","cat":"sync","id":1,"bp":"e"},
            {"ph":"C","pid":1,"ts":1.234567,"name":"waiting processors","args":{"wait for space":0,"lock":0,"wait for owner":0,"wait for sync":0}},
            {"ph":"X","pid":1,"tid":1,"ts":1.234567,"dur":2999998.765433,"name":"own work","cat":"processor"},
            {"ph":"X","pid":1,"tid":2,"ts":1.240000,"dur":0.001000,"name":"write","cat":"processor","args":{"queue":"a \\"queue\\"","slots":"1..1","attempts":2}}
            ]}
            """
        #expect(lines.dropFirst(14).joined(separator: "\n") == rest)
    }

    @Test("a CMD_SYNC behind an insertion without one covers it, over the ring's end as well")
    func covered() {
        var trace = Self.trace
        trace.events = []
        // Twenty laps of single commands, each five of them covered by one CMD_SYNC at the sixth slot.
        for number in 0..<160 {
            let time = UInt64(number) * 1000
            let slot = UInt32(number) & 7
            if number % 6 == 5 {
                trace.events.append(TraceEvent(kind: .span, phase: .complete, agent: 2, queue: 0, start: time, end: time + 500, slot: slot))
            } else {
                let insertion = UInt32(number) + 1
                trace.events.append(TraceEvent(kind: .insertion, queue: 0, insertion: insertion, start: time, end: time, slot: slot, count: 1))
                trace.events.append(TraceEvent(kind: .span, phase: .write, insertion: insertion, start: time, end: time + 500))
            }
        }
        var started: [Int: UInt64] = [:]
        var arrows: [(from: UInt64, to: UInt64)] = []
        for mark in TimelineMarks(trace).inOrder {
            if case .arrowStart(let id) = mark.kind { started[id] = mark.time / 1000 }
            if case .arrowEnd(let id) = mark.kind { arrows.append((started[id]!, mark.time / 1000)) }
        }
        #expect(arrows.count == 26 * 5, "the last four have no CMD_SYNC behind them")
        #expect(arrows.allSatisfy { $0.to == $0.from / 6 * 6 + 5 })
    }
}
