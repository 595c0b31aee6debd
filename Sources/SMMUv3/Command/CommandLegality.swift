/// What a queue accepts: the features of its SMMU and its security state.
@usableFromInline
package struct CommandRules: Hashable, Sendable, Codable {
    /// Any other opcode is illegal.
    @usableFromInline package var opcodes: OpcodeSet
    /// SMMU_IDR3.RIL. Without it NUM, SCALE, TTL and TG are RES0 and never make a command illegal.
    @usableFromInline package var rangeInvalidation: Bool
    /// The Secure command queue; on a Non-secure one SSEC = 1 is illegal.
    @usableFromInline package var isSecure: Bool

    @inlinable package init(
        opcodes: OpcodeSet = .all, rangeInvalidation: Bool = false, isSecure: Bool = false
    ) {
        self.opcodes = opcodes
        self.rangeInvalidation = rangeInvalidation
        self.isSecure = isSecure
    }
}

extension CommandRules {
    /// The commands other than CMD_SYNC that `isIllegal(under:)` never refuses, whatever their fields hold.
    package var unconditionalOpcodes: OpcodeSet {
        var conditional = OpcodeSet([.sync, .priResponse])
        if rangeInvalidation { conditional.formUnion(.withRange) }
        if !isSecure { conditional.formUnion(.withStreamID) }
        return opcodes.subtracting(conditional)
    }
}

extension Command {
    /// Whether an SMMU stops at this command with CERROR_ILL: an unknown opcode or a reserved encoding.
    ///
    /// `problems(under:)` says why. Source: Arm IHI 0070, section 7.1 and the commands' own sections.
    @inlinable package func isIllegal(under rules: CommandRules = CommandRules()) -> Bool {
        let opcode = opcodeByte
        guard rules.opcodes.contains(opcode) else { return true }
        if opcode == 0x46 { return word0 & 0x3000 == 0x3000 }
        if rules.rangeInvalidation, OpcodeSet.withRange.contains(opcode) { return hasReservedRange }
        if opcode == 0x41, word1 & 0x3000 == 0x3000 { return true }
        return !rules.isSecure && word0 & 0x400 != 0 && OpcodeSet.withStreamID.contains(opcode)
    }

    /// TG names a granule, yet NUM, SCALE and TTL are all 0. Linux builds no such command since it
    /// avoids them (kernel commit "Avoid constructing invalid range commands", fixes 6833b8f2e199).
    @inlinable package var hasReservedRange: Bool {
        word1 & 0xc00 != 0 && (word0 & 0x01f1_f000) | (word1 & 0x300) == 0
    }
}
