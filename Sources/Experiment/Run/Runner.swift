import Histogram

/// What one scenario came to: the result, and the histograms behind its latencies.
package struct RunOutcome: Sendable {
    package var result: RunResult
    /// Nanoseconds from the call to the end of the insertion, over all measured repeats; nil where nothing was sampled.
    package var insertion: Histogram<UInt64>?
    /// Nanoseconds from the end of the insertion to the completion of its CMD_SYNC.
    package var sync: Histogram<UInt64>?
}

/// Why a scenario cannot run. The message is one line: what, where, what is allowed.
package struct ScenarioError: Error, Equatable, Sendable {
    package enum Kind: Sendable {
        /// The scenario asks for what is not possible: exit 64.
        case usage
        /// A file that the scenario names is unreadable or bad: exit 65.
        case data
    }
    package var kind: Kind
    package var message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}

/// Asks a run to stop soon; from any thread, and from a signal source.
package final class Cancellation: Sendable {
    package init() {}
    package func cancel() {}
    package var isCancelled: Bool { false }
}

package struct Runner: Sendable {
    package var cancellation: Cancellation

    package init(cancellation: Cancellation) { self.cancellation = cancellation }

    /// Runs the scenario: warm-ups, then the measured repeats. Reports `(repeats finished, repeats in all)`.
    ///
    /// A cancelled run returns what its finished repeats gave, marked partial; nil where none was finished.
    package func run(
        _ scenario: Scenario, progress: (Int, Int) -> Void
    ) throws(ScenarioError) -> RunOutcome? {
        fatalError("to be written")
    }
}

extension Scenario {
    /// Finds what would keep the scenario from running, before anything runs; reads the files that it names.
    package func validate() throws(ScenarioError) {}
}
