import SimulatedMachine

/// A machine as JSON: the same as its file, values in one unit.
struct MachineDescription: Codable, Equatable {
    struct Field: Codable, Equatable {
        var section: String
        var key: String
        var value: Value
        /// `ps`, `count` or `word`.
        var unit: String
        var provenance: String
        var source: String
        var meaning: String
    }

    enum Value: Codable, Equatable {
        case number(UInt64)
        case word(String)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(UInt64.self) { self = .number(number) } else { self = .word(try container.decode(String.self)) }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .number(let number): try container.encode(number)
            case .word(let word): try container.encode(word)
            }
        }
    }

    var schema = MachineFile.schema
    var name: String
    var description: String
    var cores: Int
    /// In the order of a machine file.
    var fields: [Field]

    init(_ machine: MachineFile) {
        name = machine.model.name
        description = machine.description
        cores = machine.model.topology.cores
        fields = MachineField.all.compactMap { field in
            guard let provenance = machine.provenance[field.path] else { return nil }
            let (value, unit): (Value, String) =
                switch field.kind {
                case .time(_, let place): (.number(machine.model[keyPath: place]), "ps")
                case .count(_, let place): (.number(UInt64(machine.model[keyPath: place])), "count")
                case .choice: (.word(field.text(in: machine.model)), "word")
                }
            return Field(
                section: field.section.rawValue, key: field.key, value: value, unit: unit, provenance: provenance.kind.rawValue,
                source: provenance.source, meaning: field.meaning)
        }
    }
}
