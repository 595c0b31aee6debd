/// What was wrong, and in which scenario.
package struct StressFailure: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        case violation
        case stuck(StuckReport)
        /// Of memory or threads, over many scenarios: no single one shows it.
        case growth
        /// The scenario could not be run at all.
        case refused
    }

    package var kind: Kind
    /// Of the generator's scenarios.
    package var index: Int
    package var scenario: Scenario
    package var violations: [String]
    /// A smaller scenario that fails too; nil where none was found, or not looked for.
    package var shrunk: Shrunk?
    /// How often the scenario as it was drawn failed when it was run again.
    package var again: (failures: Int, runs: Int)?

    package struct Shrunk: Equatable, Sendable {
        package var scenario: Scenario
        package var violations: [String]
        package var failures: Int
        package var runs: Int
    }

    package static func == (one: Self, other: Self) -> Bool {
        one.kind == other.kind && one.index == other.index && one.scenario == other.scenario && one.violations == other.violations && one.shrunk == other.shrunk
            && one.again?.failures == other.again?.failures && one.again?.runs == other.again?.runs
    }
}

package struct StressOutcome: Equatable, Sendable {
    package var figures = StressFigures()
    package var failure: StressFailure?
    /// Told to stop before its end.
    package var isInterrupted = false
}

package struct StressOptions: Sendable {
    package var seed: UInt64 = 1
    /// The first of the generator's scenarios.
    package var first = 0
    /// Scenarios at most; nil: as many as there is time for.
    package var iterations: Int?
    /// Seconds after which no scenario begins; nil: none.
    package var seconds: Double?
    /// Producers at most.
    package var threads = 8
    package var cores = 2
    package var mutation = ProtocolMutation.none
    package var seededFault: SeededFault?
    package var fault: StressFault?
    /// Seconds for which nobody may get anything done.
    package var patience = 10.0
    /// Seconds at most for making a failing scenario smaller.
    package var shrinkSeconds = 60.0
    /// How far resident memory may grow, in bytes.
    package var growthBytes = 64 << 20
    /// Run again and again in place of drawn ones.
    package var replayed: Scenario?

    package init() {}
}
