/// Why a machine cannot be loaded. The message is one line: where, what, what is allowed.
package struct MachineFileError: Error, Equatable, Sendable {
    package enum Kind: Sendable {
        /// There is no such machine, or its file cannot be read.
        case unreadable
        /// Something in it is wrong.
        case data
    }

    package var kind: Kind
    package var message: String

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}
