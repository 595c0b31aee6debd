@testable import Experiment
import ExploringMachine
import Testing

/// Bugs that somebody might make who has not written the algorithm.
@Suite struct FurtherMutationTests {
    /// Each under the weakest model that shows it, and with what it is seen by.
    @Test(arguments: [
        (ProtocolMutation.shortPublish, MemoryModel.sc, ExplorationScenario.Sync.none, 2, "deadlock"),
        (.tornPublish, .sc, .none, 2, "deadlock"), (.closeTwice, .sc, .none, 2, "slots up to 2 are allocated"),
        (.doorbellBeforeValid, .sc, .none, 2, "the device refuses"), (.wrongHandOver, .sc, .none, 2, "deadlock"),
        (.noSyncWait, .sc, .msi, 2, "the CMD_SYNC at 1 returns"), (.noSharedUnlock, .sc, .msi, 2, "the queue lock is not given back"),
        (.exclusiveUnlocked, .sc, .msi, 1, "the device "), (.deviceConsFirst, .sc, .cons, 2, "the CMD_SYNC at 1 returns"),
        (.deviceMSIFirst, .sc, .msi, 2, "the CMD_SYNC at 1 returns"), (.lateBarrier, .arm, .none, 2, "the device refuses"),
        (.tornAllocate, .sc, .none, 2, "deadlock"), (.noSharedLock, .sc, .msi, 2, "the queue lock is not given back"),
        (.noConsDependency, .arm, .msi, 1, "the device "), (.wholeWords, .sc, .none, 1, "deadlock"), (.relaxedUnlock, .arm, .msi, 1, "the device "), (.releasePublish, .arm, .none, 2, "the device refuses"),
    ])
    func areFound(mutation: ProtocolMutation, model: MemoryModel, sync: ExplorationScenario.Sync, log2Entries: Int, words: String) throws {
        for each in [mutation, .none] {
            let found = try QueueExplorationTests.explore {
                $0.model = model
                $0.sync = sync
                $0.log2Entries = log2Entries
                $0.mutation = each
            }
            #expect(found.violation?.hasPrefix(words) == (each == mutation ? true : nil), "\(each): \(found.violation ?? "nothing")")
        }
    }

    /// Bugs of the queues before 5.3 and of a proposal to have their lock back.
    @Test(arguments: [
        (ProtocolMutation.noQueueUnlock, ExplorationScenario.Queue.spinlock, ExplorationScenario.Sync.none, "deadlock"),
        (.noQueueUnlock, .spinlock, .cons, "deadlock"), (.noQueueUnlock, .spinlockOnFailure, .none, "deadlock"),
        (.earlySequence, .spinlock, .msi, "the CMD_SYNC at 3 returns"),
    ])
    func bugsOfALockAroundTheQueueAreFound(
        mutation: ProtocolMutation, queue: ExplorationScenario.Queue, sync: ExplorationScenario.Sync, words: String
    ) throws {
        for each in [mutation, .none] {
            let found = try QueueExplorationTests.explore {
                $0.model = .sc
                $0.queue = queue
                // Who leaks the lock has lost a race, and another must lose one after it.
                $0.producers = queue == .spinlockOnFailure ? 3 : 2
                $0.sync = sync
                $0.mutation = each
            }
            #expect(found.violation?.hasPrefix(words) == (each == mutation ? true : nil), "\(each): \(found.violation ?? "nothing")")
        }
    }

    /// They need a model in which accesses are out of order.
    @Test(arguments: [ProtocolMutation.lateBarrier, .releasePublish, .relaxedUnlock, .noConsDependency], [MemoryModel.sc, .tso])
    func orderingBugsNeedAWeakModel(mutation: ProtocolMutation, model: MemoryModel) throws {
        for sync in [ExplorationScenario.Sync.none, .msi] {
            let found = try QueueExplorationTests.explore {
                $0.model = model
                $0.sync = sync
                $0.mutation = mutation
            }
            #expect(found.verdict == .complete)
        }
    }

    /// What a relaxed unlock would allow, made by program order: that much is explored.
    @Test func consStoredBehindTheUnlockMovesBack() throws {
        let found = try QueueExplorationTests.explore {
            $0.model = .sc
            $0.isStrict = true
            $0.mutation = .lateUpdate
        }
        #expect(found.violation?.hasPrefix("the software cons moves back") == true)
    }

    /// What is more ordered than it must be is right, under c11 too, which the algorithm's own orderings are not enough for.
    @Test(arguments: MemoryModel.allCases, ExplorationScenario.Sync.allCases)
    func fullBarriersAreRight(model: MemoryModel, sync: ExplorationScenario.Sync) throws {
        let found = try QueueExplorationTests.explore {
            $0.model = model
            $0.sync = sync
            $0.mutation = .fullBarriers
        }
        #expect(found.verdict == .complete, "\(found.violation ?? "")")
    }
}

@Suite struct ExploredSpinlockTests {
    /// Its lock acquires and releases, which is all that c11 asks for.
    @Test(arguments: MemoryModel.allCases, ExplorationScenario.Sync.allCases)
    func isRightUnderAllModels(model: MemoryModel, sync: ExplorationScenario.Sync) throws {
        for log2Entries in [1, 2] {
            let found = try QueueExplorationTests.explore {
                $0.queue = .spinlock
                $0.model = model
                $0.sync = sync
                $0.log2Entries = log2Entries
            }
            #expect(found.verdict == .complete && found.executions > 2, "\(found.violation ?? "")")
        }
    }

    @Test func failedTriesNeedNotBeFollowed() throws {
        let counts = try [false, true].map { follows in
            let found = try QueueExplorationTests.explore {
                $0.queue = .spinlock
                $0.followsRetries = follows
            }
            #expect(found.verdict == .complete)
            return found.executions
        }
        #expect(counts[0] < counts[1])
    }

    /// Without the barrier in its doorbell the device finds slots that are not written.
    @Test func hasNoQueueLock() {
        var scenario = ExplorationScenario()
        scenario.queue = .spinlock
        scenario.lock = .legacy
        #expect(scenario.problem?.contains("no such lock") == true)
    }
}

@Suite struct ExplanationTests {
    private func explanation(_ mutation: ProtocolMutation, _ sync: ExplorationScenario.Sync) throws -> Explanation {
        let found = try QueueExplorationTests.explore {
            $0.model = .c11
            $0.sync = sync
            $0.mutation = mutation
        }
        return try #require(found.explanation)
    }

    /// The doorbell comes after the valid bits by a branch, and after others' slots because their stores are there for all.
    @Test func linuxNeedsAControlDependency() throws {
        let explanation = try explanation(.none, .none)
        #expect(!explanation.isAllowedByArm && explanation.needsMultiCopyAtomicity)
        let doorbell = try #require(explanation.dependencies.first { $0.later.site == .doorbell })
        #expect(doorbell.kind == .control)
        #expect(doorbell.earlier.map(\.site) == [.awaitValid])
        #expect(explanation.cycle.map(\.site).contains(.doorbell))
    }

    /// Nothing is missing where arm has the violation too.
    @Test func aRemovedBarrierNeedsNothingThatArmHas() throws {
        #expect(try explanation(.noDMAWriteBarrier, .none).isAllowedByArm)
    }

    @Test func otherModelsExplainNothing() throws {
        let found = try QueueExplorationTests.explore { $0.mutation = .noDMAWriteBarrier }
        #expect(found.verdict == .violation && found.explanation == nil)
    }
}
