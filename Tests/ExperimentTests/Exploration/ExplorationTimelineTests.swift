import Foundation
import Machine
import Testing

@testable import Experiment
@testable import ExploringMachine

@Suite struct ExplorationTimelineTests {
    private static func step(
        _ agent: Int, _ index: Int, _ site: Site, _ offset: Int, _ value: UInt64, isWrite: Bool = false, from source: ExecutionStep.Source? = nil,
        newer: Int = 0, isUnmet: Bool = false
    ) -> ExecutionStep {
        ExecutionStep(
            agent: agent, index: index, site: site, isWrite: isWrite, isUpdate: false, offset: offset, isHalf: true, value: value, source: source,
            newerWrites: newer, isUnmet: isUnmet)
    }

    @Test("to the byte") func golden() {
        var scenario = ExplorationScenario()
        scenario.producers = 1
        let exploration = QueueExploration(scenario)
        let (prod, slot) = (exploration.placement.prod.word.offset, exploration.placement.slots.offset)
        let steps = [
            Self.step(0, 0, .writeSlots, slot, 0x11, isWrite: true), Self.step(0, 2, .doorbell, prod, 1, isWrite: true),
            Self.step(1, 0, .fetchProd, prod, 1, from: .event(agent: 0, index: 2)),
            Self.step(1, 1, .fetchEntries, slot, 0, from: .initial, newer: 1, isUnmet: true),
        ]
        let expected = """
            {"displayTimeUnit":"ns","otherData":{"schema":"cmdqsim.timeline/1","leftOut":0},"traceEvents":[
            {"ph":"M","pid":1,"name":"process_name","args":{"name":"processors"}},
            {"ph":"M","pid":1,"name":"process_sort_index","args":{"sort_index":0}},
            {"ph":"M","pid":1,"tid":1,"name":"thread_name","args":{"name":"P0"}},
            {"ph":"M","pid":1,"tid":1,"name":"thread_sort_index","args":{"sort_index":1}},
            {"ph":"M","pid":2,"name":"process_name","args":{"name":"device"}},
            {"ph":"M","pid":2,"name":"process_sort_index","args":{"sort_index":1}},
            {"ph":"M","pid":2,"tid":2,"name":"thread_name","args":{"name":"SMMU"}},
            {"ph":"M","pid":2,"tid":2,"name":"thread_sort_index","args":{"sort_index":2}},
            {"ph":"X","pid":1,"tid":1,"ts":0.000000,"dur":1.000000,"name":"writeSlots","cat":"processor","args":{"step":"P0.1","access":"write","word":"slot 0","value":"0x11"}},
            {"ph":"X","pid":1,"tid":1,"ts":1.000000,"dur":1.000000,"name":"doorbell","cat":"processor","args":{"step":"P0.3","access":"write","word":"PROD","value":"0x1"}},
            {"ph":"s","pid":1,"tid":1,"ts":1.000000,"name":"reads from","cat":"reads-from","id":2},
            {"ph":"X","pid":2,"tid":2,"ts":2.000000,"dur":1.000000,"name":"fetchProd","cat":"device","args":{"step":"SMMU.1","access":"read","word":"PROD","value":"0x1","from":"P0.3"}},
            {"ph":"f","pid":2,"tid":2,"ts":2.000000,"name":"reads from","cat":"reads-from","id":2,"bp":"e"},
            {"ph":"X","pid":2,"tid":2,"ts":3.000000,"dur":1.000000,"name":"fetchEntries","cat":"device","args":{"step":"SMMU.2","access":"read","word":"slot 0","value":"0x0","from":"initial","newer":1,"waits":true}},
            {"ph":"i","pid":2,"tid":2,"ts":4.000000,"s":"g","name":"a \\"slot\\" is stale","cat":"violation"}
            ]}

            """
        #expect(ExplorationTimeline(steps, of: exploration, violation: "a \"slot\" is stale").text == expected)
    }

    private struct Document: Decodable {
        struct Event: Decodable {
            var ph: String
            var pid: Int
            var tid: Int?
            var ts: Double?
            var dur: Double?
            var name: String
            var id: Int?
        }

        var traceEvents: [Event]
    }

    @Test("ordered by time, one slice for each step, arrows from slice to slice", arguments: [(MemoryModel.sc, ExplorationScenario.Strategy.random), (.arm, .exhaustive)])
    func structure(model: MemoryModel, strategy: ExplorationScenario.Strategy) throws {
        var scenario = ExplorationScenario()
        scenario.model = model
        scenario.strategy = strategy
        scenario.mutation = .noAwaitValid
        let exploration = QueueExploration(scenario)
        var steps: [ExecutionStep] = []
        let found = try #require(exploration.run { steps = $0 })
        let text = ExplorationTimeline(steps, of: exploration, violation: try #require(found.violation)).text
        let events = try JSONDecoder().decode(Document.self, from: Data(text.utf8)).traceEvents
        let timed = events.filter { $0.ph != "M" }
        #expect(zip(timed, timed.dropFirst()).allSatisfy { $0.ts! <= $1.ts! })
        let slices = events.filter { $0.ph == "X" }
        #expect(slices.map(\.name) == steps.map { "\($0.site)" })
        #expect(events.filter { $0.name == "thread_name" }.count == 3)
        let (starts, ends) = (events.filter { $0.ph == "s" }, events.filter { $0.ph == "f" })
        #expect(!starts.isEmpty && Set(starts.map(\.id)).count == starts.count && Set(starts.map(\.id)) == Set(ends.map(\.id)))
        for end in ends {
            let start = try #require(starts.first { $0.id == end.id })
            #expect(start.ts! < end.ts!)
            for mark in [start, end] { #expect(slices.contains { $0.ts == mark.ts && $0.tid == mark.tid && $0.pid == mark.pid }) }
        }
        #expect(events.last?.ph == "i" && events.last?.name == found.violation)
    }
}
