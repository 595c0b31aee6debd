import SMMUv3

/// A sum over commands in which each is weighted by the slot that it is in.
///
/// The device sums what it executes, each producer what it inserts, each for itself: no word is shared
/// while the clock runs. The sums over a whole run agree only if each command was executed as often as
/// it was inserted, unchanged, in the slot that its producer gave it. CMD_SYNCs are left out.
struct SlotSum: Equatable, Sendable {
    private(set) var value: UInt64 = 0

    /// Odd, so that no weight loses bits.
    @inline(__always)
    static func weight(of pointer: UInt32) -> UInt64 { UInt64(pointer) &<< 1 | 1 }

    @inline(__always)
    mutating func add(_ command: Command, at pointer: UInt32) {
        value &+= CommandHash.of(command) &* Self.weight(of: pointer)
    }

    /// Adds the commands that lie from the slot at `pointer` on.
    @inline(__always)
    mutating func add(_ commands: Span<Command>, from pointer: UInt32, _ geometry: QueueGeometry) {
        var sum = value
        for index in commands.indices {
            let slot = (pointer &+ UInt32(truncatingIfNeeded: index)) & geometry.pointerMask
            sum &+= CommandHash.of(commands[index]) &* Self.weight(of: slot)
        }
        value = sum
    }

    /// Adds a list whose parts were summed beforehand; it must not reach beyond the highest pointer.
    @inline(__always)
    mutating func add(_ parts: ListSum, from pointer: UInt32) {
        value &+= parts.hashes &* Self.weight(of: pointer) &+ parts.positions &* 2
    }

    static func += (sum: inout SlotSum, other: SlotSum) { sum.value &+= other.value }
}

/// What a list of commands adds to a `SlotSum`, apart from where it begins.
struct ListSum: Equatable, Sendable {
    /// The sum of the commands' hashes, and that of each hash times its command's position in the list.
    var hashes: UInt64 = 0
    var positions: UInt64 = 0

    init(of commands: some Sequence<Command>) {
        var position: UInt64 = 0
        for command in commands {
            let hash = CommandHash.of(command)
            hashes &+= hash
            positions &+= hash &* position
            position += 1
        }
    }
}

enum CommandHash {
    /// Two odd factors and a fold: commands that differ in a few bits differ in many.
    @inline(__always)
    static func of(_ command: Command) -> UInt64 {
        let product = command.word0 &* 0x9e37_79b9_7f4a_7c15 &+ command.word1 &* 0xd6e8_feb8_6659_fd93
        return product ^ product &>> 29
    }
}
