/// What an allocation makes of a word with a ring's two pointers: the producers' in the low half moves on, as long as the consumer's in
/// the high half leaves space. A value, so that a machine can go on trying on behalf of a processor that waits.
@usableFromInline
package struct RingAdvance: Sendable, BitwiseCopyable {
    @usableFromInline let count: UInt32
    @usableFromInline let entries: UInt32
    @usableFromInline let flags: UInt32

    /// By `count` entries of a ring of `entries`, a power of two; the new pointer has `flags` set, of the bits above its wrap bit, and no others.
    @inlinable
    package init(by count: UInt32, entries: UInt32, flags: UInt32) {
        self.count = count
        self.entries = entries
        self.flags = flags
    }

    /// What is to replace `pointers`; nil where there is no space.
    @inlinable @inline(__always)
    package func next(_ pointers: UInt64) -> UInt64? {
        let (prod, cons) = (UInt32(truncatingIfNeeded: pointers), UInt32(truncatingIfNeeded: pointers >> 32))
        let pointerMask = (entries << 1) &- 1
        guard (prod &- cons) & pointerMask &+ count <= entries else { return nil }
        return pointers & ~0xffff_ffff | UInt64((prod &+ count) & pointerMask | flags)
    }
}

/// What a compare-and-swap loop came to.
@usableFromInline
package struct Exchange<Dependency: ProcessorDependency>: Sendable {
    /// What the last try found; where none was made, what the loop began with.
    @usableFromInline package let found: Reading<UInt64, Dependency>
    @usableFromInline package let attempts: UInt32
    /// The last try has replaced it. Else there is no space.
    @usableFromInline package let hasSucceeded: Bool

    @inlinable package init(found: Reading<UInt64, Dependency>, attempts: UInt32, hasSucceeded: Bool) {
        self.found = found
        self.attempts = attempts
        self.hasSucceeded = hasSucceeded
    }
}

extension Processor {
    @inlinable @inline(__always)
    package mutating func exchange64(
        _ word: Word64, from old: UInt64, by step: RingAdvance, _ ordering: UpdateOrdering, at site: Site
    ) -> Exchange<Dependency> {
        exchangeInTurn(word, from: Reading(old, .none), by: step, ordering, at: site)
    }

    /// Try after try by the processor itself.
    @inlinable @inline(__always)
    package mutating func exchangeInTurn(
        _ word: Word64, from old: Reading64, by step: RingAdvance, _ ordering: UpdateOrdering, at site: Site
    ) -> Exchange<Dependency> {
        var old = old
        var attempts: UInt32 = 0
        while let desired = step.next(old.value) {
            let found = compareExchange64(word, expected: old.value, desired: desired, ordering, at: site)
            attempts &+= 1
            if found.value == old.value { return Exchange(found: found, attempts: attempts, hasSucceeded: true) }
            old = found
        }
        return Exchange(found: old, attempts: attempts, hasSucceeded: false)
    }
}
