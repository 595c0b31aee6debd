/// A processor on real memory: what the native and the inline machine have in common.
///
/// Memory operations compile to the library's instruction and nothing else: sites and dependencies are
/// not used, orderings are constants where the algorithm names them.
@usableFromInline
package protocol WordProcessor: Processor where Dependency == UntrackedDependency {
    var words: AtomicWords { get }
    /// One step between two looks of a wait that has no timeout.
    mutating func pauseUntimed(_ poll: inout Poll, at site: Site)
}

// Memory
extension WordProcessor {
    @inlinable @inline(__always)
    package mutating func load32(_ word: Word32, _ ordering: LoadOrdering, at site: Site, dependingOn dependency: Dependency) -> Reading32 {
        Reading(words.load32(word, ordering), .none)
    }
    @inlinable @inline(__always)
    package mutating func load64(_ word: Word64, _ ordering: LoadOrdering, at site: Site, dependingOn dependency: Dependency) -> Reading64 {
        Reading(words.load64(word, ordering), .none)
    }
    @inlinable @inline(__always)
    package mutating func store32(_ word: Word32, _ value: UInt32, _ ordering: StoreOrdering, at site: Site, dependingOn dependency: Dependency) {
        words.store32(word, value, ordering)
    }
    @inlinable @inline(__always)
    package mutating func store64(_ word: Word64, _ value: UInt64, _ ordering: StoreOrdering, at site: Site, dependingOn dependency: Dependency) {
        words.store64(word, value, ordering)
    }
    @inlinable @inline(__always)
    package mutating func storeEntries<Entry: BitwiseCopyable>(_ entries: Span<Entry>, from first: Word64, at site: Site, dependingOn dependency: Dependency) {
        words.storeEntries(entries, from: first)
    }
    @inlinable @inline(__always)
    package mutating func compareExchange32(_ word: Word32, expected: UInt32, desired: UInt32, _ ordering: UpdateOrdering, at site: Site) -> Reading32 {
        Reading(words.compareExchange32(word, expected: expected, desired: desired, ordering), .none)
    }
    @inlinable @inline(__always)
    package mutating func compareExchange64(_ word: Word64, expected: UInt64, desired: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        Reading(words.compareExchange64(word, expected: expected, desired: desired, ordering), .none)
    }
    @inlinable @inline(__always)
    package mutating func fetchAdd32(_ word: Word32, _ value: UInt32, _ ordering: UpdateOrdering, at site: Site) -> Reading32 {
        Reading(words.fetchAdd32(word, value, ordering), .none)
    }
    @inlinable @inline(__always)
    package mutating func fetchAdd64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        Reading(words.fetchAdd64(word, value, ordering), .none)
    }
    @inlinable @inline(__always)
    package mutating func fetchAnd64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        Reading(words.fetchAnd64(word, value, ordering), .none)
    }
    @inlinable @inline(__always)
    package mutating func xor64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) {
        words.xor64(word, value, ordering)
    }
    @inlinable @inline(__always)
    package mutating func fence(_ fence: Fence, at site: Site) {
        words.fence(fence)
    }
}

// Waiting. The first look comes before anything else is set up: mostly it is the last.
extension WordProcessor {
    @inlinable @inline(__always)
    package mutating func wait32(_ word: Word32, at site: Site, until condition: (UInt32) -> Bool) -> Reading32 {
        var value = words.load32(word, .relaxed)
        guard !condition(value) else { return Reading(value, .none) }
        var poll = Poll(timeout: .max)
        repeat {
            pauseUntimed(&poll, at: site)
            value = words.load32(word, .relaxed)
        } while !condition(value)
        return Reading(value, .none)
    }
    @inlinable @inline(__always)
    package mutating func wait64(_ word: Word64, at site: Site, until condition: (UInt64) -> Bool) -> Reading64 {
        var value = words.load64(word, .relaxed)
        guard !condition(value) else { return Reading(value, .none) }
        var poll = Poll(timeout: .max)
        repeat {
            pauseUntimed(&poll, at: site)
            value = words.load64(word, .relaxed)
        } while !condition(value)
        return Reading(value, .none)
    }
    @inlinable @inline(__always)
    package mutating func wait32(_ word: Word32, at site: Site, timeout: UInt64, until condition: (UInt32) -> Bool) -> Reading32? {
        var value = words.load32(word, .relaxed)
        guard !condition(value) else { return Reading(value, .none) }
        var poll = Poll(timeout: timeout)
        while self.poll(&poll, at: site) {
            value = words.load32(word, .relaxed)
            if condition(value) { return Reading(value, .none) }
        }
        return nil
    }
    @inlinable @inline(__always)
    package mutating func wait64(_ word: Word64, at site: Site, timeout: UInt64, until condition: (UInt64) -> Bool) -> Reading64? {
        var value = words.load64(word, .relaxed)
        guard !condition(value) else { return Reading(value, .none) }
        var poll = Poll(timeout: timeout)
        while self.poll(&poll, at: site) {
            value = words.load64(word, .relaxed)
            if condition(value) { return Reading(value, .none) }
        }
        return nil
    }
}
