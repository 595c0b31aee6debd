@testable import Experiment
import Testing
import Workload

@Suite struct ScenarioShrinkerTests {
    private func shrink(_ scenario: Scenario, fails: @escaping (Scenario) -> Bool) -> Scenario {
        ScenarioShrinker(fails: fails, isOver: { false }).shrink(scenario)
    }

    /// Only what the failure needs is left; the rest is as in a scenario of which nothing is said.
    @Test(arguments: 0..<40)
    func findsTheSmallest(index: Int) throws {
        let drawn = ScenarioGenerator(seed: 3, threads: 8, cores: 2).scenario(index)
        let smallest = shrink(drawn) { _ in true }
        #expect(smallest.producers == 1 && smallest.queue == .main && smallest.disturbances == [] && smallest.attendance == [])
        #expect(smallest.workload == .dma(.init()) && smallest.batch == nil)
        #expect(smallest.device == DeviceParameters() && smallest.backoff == .standard && !smallest.pinned)
        switch smallest.length {
        case .commands(let commands): #expect(commands == 1)
        case .seconds(let seconds): #expect(seconds <= 0.004)
        case .workload: Issue.record("a workload has no end")
        }
        try smallest.validateFields()
    }

    @Test func keepsWhatTheFailureNeeds() {
        let generator = ScenarioGenerator(seed: 4, threads: 8, cores: 2)
        var count = 0
        for index in 0..<200 {
            let drawn = generator.scenario(index)
            func fails(_ scenario: Scenario) -> Bool {
                scenario.producers >= 3 && scenario.disturbances.contains { $0.kind == .stallDevice }
            }
            guard fails(drawn) else { continue }
            count += 1
            let smallest = shrink(drawn, fails: fails)
            #expect(fails(smallest) && smallest.producers == 3)
            #expect(smallest.disturbances.count == 1 && smallest.attendance == [] && smallest.queue == .main)
        }
        #expect(count > 1)
    }

    @Test func whatDoesNotFailAgainStays() {
        let drawn = ScenarioGenerator(seed: 4, threads: 8, cores: 2).scenario(7)
        #expect(shrink(drawn) { _ in false } == drawn)
        #expect(ScenarioShrinker(fails: { _ in true }, isOver: { true }).shrink(drawn) == drawn)
    }

    @Test func everyCandidateIsValidAndSmaller() throws {
        let generator = ScenarioGenerator(seed: 9, threads: 8, cores: 2)
        for index in 0..<200 {
            let scenario = generator.scenario(index)
            for candidate in ScenarioShrinker.candidates(scenario) {
                try candidate.validateFields()
                #expect(candidate != scenario)
            }
        }
    }
}
