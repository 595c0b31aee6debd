import SMMUv3

/// How long the device takes, in picoseconds, and when it writes CONS.
@usableFromInline
package struct DeviceTiming: Sendable, Equatable {
    /// A TLB invalidation, or any other command that is none of the next.
    @usableFromInline package var command: UInt64 = 0
    /// A configuration invalidation, and an address-translation-cache invalidation; nil: as `command`.
    @usableFromInline package var configuration: UInt64?
    @usableFromInline package var addressTranslationCache: UInt64?
    /// A CMD_SYNC.
    @usableFromInline package var sync: UInt64 = 0
    /// One fetch: up to `fetchEntries` entries, as far as the first CMD_SYNC.
    @usableFromInline package var fetch: UInt64 = 0
    /// CONS is written after so many entries, 1 or more, and besides before each completion, at each
    /// error and at the end of each turn: the architecture asks only that it be written in finite time.
    @usableFromInline package var consEvery: UInt32 = 16

    /// Entries that one fetch brings at most.
    @inlinable package static var fetchEntries: UInt32 { 16 }

    @inlinable package init() {}

    /// No command takes time.
    @inlinable var isInstant: Bool { command == 0 && configuration ?? 0 == 0 && addressTranslationCache ?? 0 == 0 }

    /// For commands that are no CMD_SYNC, one after the other.
    @usableFromInline
    func duration(of commands: Span<Command>) -> UInt64 {
        guard configuration != nil || addressTranslationCache != nil else { return command &* UInt64(commands.count) }
        var sum: UInt64 = 0
        for index in commands.indices {
            switch commands[index].opcodeByte {
            case Opcode.cfgiSTE.rawValue...Opcode.cfgiCD.rawValue + 1: sum &+= configuration ?? command
            case Opcode.atcInvalidate.rawValue: sum &+= addressTranslationCache ?? command
            default: sum &+= command
            }
        }
        return sum
    }
}
