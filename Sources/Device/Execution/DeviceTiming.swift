/// How long the device takes, and when it writes CONS.
@usableFromInline
package struct DeviceTiming: Sendable, Equatable {
    /// Nanoseconds for a TLB, configuration or address-translation-cache invalidation, or any other command.
    @usableFromInline package var command: UInt64 = 0
    /// Nanoseconds for a CMD_SYNC.
    @usableFromInline package var sync: UInt64 = 0
    /// Nanoseconds for one fetch: up to `fetchEntries` entries, as far as the first CMD_SYNC.
    @usableFromInline package var fetch: UInt64 = 0
    /// CONS is written after so many entries, 1 or more, and besides before each completion, at each
    /// error and at the end of each turn: the architecture asks only that it be written in finite time.
    @usableFromInline package var consEvery: UInt32 = 16

    /// Entries that one fetch brings at most.
    @inlinable package static var fetchEntries: UInt32 { 16 }

    @inlinable package init() {}
}
