extension LinuxEncoder {
    /// Why a command's text describes no entry at all (as against an entry that the driver refuses).
    package enum InputError: Error, Hashable, CustomStringConvertible {
        case unknownCommand(String)
        case unknownArgument(String)
        case repeatedArgument(String)
        /// Not of the form `name=value`.
        case notAnArgument(String)
        case malformedNumber(String)

        package var description: String {
            switch self {
            case .unknownCommand(let text):
                "unknown command '\(text)'; a command is a name such as TLBI_NH_VA or an opcode from 0x00 to 0xff"
            case .unknownArgument(let text):
                "unknown field '\(text)'; fields are \(LinuxCommandEntry.Argument.allCases.map(\.rawValue).joined(separator: ", "))"
            case .repeatedArgument(let text):
                "field '\(text)' is given twice"
            case .notAnArgument(let text):
                "'\(text)' is not of the form field=value"
            case .malformedNumber(let text):
                "'\(text)' is not a number; numbers are decimal or 0x and hexadecimal, up to 64 bits"
            }
        }
    }

    /// Encodes the command of that name (or `0xNN`) with the given arguments.
    package static func encode(
        name: Substring, fields: [Substring: UInt64]
    ) throws(InputError) -> (ret: Int, command: Command) {
        var entry = LinuxCommandEntry(opcodeByte: try opcodeByte(named: name))
        for (key, value) in fields { entry.set(try argument(named: key), to: value) }
        let encoding = encode(entry)
        return (encoding.ret, encoding.command)
    }

    /// The same from a script's words: a name and then any number of `field=value`.
    package static func encode(
        name: Substring, arguments: some Sequence<Substring>
    ) throws(InputError) -> (ret: Int, command: Command) {
        let encoding = encode(try entry(name: name, arguments: arguments))
        return (encoding.ret, encoding.command)
    }

    package static func entry(
        name: Substring, arguments: some Sequence<Substring>
    ) throws(InputError) -> LinuxCommandEntry {
        var entry = LinuxCommandEntry(opcodeByte: try opcodeByte(named: name))
        var seen: Set<LinuxCommandEntry.Argument> = []
        for text in arguments {
            guard let separator = text.firstIndex(of: "=") else { throw .notAnArgument(String(text)) }
            let argument = try argument(named: text[..<separator])
            guard seen.insert(argument).inserted else { throw .repeatedArgument(argument.rawValue) }
            entry.set(argument, to: try number(text[text.index(after: separator)...]))
        }
        return entry
    }

    /// Decimal, or hexadecimal after `0x`; no sign, no separators.
    package static func number(_ text: Substring) throws(InputError) -> UInt64 {
        let isHexadecimal = text.hasPrefix("0x") || text.hasPrefix("0X")
        let digits = isHexadecimal ? text.dropFirst(2) : text
        guard let first = digits.first, first != "+", first != "-", let value = UInt64(digits, radix: isHexadecimal ? 16 : 10)
        else { throw .malformedNumber(String(text)) }
        return value
    }

    private static func opcodeByte(named name: Substring) throws(InputError) -> UInt8 {
        if let opcode = Opcode(name: name) { return opcode.rawValue }
        guard name.hasPrefix("0x"), let value = try? number(name), let byte = UInt8(exactly: value) else {
            throw .unknownCommand(String(name))
        }
        return byte
    }

    private static func argument(named name: Substring) throws(InputError) -> LinuxCommandEntry.Argument {
        guard let argument = LinuxCommandEntry.Argument(rawValue: String(name)) else {
            throw .unknownArgument(String(name))
        }
        return argument
    }
}
