import SMMUv3

/// Random numbers that a seed repeats (SplitMix64, Steele and others 2014).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

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

/// Printed as the argument of a failed test.
let seeds: [UInt64] = [1, 2, 3, 0xfeed]
