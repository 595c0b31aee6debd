import SMMUv3

/// Commands as words on the command line: `W0:W1`, or two arguments `W0 W1`.
enum CommandWords {
    static let forms = "W0:W1, or two arguments W0 W1, each of 1 to 16 hexadecimal digits, with or without 0x"

    static func parse(_ arguments: [String]) throws(FormError) -> [Command] {
        var commands: [Command] = []
        var pending: (text: String, word: UInt64)?
        for argument in arguments {
            let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
            let words = try parts.map { part throws(FormError) in try word(part, of: argument) }
            switch (words.count, pending) {
            case (2, nil): commands.append(Command(word0: words[0], word1: words[1]))
            case (1, nil): pending = (argument, words[0])
            case (1, let first?):
                commands.append(Command(word0: first.word, word1: words[0]))
                pending = nil
            case (2, let first?): throw unpaired(first.text)
            default: throw FormError("'\(argument)' has \(words.count) words; allowed are \(forms)")
            }
        }
        if let pending { throw unpaired(pending.text) }
        return commands
    }

    private static func unpaired(_ text: String) -> FormError {
        FormError("'\(text)' is a first word without a second; allowed are \(forms)")
    }

    private static func word(_ text: Substring, of argument: String) throws(FormError) -> UInt64 {
        let digits = text.hasPrefix("0x") || text.hasPrefix("0X") ? text.dropFirst(2) : text
        guard (1...16).contains(digits.count), digits.allSatisfy({ $0.isASCII && $0.isHexDigit }),
            let word = UInt64(digits, radix: 16)
        else { throw FormError("'\(argument)' is no command; allowed are \(forms)") }
        return word
    }
}
