import ExploringMachine
import Foundation
import Machine

/// An exploration that several threads share. It comes to the same with any number of them.
///
/// The work is a list of tasks in the order in which one thread would do them. Threads take tasks from the front, do each as far as
/// `runsPerTask`, and put what is left in its place. Results count in the order of the list: a violation once everything before it
/// has been explored, a limit at the execution at which one thread would have reached it.
final class SharedExploration: @unchecked Sendable {
    /// Fixed: how the work is cut into tasks must not depend on the number of threads.
    static let runsPerTask = 4096
    private let runsPerTask: Int

    struct Entry: Sendable {
        enum State: Sendable { case waiting, running, done }
        let id: Int
        /// What it was left by, where that has not been counted yet.
        let parent: Int
        let task: ExplorationTask
        /// Comes out of a checkpoint: it cannot be done again.
        var isRestored = false
        var state = State.waiting
        /// Done as far as the limit exactly: nothing behind it counts.
        var isLast = false
        var outcome: TaskOutcome?
    }

    enum End: Equatable { case complete, limit(String), violation }

    private let limits: ExplorationLimits
    private let isDrawn: Bool
    private let lock = NSCondition()
    // All guarded by `lock`.
    private(set) var entries: [Entry] = []
    /// How words are accessed, as far as has been counted.
    private(set) var usages: [UInt8]
    private(set) var total = Exploration()
    private(set) var end: End?
    private(set) var steps: [ExecutionStep] = []
    /// In which something was wrong.
    private(set) var wrong: ExplorationTask?
    private var seen: Set<UInt64> = []
    private var nextID = 1
    private var nextBatch = 0
    private var longestOfFirst = 0
    /// Tasks that were begun before everything was begun anew are of no use.
    private var era = 0
    private var running = 0
    private var isStopping = false
    private(set) var hasNoMemory = false
    /// Somebody has left for a limit in time.
    private var cutShort: String?
    private let most: Int

    init(
        wordCount: Int, isDrawn: Bool, limits: ExplorationLimits, runsPerTask: Int = SharedExploration.runsPerTask,
        from checkpoint: CheckpointFile.Work? = nil
    ) {
        self.runsPerTask = runsPerTask
        self.limits = limits
        self.isDrawn = isDrawn
        usages = [UInt8](repeating: 0, count: wordCount)
        let (sum, isTooLarge) = limits.executions.addingReportingOverflow(checkpoint?.total.executions ?? 0)
        most = isTooLarge ? .max : sum
        if let checkpoint {
            usages = checkpoint.usages
            total = checkpoint.total
            for piece in checkpoint.pieces {
                switch piece {
                case .left(let part): add(.part(part))
                case .done(let result, let usages):
                    add(.part(ExplorationPart(usages: usages)))
                    entries[entries.count - 1].state = .done
                    entries[entries.count - 1].isRestored = true
                    entries[entries.count - 1].outcome = TaskOutcome(result: result, usages: usages)
                }
            }
        } else if !isDrawn {
            add(.part(ExplorationPart(usages: usages)))
        }
        count()
    }

    private func add(_ task: ExplorationTask) {
        entries.append(Entry(id: nextID, parent: 0, task: task))
        nextID += 1
    }
}

// Taking part
extension SharedExploration {
    /// Does tasks until there are none. On as many threads as one likes.
    func work(_ makeWorker: () -> (any ExplorationWorker)?) {
        lock.lock()
        defer { lock.unlock() }
        var made: (any ExplorationWorker)?
        while let (id, task, limits) = take() {
            let begun = era
            lock.unlock()
            made = made ?? makeWorker()
            let outcome = made?.explore(task, limits)
            lock.lock()
            running -= 1
            guard let outcome else {
                hasNoMemory = true
                end = .limit("no memory")
                break
            }
            if begun == era { put(outcome, for: id) }
            lock.broadcast()
        }
        lock.broadcast()
    }

    /// Returns when there is nothing to do any more, or after a time: false.
    func wait(seconds: Double) -> Bool {
        lock.lock()
        defer { lock.unlock() }
        let date = Date(timeIntervalSinceNow: seconds)
        while end == nil || running > 0 {
            if !lock.wait(until: date) { return false }
        }
        return true
    }

    private func take() -> (Int, ExplorationTask, ExplorationLimits)? {
        while true {
            if end != nil { return nil }
            if isStopping {
                guard running > 0 else {
                    stop()
                    return nil
                }
            } else {
                if isDrawn { draw() }
                if let index = entries.firstIndex(where: { $0.state == .waiting }), !entries[0].isLast || index == 0 {
                    entries[index].state = .running
                    running += 1
                    var limits = limits
                    limits.runs = runsPerTask
                    limits.looksOn = 0
                    limits.executions = most == .max ? .max : most - total.executions
                    return (entries[index].id, entries[index].task, limits)
                }
                if running == 0, entries.isEmpty {
                    end = .complete
                    return nil
                }
            }
            lock.wait()
        }
    }

    /// There are always drawn runs to do. The first batch comes before all others, which learn from it how long runs are.
    private func draw() {
        guard nextBatch == 0 || longestOfFirst > 0, entries.count < 64, !entries.contains(where: { $0.state == .waiting }) else { return }
        add(.draws(batch: nextBatch, longestRun: max(longestOfFirst, 1), usages: usages))
        nextBatch += 1
    }

    private func put(_ outcome: TaskOutcome, for id: Int) {
        guard let index = entries.firstIndex(where: { $0.id == id }) else { return }
        entries[index].state = .done
        entries[index].outcome = outcome
        if let left = outcome.left, !left.isEmpty {
            let pieces = left.pieces.enumerated().map { Entry(id: nextID + $0, parent: id, task: .part($1)) }
            nextID += pieces.count
            entries.insert(contentsOf: pieces, at: index + 1)
        }
        if outcome.result.isCutShort {
            cutShort = cutShort ?? outcome.result.limit
            isStopping = true
        }
        count()
    }
}

// Counting what has been done, in order
extension SharedExploration {
    private func count() {
        while end == nil, let first = entries.first, first.state == .done, let outcome = first.outcome {
            let result = outcome.result
            guard !result.isLayoutChanged, let joined = isDrawn ? outcome.usages : ExplorationPart.joined(usages, outcome.usages) else {
                return beginAnew(ExplorationPart.union(usages, outcome.usages))
            }
            if most != .max, !first.isLast, !first.isRestored, total.executions + result.executions >= most, cutShort == nil {
                // Once more, as far as the limit exactly.
                let all = entries
                entries = all.filter { !Self.descends($0, from: first.id, among: all) }
                entries[0].state = .waiting
                entries[0].outcome = nil
                entries[0].isLast = true
                return
            }
            if !isDrawn || longestOfFirst == 0 { usages = joined }
            total.add(result)
            if isDrawn {
                seen.formUnion(outcome.seen)
                total.distinct = seen.count
                if longestOfFirst == 0 { longestOfFirst = max(result.longestRun, 1) }
            }
            entries.removeFirst()
            if let violation = result.violation {
                total.violation = violation
                total.explanation = result.explanation
                total.verdict = .violation
                wrong = first.task
                steps = outcome.steps
                end = .violation
            } else if let reached = result.limit, !result.isCutShort {
                end = .limit(total.executions >= most ? "\(most) executions" : reached)
            }
        }
    }

    /// Whether the entry is what another has left, or what that has left.
    private static func descends(_ entry: Entry, from id: Int, among entries: [Entry]) -> Bool {
        var parent = entry.parent
        while parent != 0 {
            if parent == id { return true }
            parent = entries.first { $0.id == parent }?.parent ?? 0
        }
        return false
    }

    private func beginAnew(_ usages: [UInt8]) {
        self.usages = usages
        era += 1
        entries = []
        total = Exploration()
        add(.part(ExplorationPart(usages: usages)))
    }

    /// All have stopped for a limit in time.
    private func stop() {
        end = .limit(cutShort ?? "")
        // What is wrong is wrong, although something before it is left.
        if let index = entries.firstIndex(where: { $0.outcome?.result.violation != nil }), let outcome = entries[index].outcome {
            for entry in entries[...index] { entry.outcome.map { total.add($0.result) } }
            total.violation = outcome.result.violation
            total.explanation = outcome.result.explanation
            total.verdict = .violation
            wrong = entries[index].task
            steps = outcome.steps
            end = .violation
        }
    }
}

// What it has come to
extension SharedExploration {
    /// With what has been done of what comes later.
    var result: Exploration {
        lock.lock()
        defer { lock.unlock() }
        var result = total
        guard case .limit(let reached) = end else { return result }
        result.verdict = .limit
        result.limit = reached
        if cutShort != nil {
            for entry in entries { entry.outcome.map { result.add($0.result) } }
            if isDrawn {
                for entry in entries { entry.outcome.map { seen.formUnion($0.seen) } }
                result.distinct = seen.count
            }
        }
        return result
    }

    /// What one thread would explore next, once something is wrong.
    var next: [ExplorationTask] {
        lock.lock()
        defer { lock.unlock() }
        let known = Set(entries.map(\.id))
        return entries.filter { !known.contains($0.parent) && !$0.isRestored }.map(\.task)
    }

    /// What is done and what is left, for others to go on with.
    var checkpoint: CheckpointFile.Work {
        lock.lock()
        defer { lock.unlock() }
        var pieces: [CheckpointFile.Piece] = []
        var skipped: Set<Int> = []
        for entry in entries {
            if skipped.contains(entry.parent) {
                skipped.insert(entry.id)
                continue
            }
            if let outcome = entry.outcome, outcome.result.violation == nil, !outcome.result.isLayoutChanged {
                var result = outcome.result
                (result.limit, result.verdict, result.isPaused) = (nil, .complete, false)
                pieces.append(.done(result, usages: outcome.usages))
            } else if case .part(let part) = entry.task {
                skipped.insert(entry.id)
                pieces.append(.left(part))
            }
        }
        return CheckpointFile.Work(usages: usages, total: total, pieces: pieces)
    }
}
