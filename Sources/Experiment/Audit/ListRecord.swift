import SMMUv3

/// The identity of a list of commands, kept beside the slot in which it begins: one 64-bit word.
///
/// Recorded words stay unchanged in the ring, so this is how the device's side knows whose list it
/// executes, which of that producer's lists it is, how long it is and what must be in it.
///
/// | bits  | |
/// |-------|-|
/// | 10:0  | producer + 1; 0: no list begins here |
/// | 23:11 | the list's number, modulo 8192 |
/// | 30:24 | commands, 0 to 127 |
/// | 31    | a CMD_SYNC follows |
/// | 63:32 | checksum of the commands |
struct ListRecord: Equatable {
    let word: UInt64

    init(word: UInt64) { self.word = word }

    init(producer: Int, number: UInt32, count: Int, sync: Bool, checksum: UInt32) {
        word = UInt64(truncatingIfNeeded: producer &+ 1) & 0x7ff
            | UInt64(number & Self.numberMask) &<< 11
            | (UInt64(truncatingIfNeeded: count) & 0x7f) &<< 24
            | (sync ? 1 &<< 31 : 0)
            | UInt64(checksum) &<< 32
    }

    static let numberMask: UInt32 = 0x1fff
    static let maximumCount = 127

    var exists: Bool { word & 0x7ff != 0 }
    var producer: Int { Int(truncatingIfNeeded: word & 0x7ff) &- 1 }
    var number: UInt32 { UInt32(truncatingIfNeeded: word &>> 11) & Self.numberMask }
    var count: UInt32 { UInt32(truncatingIfNeeded: word &>> 24) & 0x7f }
    var sync: Bool { word & 1 &<< 31 != 0 }
    var checksum: UInt32 { UInt32(truncatingIfNeeded: word &>> 32) }
}

/// A checksum over a list of commands that depends on their order: a sum in which each command has a weight of its own.
struct ListChecksum {
    private var sum: UInt64 = 0
    private var weight: UInt64 = 0x9e37_79b9_7f4a_7c15

    @inline(__always)
    mutating func add(_ command: Command) {
        sum &+= (command.word0 ^ (command.word1 &<< 17 | command.word1 &>> 47)) &* weight
        weight &+= 0x9e37_79b9_7f4a_7c16
    }

    var value: UInt32 { UInt32(truncatingIfNeeded: sum ^ sum &>> 32) }

    static func of(_ commands: some Sequence<Command>) -> UInt32 {
        var checksum = ListChecksum()
        for command in commands { checksum.add(command) }
        return checksum.value
    }
}
