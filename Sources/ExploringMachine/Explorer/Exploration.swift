import Machine

/// How far an exploration goes.
package struct ExplorationLimits: Sendable {
    package var executions = Int.max
    package var seconds = Double.infinity
    /// How often an agent comes round a loop that acts and looks again, before the run is cut.
    package var rounds = 2
    /// How often it does so at first although nothing has changed.
    package var fruitlessRounds = 0
    /// For how many more runs a shorter execution is looked for once one is wrong.
    package var looksOn = 0
    /// Otherwise they are counted, and the exploration goes on.
    package var stopsAtDeadlocks = true
    /// After so many runs it pauses, for somebody to go on with what is left.
    package var runs = Int.max
    /// On the host's clock; beside `seconds`.
    package var deadline = UInt64.max
    /// Asked now and then: whether to stop here.
    package var isCancelled: (@Sendable () -> Bool)?

    package init() {}

    /// When `seconds` are over, on the monotonic clock.
    var end: UInt64 {
        // Centuries are for ever.
        seconds < 1e9 ? monotonicNanoseconds() + UInt64(max(0, seconds) * 1e9) : .max
    }

    /// Why it stops by now; nil where it goes on.
    func reached(deadline: UInt64) -> String? {
        if isCancelled?() == true { return ExplorationLimits.interrupted }
        return deadline < .max && monotonicNanoseconds() >= deadline ? "\(seconds) s" : nil
    }

    package static let interrupted = "interrupted"
}

/// What an exploration came to.
package struct Exploration: Sendable, Codable, Equatable {
    package enum Verdict: String, Sendable, Codable {
        /// Every execution was explored, and none is wrong.
        case complete
        /// A limit was reached; nothing wrong was found so far.
        case limit
        case violation
    }

    package var verdict = Verdict.complete
    /// Runs to their end.
    package var executions = 0
    /// Executions that differ; at random one may come again.
    package var distinct = 0
    /// Runs that could not go on: a wait that has read something old, or an update that has no place.
    package var blocked = 0
    /// Runs that only the timeout of a wait could carry on, at a site where that is no failure. Runs in which it does are counted apart.
    package var timeouts = 0
    /// Runs in which somebody waits for ever; counted where they are no violations.
    package var deadlocks = 0
    /// Runs that were cut at a bound on loops. Where there are any, `complete` is up to that bound.
    package var cut = 0
    package var violation: String?
    /// What orders the execution that is wrong under `arm`; of violations under `c11`.
    package var explanation: Explanation?
    /// The longest run, in events.
    package var longestRun = 0
    /// Why a limit was reached.
    package var limit: String?
    /// Why a schedule could not be followed.
    package var misfit: String?
    /// It stands still at `limits.runs`: no limit that anybody has set.
    package var isPaused = false
    /// Its time was over, or somebody has interrupted it.
    package var isCutShort = false
    /// A word has turned out to be accessed in more than one way: what else has been explored must be explored again.
    package var isLayoutChanged = false

    /// All but the explanation: what is kept to go on from has no violation.
    private enum CodingKeys: String, CodingKey {
        case verdict, executions, distinct, blocked, timeouts, deadlocks, cut, violation, longestRun, limit, misfit, isPaused, isCutShort, isLayoutChanged
    }

    package init() {}

    /// Adds what another part of the same exploration came to.
    package mutating func add(_ part: Exploration) {
        executions += part.executions
        distinct += part.distinct
        blocked += part.blocked
        timeouts += part.timeouts
        deadlocks += part.deadlocks
        cut += part.cut
        longestRun = max(longestRun, part.longestRun)
    }

    /// Who waits, and at which sites.
    static func deadlock(_ agents: [(agent: Int, site: UInt8)]) -> String {
        let names = agents.map { "P\($0.agent) (\(Site(rawValue: $0.site) ?? .work))" }
        return "deadlock: nothing will end what \(names.joined(separator: " and ")) \(agents.count > 1 ? "wait" : "waits") for"
    }
}
