/// A command taken apart into its fields, with nothing lost: the bits that belong to no field are kept
/// beside them, so that `Command(decoded)` is the command that was decoded, for every 128-bit word.
package struct DecodedCommand: Hashable, Sendable {
    package struct FieldValue: Hashable, Sendable {
        package let field: CommandField
        /// Right-aligned, or for an address in bytes.
        package internal(set) var value: UInt64
    }

    /// Bits 7:0 of word 0, whether or not they name a command.
    package let opcodeByte: UInt8
    /// Every field of the command in the order of `Opcode.layout`; empty for an unknown opcode.
    package private(set) var fields: [FieldValue]
    /// The bits of either word outside the opcode and the fields; 0 in a well-formed command.
    package var residue: Command

    /// A command whose fields are all 0.
    package init(_ opcode: Opcode) {
        self.init(Command(word0: UInt64(opcode.rawValue), word1: 0))
    }

    package init(_ command: Command) {
        opcodeByte = command.opcodeByte
        var residue = command
        residue.word0 &= ~0xff
        fields = []
        for layout in command.opcode?.layout ?? [] {
            fields.append(FieldValue(field: layout.field, value: layout.value(in: command)))
            layout.set(0, in: &residue)
        }
        self.residue = residue
    }

    package var opcode: Opcode? { Opcode(rawValue: opcodeByte) }

    /// `nil` where the command has no such field.
    package subscript(field: CommandField) -> UInt64? {
        fields.first { $0.field == field }?.value
    }

    package mutating func set(_ field: CommandField, to value: UInt64) throws(FieldError) {
        guard let opcode, let layout = opcode.layout(of: field),
            let position = fields.firstIndex(where: { $0.field == field })
        else { throw .noSuchField(field, opcodeByte: opcodeByte) }
        guard value & ~layout.valueMask == 0 else {
            throw .valueDoesNotFit(field, value: value, allowed: layout.valueMask)
        }
        fields[position].value = value
    }

    package enum FieldError: Error, Hashable, CustomStringConvertible {
        case noSuchField(CommandField, opcodeByte: UInt8)
        /// `allowed` has the bits that a value may have.
        case valueDoesNotFit(CommandField, value: UInt64, allowed: UInt64)

        package var description: String {
            switch self {
            case .noSuchField(let field, let opcodeByte):
                let names = (Opcode(rawValue: opcodeByte)?.layout ?? []).map(\.field.rawValue)
                let command = Opcode(rawValue: opcodeByte)?.name ?? "opcode \(hexadecimal(opcodeByte))"
                return "\(command) has no field \(field.rawValue); it has \(names.isEmpty ? "none" : names.joined(separator: ", "))"
            case .valueDoesNotFit(let field, let value, let allowed):
                return "\(field.rawValue)=\(hexadecimal(value)) has bits outside \(hexadecimal(allowed))"
            }
        }
    }
}

extension Command {
    package init(_ decoded: DecodedCommand) {
        self.init(word0: decoded.residue.word0 & ~0xff | UInt64(decoded.opcodeByte), word1: decoded.residue.word1)
        guard let opcode = decoded.opcode else { return }
        for (layout, field) in zip(opcode.layout, decoded.fields) {
            layout.set(field.value, in: &self)
        }
    }
}

/// `0x` and lower-case digits.
func hexadecimal(_ value: some BinaryInteger) -> String { "0x" + String(value, radix: 16) }
