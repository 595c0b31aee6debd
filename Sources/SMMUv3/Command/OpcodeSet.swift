/// A set of opcodes as two words of bits, so that a membership test needs no table and no branch.
///
/// Opcodes from 0x80 on are in no set: the architecture assigns none there that this package knows.
@usableFromInline
package struct OpcodeSet: Hashable, Sendable, Codable, BitwiseCopyable {
    /// Bit i stands for opcode i, 0x00 to 0x3f.
    @usableFromInline package var low: UInt64
    /// Bit i stands for opcode 0x40 + i, 0x40 to 0x7f.
    @usableFromInline package var high: UInt64

    @inlinable package init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    package init(_ opcodes: some Sequence<Opcode>) {
        self.init(low: 0, high: 0)
        for opcode in opcodes { insert(opcode) }
    }

    package mutating func insert(_ opcode: Opcode) {
        if opcode.rawValue < 64 { low |= 1 << UInt64(opcode.rawValue) } else { high |= 1 << UInt64(opcode.rawValue - 64) }
    }

    package mutating func formUnion(_ other: OpcodeSet) {
        low |= other.low
        high |= other.high
    }

    package func subtracting(_ other: OpcodeSet) -> OpcodeSet {
        OpcodeSet(low: low & ~other.low, high: high & ~other.high)
    }

    /// Whether the opcode byte, which may name no command at all, is in the set.
    @inlinable package func contains(_ opcodeByte: UInt8) -> Bool {
        let opcode = UInt64(opcodeByte)
        let word = opcode & 0x40 == 0 ? low : high
        return (word &>> (opcode & 63)) & ~(opcode &>> 7) & 1 != 0
    }

    package func contains(_ opcode: Opcode) -> Bool { contains(opcode.rawValue) }
}

// Computed properties of literals rather than stored ones: a stored one is read through a lazy
// initializer from another module. The tests derive each of them from the field tables.
extension OpcodeSet {
    @inlinable package static var none: OpcodeSet { OpcodeSet(low: 0, high: 0) }

    /// Every command of `Opcode`.
    @inlinable package static var all: OpcodeSet { OpcodeSet(low: 0x0001_050f_050f_007e, high: 0x73) }

    /// The commands that carry a stream ID, and with it SSEC.
    @inlinable package static var withStreamID: OpcodeSet { OpcodeSet(low: 0x7e, high: 0x33) }

    /// The commands that invalidate by address, with NUM, SCALE, TTL and TG.
    @inlinable package static var withRange: OpcodeSet { OpcodeSet(low: 0x0000_040c_040c_0000, high: 0) }

    /// The commands of EL3, which belong on a Secure queue.
    @inlinable package static var el3: OpcodeSet { OpcodeSet(low: 0x0000_0000_0500_0000, high: 0) }

    /// What a command queue that a guest owns accepts (NVIDIA CMDQV; beside CMD_SYNC).
    @inlinable package static var tegra241Guest: OpcodeSet { OpcodeSet(low: 0x0006_0000, high: 0x41) }
}
