import SMMUv3

/// A command field that a recording does not carry, and what stands in its place.
package struct MissingField: Hashable, Sendable {
    package var opcode: Opcode
    package var field: CommandField
    /// What the importer put there, as `FieldLayout.value(in:)` gives it.
    package var filledWith: UInt64

    package init(_ opcode: Opcode, _ field: CommandField, filledWith: UInt64) {
        self.opcode = opcode
        self.field = field
        self.filledWith = filledWith
    }

    /// The field's bits in the command's two words.
    package var mask: Command {
        guard let layout = opcode.layout(of: field) else { return Command(word0: 0, word1: 0) }
        return layout.word == 0 ? Command(word0: layout.mask, word1: 0) : Command(word0: 0, word1: layout.mask)
    }
}

extension MissingField: CustomStringConvertible {
    package var description: String {
        "\(opcode.name) \(field.rawValue) (filled with \(filledWith == 0 ? "0" : "0x" + String(filledWith, radix: 16)))"
    }
}
