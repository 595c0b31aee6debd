import SMMUv3

/// A decoded command as JSON and CSV have it.
struct DecodedEntry: Encodable, Equatable {
    /// Position in the stream or among the words, from 0.
    var index: Int
    var word0: String
    var word1: String
    var name: String
    /// Whether an SMMU with every optional feature takes it from a Non-secure queue.
    var legal: Bool
    /// By the field's name, hexadecimal.
    var fields: [String: String]
    var text: String

    init(index: Int, _ command: Command) {
        self.index = index
        word0 = Self.hexadecimal(command.word0)
        word1 = Self.hexadecimal(command.word1)
        name = command.name
        legal = !command.isIllegal(under: CommandRules(rangeInvalidation: true))
        fields = Dictionary(
            DecodedCommand(command).fields.map { ($0.field.rawValue, "0x" + String($0.value, radix: 16)) },
            uniquingKeysWith: { first, _ in first })
        text = command.describe()
    }

    /// 16 digits.
    static func hexadecimal(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// Decoded commands, a line at a time where the format has lines.
enum DecodedReport {
    static func emit(
        _ commands: ArraySlice<Command>, format: OutputFormat, to output: inout LineBuffer
    ) {
        switch format {
        case .table:
            let width = String(commands.indices.last ?? 0).count
            for (index, command) in zip(commands.indices, commands) {
                let number = String(index)
                output.append(
                    String(repeating: " ", count: width - number.count)
                        + "\(number)  \(DecodedEntry.hexadecimal(command.word0)):\(DecodedEntry.hexadecimal(command.word1))  \(command.describe())")
            }
        case .csv:
            output.append("index,word0,word1,name,legal,text")
            for (index, command) in zip(commands.indices, commands) {
                let entry = DecodedEntry(index: index, command)
                output.append(
                    CSV.row([
                        "\(index)", entry.word0, entry.word1, entry.name, "\(entry.legal)", entry.text,
                    ]))
            }
        case .json:
            let document = Document(
                commands: zip(commands.indices, commands).map { DecodedEntry(index: $0, $1) })
            output.append(String(JSON.render(document).dropLast()))
        }
    }

    private struct Document: Encodable {
        var schema = "cmdqsim.commands/1"
        var commands: [DecodedEntry]
    }
}
