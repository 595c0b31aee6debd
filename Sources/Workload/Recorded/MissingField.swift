/// A command field that a recording does not carry, and what stands in its place.
package struct MissingField: Hashable, Sendable {
    /// The command, as the specification names it.
    package var command: String
    /// The field, as the specification names it.
    package var field: String
    /// What the importer put there, in words.
    package var filledWith: String

    package init(_ command: String, _ field: String, filledWith: String) {
        self.command = command
        self.field = field
        self.filledWith = filledWith
    }
}

extension MissingField: CustomStringConvertible {
    package var description: String { "\(command).\(field) = \(filledWith)" }
}
