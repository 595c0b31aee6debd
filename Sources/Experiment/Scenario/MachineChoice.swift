/// The machine that a scenario runs on; as text `native`, a preset's name, or the path of a machine file.
package enum MachineChoice: Equatable, Hashable, Sendable {
    /// This host, with real threads.
    case native
    /// In virtual time, by name or path.
    case simulated(String)

    package init(_ text: String) { self = text == "native" ? .native : .simulated(text) }

    package var isNative: Bool { self == .native }
}

extension MachineChoice: CustomStringConvertible {
    package var description: String {
        switch self {
        case .native: "native"
        case .simulated(let name): name
        }
    }
}

extension MachineChoice: Codable {
    package init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
