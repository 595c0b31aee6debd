/// Why a scenario cannot run. The message is one line: what, where, what is allowed.
package struct ScenarioError: Error, Equatable, Sendable {
    package enum Kind: Sendable {
        /// The scenario asks for what is not possible, or names a file that cannot be read: exit 64.
        case usage
        /// A file that the scenario names is bad: exit 65.
        case data
    }
    package var kind: Kind
    package var message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}
