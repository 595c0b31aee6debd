@testable import Experiment
@testable import ExploringMachine
import Machine
import Testing

@Suite("Explorations of fetch-add, whose wait looks at two words") struct FetchAddExplorationTests {
    private static func explore(_ change: (inout ExplorationScenario) -> Void) throws -> (result: Exploration, distinct: Int) {
        var scenario = ExplorationScenario()
        scenario.queue = .fetchAdd
        change(&scenario)
        #expect(scenario.problem == nil)
        let exploration = QueueExploration(scenario)
        let record = FixedBuffer(count: 1, repeating: ProtocolRecord(geometry: exploration.placement.geometry))
        defer {
            record[0].deallocate()
            record.deallocate()
        }
        var executions: Set<UInt64> = []
        let explorer = try #require(exploration.makeExplorer())
        // What is followed before it is known how words are accessed does not count.
        var few = scenario.limits
        few.runs = 100
        _ = exploration.explore(record, explorer, few)
        let result = exploration.explore(record, explorer, scenario.limits) { executions.insert($0.fingerprint) }
        return (result, executions.count)
    }

    /// A ring that fills: producers wait for space. Each execution comes once.
    @Test(arguments: [MemoryModel.sc, .tso, .arm]) func itIsRight(model: MemoryModel) throws {
        for (sync, commands, log2Entries) in [(ExplorationScenario.Sync.none, 2, 2), (.msi, 1, 3), (.cons, 1, 3)] {
            let (result, distinct) = try Self.explore {
                $0.model = model
                $0.sync = sync
                $0.commands = commands
                $0.log2Entries = log2Entries
            }
            #expect(result.verdict == .complete && result.executions > 10, "\(sync): \(result.violation ?? "")")
            #expect(distinct == result.executions, "\(sync)")
        }
    }

    /// Bug B4, and not without it.
    @Test func issuersMustNotLock() throws {
        for mutation in [ProtocolMutation.issuerLocks, .none] {
            let (result, _) = try Self.explore {
                $0.model = .sc
                $0.commands = 3
                $0.log2Entries = 3
                $0.mutation = mutation
                $0.limits.executions = mutation == .none ? 300 : 3000
                $0.limits.looksOn = 0
            }
            #expect((result.violation?.hasPrefix("deadlock") == true) == (mutation == .issuerLocks), "\(mutation)")
        }
    }

    @Test func drawnRunsEndWhereExploredOnesDo() throws {
        let (explored, drawn) = try (
            QueueExplorationTests.ends {
                $0.queue = .fetchAdd
                $0.model = .sc
                $0.sync = .none
                $0.commands = 2
            },
            QueueExplorationTests.ends {
                $0.queue = .fetchAdd
                $0.model = .sc
                $0.sync = .none
                $0.commands = 2
                $0.strategy = .random
                $0.limits.executions = 20_000
            }
        )
        // Some ends take a producer that stands still for very long.
        #expect(drawn.count > 10 && drawn.isSubset(of: explored))
    }
}
