/// Why a workload cannot be made. `description` is one line: what was wrong, where, what is allowed.
package enum WorkloadError: Error, Hashable, Sendable {
    case outOfRange(parameter: String, value: Int, allowed: String)
    /// A mix names a command that is none, or CMD_SYNC.
    case unknownCommand(name: String, allowed: [String])
    case negativeWeight(name: String, weight: Int)
    /// The weights of a mix add up to more than an Int holds.
    case weightsTooLarge
    /// No weight of a mix is above 0.
    case noWeight
    case batchOfRecordedStream(name: String)
    /// A recorded stream with no command but CMD_SYNCs can be played, but never reaches a number of commands.
    case noCommands(name: String)
    case unknownSample(name: String, allowed: [String])
}

extension WorkloadError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .outOfRange(let parameter, let value, let allowed):
            "\(parameter) is \(value); allowed is \(allowed)"
        case .unknownCommand(let name, let allowed):
            "the mix names the command '\(name)'; allowed are \(allowed.joined(separator: ", "))"
        case .negativeWeight(let name, let weight):
            "the mix gives \(name) the weight \(weight); allowed is 0 or more"
        case .weightsTooLarge:
            "the weights of the mix add up to more than \(Int.max)"
        case .noWeight:
            "the mix gives no command a weight above 0; at least one is needed"
        case .batchOfRecordedStream(let name):
            "the recorded stream '\(name)' takes no batch size: its insertions are the recorded ones"
        case .noCommands(let name):
            "the recorded stream '\(name)' has no command but CMD_SYNCs, so it never reaches a number of commands"
        case .unknownSample(let name, let allowed):
            "there is no sample stream '\(name)'; allowed are \(allowed.joined(separator: ", "))"
        }
    }
}
