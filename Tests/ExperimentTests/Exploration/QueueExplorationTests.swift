import CommandQueue
@testable import Experiment
import ExploringMachine
import Machine
import Testing

@Suite("Explorations of the queue") struct QueueExplorationTests {
    static func explore(_ change: (inout ExplorationScenario) -> Void) throws -> Exploration {
        var scenario = ExplorationScenario()
        // Only so that a test ends: a loaded host may take minutes where a quiet one takes seconds.
        scenario.limits.seconds = 900
        change(&scenario)
        #expect(scenario.problem == nil)
        return try #require(QueueExploration(scenario).run())
    }

    /// What each model says of Linux's orderings, and of them without the barrier.
    @Test(arguments: [
        (MemoryModel.sc, Exploration.Verdict.complete, Exploration.Verdict.complete), (.tso, .complete, .complete),
        (.arm, .complete, .violation), (.c11, .violation, .violation),
    ])
    func matrix(model: MemoryModel, asItIs: Exploration.Verdict, withoutBarrier: Exploration.Verdict) throws {
        for (mutation, verdict) in [(ProtocolMutation.none, asItIs), (.noDMAWriteBarrier, withoutBarrier)] {
            let result = try Self.explore {
                $0.model = model
                $0.sync = .none
                $0.mutation = mutation
            }
            #expect(result.verdict == verdict, "\(mutation)")
        }
    }

    /// Counted once; a change says that the exploration or the algorithm has changed. Nidhugg: 20 and 384.
    @Test(arguments: [(2, 10), (3, 72)]) func bareProtocol(producers: Int, executions: Int) throws {
        let result = try Self.explore {
            $0.model = .sc
            $0.sync = .none
            $0.reader = .once
            $0.producers = producers
        }
        #expect(result.verdict == .complete)
        #expect(result.executions == executions)
    }

    @Test(arguments: [MemoryModel.sc, .tso, .arm], [ExplorationScenario.Sync.msi, .cons])
    func theAlgorithmIsRight(model: MemoryModel, sync: ExplorationScenario.Sync) throws {
        for (lock, log2Entries) in [(QueueLock.Form.counted, 1), (.counted, 2), (.legacy, 2)] {
            let result = try Self.explore {
                $0.model = model
                $0.sync = sync
                $0.lock = lock
                $0.log2Entries = log2Entries
            }
            #expect(result.verdict == .complete, "\(lock), 2^\(log2Entries) entries: \(result.violation ?? "")")
            #expect(result.executions > 10)
        }
    }

    /// Each mutation under a model that can show it, and not without it.
    @Test(arguments: [
        (ProtocolMutation.noDMAWriteBarrier, MemoryModel.arm, ExplorationScenario.Sync.none), (.relaxedHandOver, .arm, .none),
        (.relaxedConsRead, .arm, .cons), (.noAwaitValid, .sc, .none), (.noValidDependency, .arm, .none),
        (.alwaysLastHolder, .sc, .msi), (.closeBeforeTurn, .sc, .none), (.validBeforeLock, .arm, .cons),
    ])
    func mutationsAreFound(mutation: ProtocolMutation, model: MemoryModel, sync: ExplorationScenario.Sync) throws {
        for each in [mutation, .none] {
            let result = try Self.explore {
                $0.model = model
                $0.sync = sync
                $0.mutation = each
                $0.isStrict = true
            }
            #expect((result.verdict == .violation) == (each == mutation), "\(each): \(result.violation ?? "nothing")")
        }
    }

    /// What is not followed makes no difference to what is found.
    @Test(arguments: [MemoryModel.sc, .arm], [ProtocolMutation.none, .noDMAWriteBarrier, .alwaysLastHolder, .noAwaitValid, .closeBeforeTurn])
    func retriesNeedNotBeFollowed(model: MemoryModel, mutation: ProtocolMutation) throws {
        let results = try [false, true].map { follows in
            try Self.explore {
                $0.model = model
                $0.sync = .none
                $0.mutation = mutation
                $0.followsRetries = follows
            }
        }
        #expect(results[0].verdict == results[1].verdict)
        if results[0].verdict == .complete { #expect(results[0].executions < results[1].executions) }
    }

    /// The states that complete executions end in: gathers, who had which slot, and the queue's words.
    static func ends(_ change: (inout ExplorationScenario) -> Void) throws -> Set<[UInt64]> {
        var scenario = ExplorationScenario()
        change(&scenario)
        var exploration = QueueExploration(scenario)
        let placement = exploration.placement
        let ends = Ends()
        exploration.atEnd = { record, value in
            let gathers = (0..<record.gatherCount).map { UInt64(record.gathers[$0].start) << 32 | UInt64(record.gathers[$0].end) }
            let producers = (0..<record.slots.count).map { UInt64(record.slots[$0].producer) }
            let words = [placement.pointers, Word64(offset: placement.cons.word.offset), Word64(offset: placement.lock.offset)]
            ends.all.insert(gathers.sorted() + producers + words.map(value))
        }
        #expect(try #require(exploration.run()).violation == nil)
        #expect(ends.all.count > 1)
        return ends.all
    }

    /// Two machines that have nothing in common but the algorithm end in the same states: what is not followed leaves none out.
    @Test(arguments: [ExplorationScenario.Sync.none, .msi, .cons], [1, 2]) func drawnRunsEndWhereExploredOnesDo(
        sync: ExplorationScenario.Sync, log2Entries: Int
    ) throws {
        let (explored, drawn) = try (
            Self.ends {
                $0.model = .sc
                $0.sync = sync
                $0.log2Entries = log2Entries
            },
            Self.ends {
                $0.model = .sc
                $0.sync = sync
                $0.log2Entries = log2Entries
                $0.strategy = .random
                $0.limits.executions = 20_000
            }
        )
        // Some ends take a producer that stands still for very long.
        #expect(drawn.isSubset(of: explored))
        if sync == .none { #expect(drawn == explored) }
    }

    @Test(arguments: [MemoryModel.sc, .arm], [ExplorationScenario.Sync.none, .msi]) func runsWithFailedExchangesEndNowhereElse(
        model: MemoryModel, sync: ExplorationScenario.Sync
    ) throws {
        let ends = try [false, true].map { follows in
            try Self.ends {
                $0.model = model
                $0.sync = sync
                $0.followsRetries = follows
            }
        }
        #expect(ends[0] == ends[1])
    }

    private final class Ends { var all: Set<[UInt64]> = [] }

    /// The bugs of the reference that have a name there: B1 of the legacy lock, B4 of fetch-add.
    @Test(arguments: [QueueLock.Form.counted, .legacy]) func waitersOfTheLegacyLockArePassed(lock: QueueLock.Form) throws {
        let result = try Self.explore {
            $0.model = .sc
            $0.lock = lock
            $0.log2Entries = 1
            $0.limits.fruitlessRounds = 1
        }
        #expect((result.violation?.hasPrefix("a shared waiter") == true) == (lock == .legacy))
        #expect((result.verdict == .complete) == (lock == .counted))
    }

    @Test(arguments: [ProtocolMutation.none, .issuerLocks]) func issuersOfFetchAddMustNotLock(mutation: ProtocolMutation) throws {
        let result = try Self.explore {
            $0.queue = .fetchAdd
            $0.model = .sc
            $0.strategy = .random
            $0.commands = 3
            $0.log2Entries = 3
            $0.mutation = mutation
            $0.limits.executions = 2000
        }
        #expect((result.violation?.hasPrefix("deadlock") == true) == (mutation == .issuerLocks))
    }

    @Test(arguments: [MemoryModel.sc, .arm]) func spinlockOnFailureIsRight(model: MemoryModel) throws {
        let result = try Self.explore {
            $0.queue = .spinlockOnFailure
            $0.model = model
        }
        #expect(result.verdict == .complete && result.executions > 100)
    }

    /// The look at the lock is a load that nothing orders behind the load of the MSI: two holders can each take themselves for the
    /// last, and the one whose CMD_SYNC is older may store cons later.
    @Test func underArmTheSoftwareConsCanMoveBackWithMSI() throws {
        let result = try Self.explore { $0.isStrict = true }
        #expect(result.violation?.hasPrefix("the software cons moves back") == true)
        let ordered = try Self.explore {
            $0.isStrict = true
            $0.mutation = .orderedMSI
        }
        #expect(ordered.verdict == .complete)
    }

    @Test(arguments: [MemoryModel.sc, .arm], [ExplorationScenario.Strategy.random, .pct])
    func drawnRunsComeAgain(model: MemoryModel, strategy: ExplorationScenario.Strategy) throws {
        func run(seed: UInt64) throws -> Exploration {
            try Self.explore {
                $0.model = model
                $0.strategy = strategy
                $0.seed = seed
                $0.limits.executions = 300
            }
        }
        let (first, second) = (try run(seed: 7), try run(seed: 7))
        #expect(first.verdict == .limit && first.executions == 300)
        #expect(first.distinct > 1 && first.distinct == second.distinct && first.blocked == second.blocked)
    }

    @Test func drawnRunsFindWhatIsWrong() throws {
        var steps: [ExecutionStep] = []
        var scenario = ExplorationScenario()
        scenario.model = .sc
        scenario.sync = .none
        scenario.strategy = .random
        scenario.mutation = .noAwaitValid
        scenario.limits.executions = 100_000
        let result = QueueExploration(scenario).run { steps = $0 }
        #expect(result?.verdict == .violation)
        #expect(steps.count > 10)
    }

    @Test func whatDoesNotGoTogetherIsSaid() {
        var scenario = ExplorationScenario()
        scenario.reader = .once
        #expect(scenario.problem?.contains("--sync none") == true)
        scenario.reader = .smmu
        scenario.commands = 16
        #expect(scenario.problem?.contains("two laps") == true)
    }
}
