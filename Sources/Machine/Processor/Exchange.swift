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

/// What tries to allocate came to.
@usableFromInline
package struct Exchange<Dependency: ProcessorDependency>: Sendable {
    @usableFromInline package enum Outcome: Sendable {
        /// The last try has replaced what it found.
        case succeeded
        /// What it found is not what it expected: the next is to expect that.
        case failed
        /// There is no space.
        case hasNoSpace
    }

    @usableFromInline package let outcome: Outcome
    /// What the last try found; where none was made, what the first was to expect.
    @usableFromInline package let found: Reading<UInt64, Dependency>
    @usableFromInline package let attempts: UInt32

    @inlinable package init(_ outcome: Outcome, found: Reading<UInt64, Dependency>, attempts: UInt32) {
        self.outcome = outcome
        self.found = found
        self.attempts = attempts
    }
}

extension Processor {
    @inlinable @inline(__always)
    package mutating func exchange64(
        _ word: Word64, from old: UInt64, by step: RingAdvance, _ ordering: UpdateOrdering, at site: Site
    ) -> Exchange<Dependency> {
        exchangeOnce(word, from: old, by: step, ordering, at: site)
    }

    /// One try, by the processor itself.
    @inlinable @inline(__always)
    package mutating func exchangeOnce(
        _ word: Word64, from old: UInt64, by step: RingAdvance, _ ordering: UpdateOrdering, at site: Site
    ) -> Exchange<Dependency> {
        guard let desired = step.next(old) else { return Exchange(.hasNoSpace, found: Reading(old, .none), attempts: 0) }
        let found = compareExchange64(word, expected: old, desired: desired, ordering, at: site)
        return Exchange(found.value == old ? .succeeded : .failed, found: found, attempts: 1)
    }
}
