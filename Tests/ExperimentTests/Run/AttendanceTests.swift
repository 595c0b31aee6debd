@testable import Experiment
import Foundation
import Testing

/// Producers that come late and leave early.
@Suite(.serialized) struct AttendanceTests {
    private func attendance(_ producer: Int, start: Int = 0, insertions: Int? = nil) -> Attendance {
        var attendance = Attendance(producer: producer)
        (attendance.startMicroseconds, attendance.insertions) = (start, insertions)
        return attendance
    }

    @Test(arguments: Algorithm.allCases)
    func whoLeavesHasDoneWhatItWasToDo(algorithm: Algorithm) throws {
        var scenario = quick(producers: 3, commands: 900)
        (scenario.algorithm, scenario.repeats) = (algorithm, 1)
        scenario.attendance = [attendance(0, insertions: 1), attendance(2, start: 3000, insertions: 70)]
        let result = try run(scenario)
        #expect(result.violations == [] && result.commandsExecuted == 1 + 300 + 70 && !result.partial)
    }

    /// A fallback to the main queue is an insertion like any other.
    @Test func countsInsertionsIntoBothQueues() throws {
        var scenario = quick(producers: 2, commands: 4000)
        (scenario.queue, scenario.workload, scenario.repeats) = (.vcmdq, .mix(.init()), 1)
        scenario.attendance = [attendance(0, insertions: 500), attendance(1, insertions: 700)]
        let result = try run(scenario)
        #expect(result.violations == [] && result.commandsExecuted == 1200 && result.fallbacksToMain > 0)
    }

    @Test func whoComesWhenAllIsOverDoesNothing() throws {
        var scenario = quick(producers: 2, commands: 1)
        (scenario.length, scenario.repeats) = (.seconds(0.5), 1)
        scenario.attendance = [attendance(0, insertions: 5), attendance(1, start: 2_000_000)]
        let result = try run(scenario)
        #expect(result.violations == [] && result.commandsExecuted == 5)
    }

    /// In virtual time the same: producer 1's first insertion is not before it has come.
    @Test func onASimulatedMachine() throws {
        var scenario = SimulatedRuns.scenario(producers: 2)
        scenario.attendance = [attendance(0, insertions: 10), attendance(1, start: 4000, insertions: 20)]
        let outcome = try SimulatedRuns.run(scenario)
        #expect(outcome.violations.lines == [] && outcome.executed == 90)
        #expect(outcome.endedAt > 4_000_000)
        scenario.attendance = [attendance(0, insertions: 10), attendance(1, insertions: 20)]
        #expect(try SimulatedRuns.run(scenario).endedAt < 4_000_000)
    }

    @Test func othersAreRefused() {
        func message(_ attendance: [Attendance]) -> String? {
            var scenario = Scenario()
            (scenario.producers, scenario.attendance) = (2, attendance)
            do throws(ScenarioError) {
                try scenario.validateFields()
                return nil
            } catch {
                return error.message
            }
        }
        #expect(message([attendance(1, start: 60_000_000, insertions: 1)]) == nil)
        #expect(message([attendance(2)]) == "attendance: there is no producer 2; allowed is 0 to 1")
        #expect(message([attendance(-1)]) == "attendance: there is no producer -1; allowed is 0 to 1")
        #expect(message([attendance(0), attendance(0)]) == "attendance: producer 0 is there twice; once is allowed")
        #expect(message([attendance(0, start: -1)])?.contains("startMicroseconds -1 is out of range") == true)
        #expect(message([attendance(0, start: 60_000_001)])?.contains("allowed is 0 to 60000000") == true)
        #expect(message([attendance(0, insertions: 0)]) == "attendance: insertions 0 is out of range; 1 or more is allowed")
    }

    @Test func comesBackFromJSON() throws {
        var scenario = Scenario()
        scenario.attendance = [attendance(0, start: 5), attendance(1, insertions: 7)]
        #expect(try JSONDecoder().decode(Scenario.self, from: JSONEncoder().encode(scenario)) == scenario)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(Scenario.self, from: Data(#"{"attendance":[{"producer":0,"leaves":3}]}"#.utf8))
        }
    }
}
