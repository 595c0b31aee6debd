import CommandQueue
import ExploringMachine

/// Everything that says what is explored.
package struct ExplorationScenario: Sendable {
    package enum Strategy: String, CaseIterable, Sendable {
        case exhaustive, random, pct, preemptions
    }

    package enum Sync: String, CaseIterable, Sendable {
        case msi, cons, none
    }

    /// Who reads what is published.
    package enum Reader: String, CaseIterable, Sendable {
        /// The SMMU: takes each PROD, executes, completes.
        case smmu
        /// One pass: load PROD, look at the slots below it. No CMD_SYNC completes.
        case once
    }

    package enum Queue: String, CaseIterable, Sendable {
        case linux
        case spinlockOnFailure = "spinlock-on-failure"
        case fetchAdd = "fetch-add"
        case spinlock
    }

    /// What producers do with the queue.
    package enum Work: String, CaseIterable, Sendable {
        /// They insert lists.
        case insert
        /// Each unmaps a page and inserts its invalidation, while a device is attached that caches translations (ATS): see `UnmapProtocol`.
        case unmap
    }

    package var queue = Queue.linux
    package var work = Work.insert
    package var model = MemoryModel.arm
    package var strategy = Strategy.exhaustive
    package var sync = Sync.msi
    package var reader = Reader.smmu
    package var lock = QueueLock.Form.counted
    package var spaceWait = LinuxQueue.SpaceWait.notFull
    package var mutation = ProtocolMutation.none
    /// The SMMU executes so many entries, and then nothing any more.
    package var deviceStopsAfter: Int?
    package var producers = 2
    /// Insertions of each producer.
    package var commands = 1
    /// Commands of each insertion.
    package var batch = 1
    package var log2Entries = 2
    package var limits = ExplorationLimits()
    package var seed: UInt64 = 1
    package var depth = 3
    /// Of `preemptions`: at most so many.
    package var preemptions = 2
    /// Also what does no harm by itself is a violation: a software cons that moves back.
    package var isStrict = false
    /// Compare-and-swaps of the allocation that fail are followed too, although others stand for them.
    package var followsRetries = false

    package init() { limits.looksOn = 5000 }

    /// Drawn on plain memory, without graphs.
    package var isInterleaved: Bool { model == .sc && strategy != .exhaustive }

    /// Entries of each insertion, and of all of them.
    package var list: Int { batch + (sync == .none ? 0 : 1) }
    package var entries: Int { producers * commands * list }

    package var agents: Int { producers + 1 + (work == .unmap ? UnmapProtocol.agents : 0) }

    /// What does not go together, in a line; nil where all does.
    package var problem: String? {
        if producers < 1 || producers > 7 { return "--producers \(producers): 1 to 7 are explored" }
        if commands < 1 || commands > 16 { return "--commands \(commands): 1 to 16 are explored" }
        if batch < 1 || batch > 16 { return "--batch \(batch): 1 to 16 are explored" }
        if log2Entries < 1 || log2Entries > 6 { return "--log2-entries \(log2Entries): 1 to 6 are explored" }
        if strategy == .preemptions, model != .sc { return "--strategy preemptions is one of --model sc" }
        if reader == .once, sync != .none { return "--reader once completes no CMD_SYNC: it needs --sync none" }
        if list > 1 << log2Entries {
            return "--batch \(batch): a list of \(list) entries never fits a queue of \(1 << log2Entries), which Linux refuses for that (m6)"
        }
        if work == .unmap, sync == .none || reader != .smmu { return "--work unmap waits for its invalidations: it needs --sync msi or cons, and --reader smmu" }
        if let deviceStopsAfter {
            let flag = "--device-stops-after \(deviceStopsAfter)"
            if !(0...1000).contains(deviceStopsAfter) || reader != .smmu { return "\(flag): 0 to 1000 entries are allowed, with --reader smmu" }
            if queue == .fetchAdd || queue == .spinlock { return "\(flag): not all waits of --algorithm \(queue.rawValue) have a timeout here" }
        }
        if spaceWait == .enough, queue == .fetchAdd || queue == .spinlock { return "--space enough: --algorithm \(queue.rawValue) waits in its own way" }
        if agents > 8 { return "--producers \(producers): with --work unmap 1 to \(8 - 1 - UnmapProtocol.agents) are explored" }
        if mutation == .noATSBarrier, work != .unmap { return "--mutation no-ats-barrier is one of --work unmap" }
        if queue == .fetchAdd, producers * list >= 1 << log2Entries {
            return "--algorithm fetch-add needs a queue longer than a list of each producer"
        }
        if mutation == .issuerLocks, queue != .fetchAdd { return "--mutation issuer-locks is one of --algorithm fetch-add" }
        if lock == .legacy, queue == .fetchAdd || queue == .spinlock { return "--lock legacy: --algorithm \(queue.rawValue) has no such lock" }
        if reader == .once, entries > 1 << log2Entries { return "--reader once frees no slot: the queue must hold all \(entries) entries" }
        if entries > 2 << log2Entries {
            return "\(entries) entries go more than twice around a queue of \(1 << log2Entries): the checks follow two laps"
        }
        return nil
    }
}
