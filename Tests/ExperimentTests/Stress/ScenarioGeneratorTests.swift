@testable import Experiment
import Machine
import TestSupport
import Testing
import Workload

@Suite struct ScenarioGeneratorTests {
    /// Every scenario can be run: the whole of what a run checks before it begins.
    @Test(arguments: [(cores: 1, threads: 1), (1, 5), (2, 8), (2, 64), (16, 64)])
    func drawsValidScenarios(host: (cores: Int, threads: Int)) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        let generator = ScenarioGenerator(seed: seed, threads: host.threads, cores: host.cores)
        var streams = RecordedStreams()
        for index in 0..<1000 {
            let scenario = generator.scenario(index)
            #expect(throws: Never.self, "seed \(seed), scenario \(index)") {
                try scenario.validateFields()
                // To plan the insertions takes longer than all else.
                if index < 40 { _ = try RunPlan(scenario, streams: &streams) }
            }
            #expect(scenario.producers <= host.threads && scenario.machine.isNative && scenario.fault == nil)
        }
    }

    /// None is as large as it is said to be at most: else rings would be larger than they must be, or too small.
    @Test func knowsTheLargestInsertion() throws {
        let generator = ScenarioGenerator(seed: 11, threads: 4, cores: 2)
        var streams = RecordedStreams()
        for index in 0..<60 {
            var scenario = generator.scenario(index)
            scenario.length = .commands(scenario.producers * 300)
            // The spinlock queue takes what does not fit at once.
            (scenario.queue, scenario.algorithm, scenario.log2Entries, scenario.disturbances) = (.main, .spinlock, 12, [])
            (scenario.vintfs, scenario.vcmdqsPerVINTF) = (1, 1)
            let plan = try RunPlan(scenario, streams: &streams)
            let largest = plan.producers.flatMap { $0.cycle + $0.tail }.map(\.slots).max() ?? 0
            #expect(largest <= scenario.largestInsertion, "\(index): \(scenario.workload) \(String(describing: scenario.batch))")
        }
    }

    @Test func aNumberAloneDecides() {
        let one = ScenarioGenerator(seed: 5, threads: 8, cores: 2)
        let inTurn = (0..<50).map { one.scenario($0) }
        for index in (0..<50).shuffled() { #expect(ScenarioGenerator(seed: 5, threads: 8, cores: 2).scenario(index) == inTurn[index]) }
        #expect(Set(inTurn.map(\.seed)).count == 50)
        #expect(ScenarioGenerator(seed: 6, threads: 8, cores: 2).scenario(0) != inTurn[0])
    }

    /// Nothing that a scenario can be is left out for long.
    @Test(arguments: [UInt64(1), 2, 3, .random(in: 4...UInt64.max)])
    func everyKindIsDrawn(seed: UInt64) {
        let generator = ScenarioGenerator(seed: seed, threads: 8, cores: 2)
        let all = (0..<1500).map { generator.scenario($0) }
        func expect<Value: Hashable>(_ wanted: some Sequence<Value>, _ name: String, _ value: (Scenario) -> Value) {
            let missing = Set(wanted).subtracting(all.map(value))
            #expect(missing.isEmpty, "seed \(seed): \(name) \(missing)")
        }
        expect(Algorithm.allCases, "algorithm") { $0.algorithm }
        expect(QueueKind.allCases, "queue") { $0.queue }
        expect(SyncMode.allCases, "sync") { $0.sync }
        expect(LockForm.allCases, "lock") { $0.lock }
        expect(LayoutKind.allCases, "layout") { $0.layout }
        expect(VINTFOwner.allCases, "owner") { $0.vintfOwner }
        expect(CheckLevel.allCases, "checks") { $0.checks }
        expect([true, false], "force-sync") { $0.forceSync }
        expect([true, false], "pinned") { $0.pinned }
        expect(1...8, "producers") { $0.producers }
        expect(1...4, "VINTFs") { $0.vintfs }
        expect(1...4, "VCMDQs") { $0.vcmdqsPerVINTF }
        expect(1...3, "device threads") { $0.device.threads }
        expect(1...8, "log2 of entries") { $0.log2Entries }
        expect(["dma", "dma-map", "lone-sync", "mix", "linux"], "workload") {
            let name = $0.workload.description
            return name.hasPrefix("dma-map") ? "dma-map" : name.hasPrefix("linux") ? "linux" : name
        }
        expect([Backoff.spin, .linux, .yield(looks: 1), .yield(looks: 1000)], "backoff") { $0.backoff }
        expect([true, false], "batch") { $0.batch != nil }
        let attendance = all.flatMap(\.attendance)
        #expect(attendance.contains { $0.startMicroseconds > 0 } && attendance.contains { $0.insertions != nil })
        let kinds = Set(all.flatMap(\.disturbances).map(\.kind))
        #expect(kinds == Set(Disturbance.Kind.allCases), "seed \(seed)")
        #expect(all.contains { $0.log2Entries == 1 && $0.workload == .loneSync })
        #expect(all.filter { $0.log2Entries < 7 }.count > 750)
    }

    @Test(arguments: ProtocolMutation.allCases.filter(\.existsNatively))
    func aMutationHasSomethingToChange(mutation: ProtocolMutation) {
        var generator = ScenarioGenerator(seed: 1, threads: 8, cores: 2)
        generator.mutation = mutation
        for index in 0..<50 { #expect(mutation.applies(to: generator.scenario(index))) }
    }

    @Test(arguments: SeededFault.allCases)
    func aFaultIsMadeWhereItCanBe(fault: SeededFault) {
        var generator = ScenarioGenerator(seed: 1, threads: 8, cores: 2)
        generator.fault = fault
        let all = (0..<50).map { generator.scenario($0) }
        #expect(all.contains { $0.fault == fault })
        #expect(all.allSatisfy { (try? $0.validateFields()) != nil })
        #expect(fault == .earlyMSI || all.allSatisfy { $0.fault == fault })
    }
}
