import SMMUv3
import TestSupport

extension SeededGenerator {
    /// A word at an extreme now and then: all zeros, all ones, one bit, or random.
    mutating func word() -> UInt64 {
        switch next() % 8 {
        case 0: 0
        case 1: ~0
        case 2: 1 << (next() % 64)
        default: next()
        }
    }

    mutating func command(_ opcode: Opcode) -> Command {
        Command(word0: word() & ~0xff | UInt64(opcode.rawValue), word1: word())
    }
}
