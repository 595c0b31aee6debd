import Experiment
import Testing

/// The self-check is believed because it catches what it is shown here.
@Suite(.serialized) struct SeededFaultTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let fault: SeededFault
        let queue: QueueKind
        let sync: SyncMode
        let algorithm: Algorithm
        /// What the full check says.
        let evidence: String
        /// What the standard one says, which knows no lists.
        func evidence(_ level: CheckLevel) -> String {
            level == .standard && [.lostSlot, .doubledSlot].contains(fault) ? "is not what was inserted" : evidence
        }
        var testDescription: String { "\(fault.rawValue) \(queue) \(sync) \(algorithm)" }
    }

    static let cases: [Case] = {
        var cases: [Case] = []
        let early = "returned before all commands ahead of it had been executed"
        for (queue, sync, algorithm) in [
            (QueueKind.main, SyncMode.msi, Algorithm.linux), (.main, .cons, .linux), (.vcmdq, .cons, .linux),
            (.ecmdq, .msi, .linux), (.ecmdq, .cons, .linux), (.main, .msi, .spinlockOnFailure), (.main, .cons, .spinlockOnFailure),
            (.main, .msi, .fetchAdd), (.main, .cons, .fetchAdd),
        ] {
            cases += [
                Case(fault: .lostSlot, queue: queue, sync: sync, algorithm: algorithm, evidence: "is not what the producer wrote"),
                Case(fault: .doubledSlot, queue: queue, sync: sync, algorithm: algorithm, evidence: "is not what the producer wrote"),
                Case(fault: .earlySync, queue: queue, sync: sync, algorithm: algorithm, evidence: early),
                Case(fault: .backwardDoorbell, queue: queue, sync: sync, algorithm: algorithm, evidence: "PROD went from"),
            ]
        }
        for algorithm in [Algorithm.spinlock, .mutex] {
            cases += [
                Case(fault: .lostSlot, queue: .main, sync: .msi, algorithm: algorithm, evidence: "is not what the producer wrote"),
                Case(fault: .backwardDoorbell, queue: .main, sync: .msi, algorithm: algorithm, evidence: "PROD went from"),
            ]
        }
        for algorithm in [Algorithm.linux, .spinlockOnFailure, .fetchAdd] {
            cases.append(Case(fault: .earlyMSI, queue: .main, sync: .msi, algorithm: algorithm, evidence: early))
        }
        cases.append(Case(fault: .earlyMSI, queue: .ecmdq, sync: .msi, algorithm: .linux, evidence: early))
        return cases
    }()

    @Test(arguments: cases, CheckLevel.allCases)
    func isCaught(_ fault: Case, level: CheckLevel) throws {
        var scenario = quick(producers: 2, commands: 1000)
        scenario.checks = level
        (scenario.fault, scenario.queue, scenario.sync, scenario.algorithm) = (fault.fault, fault.queue, fault.sync, fault.algorithm)
        // A device that takes its time, or an early return would find everything done already.
        scenario.device.tlbiNanoseconds = 20_000
        scenario.repeats = 1
        scenario.timeoutMilliseconds = 2000
        let faulty = try run(scenario)
        #expect(faulty.violations.contains { $0.contains(fault.evidence(level)) }, "\(faulty.violations)")
        scenario.fault = nil
        #expect(try run(scenario).violations == [])
    }

    @Test func aFaultThatCannotBeMadeIsRefused() {
        var scenario = quick(producers: 1, commands: 10)
        (scenario.fault, scenario.sync) = (.earlyMSI, .cons)
        #expect(throws: ScenarioError.self) { try run(scenario) }
    }
}
