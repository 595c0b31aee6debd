import SMMUv3

/// How `illegal-command` makes a command illegal, so that the self-check still knows it.
extension Command {
    /// No command that the architecture knows has this bit of its opcode.
    private static var unknownOpcode: UInt64 { 0x80 }

    /// Its first word with an opcode that the device refuses.
    static func refusable(word0: UInt64) -> UInt64 { word0 | unknownOpcode }

    /// What the producer had in mind, where the command was made illegal.
    var asMeant: Command { Command(word0: word0 & ~Self.unknownOpcode, word1: word1) }
}
