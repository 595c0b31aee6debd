import Machine

// Operations at which a producer can be preempted, and is not disturbed otherwise
extension DisturbedProcessor {
    mutating func load64(_ word: Word64, _ ordering: LoadOrdering, at site: Site, dependingOn dependency: Dependency) -> Reading64 {
        preempt(at: site)
        return base.load64(word, ordering, at: site, dependingOn: dependency)
    }
    mutating func store32(_ word: Word32, _ value: UInt32, _ ordering: StoreOrdering, at site: Site, dependingOn dependency: Dependency) {
        preempt(at: site)
        base.store32(word, value, ordering, at: site, dependingOn: dependency)
    }
    mutating func store64(_ word: Word64, _ value: UInt64, _ ordering: StoreOrdering, at site: Site, dependingOn dependency: Dependency) {
        preempt(at: site)
        base.store64(word, value, ordering, at: site, dependingOn: dependency)
    }
    mutating func compareExchange32(_ word: Word32, expected: UInt32, desired: UInt32, _ ordering: UpdateOrdering, at site: Site) -> Reading32 {
        preempt(at: site)
        return base.compareExchange32(word, expected: expected, desired: desired, ordering, at: site)
    }
    mutating func compareExchange64(_ word: Word64, expected: UInt64, desired: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        preempt(at: site)
        return base.compareExchange64(word, expected: expected, desired: desired, ordering, at: site)
    }
    mutating func fetchAdd64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        preempt(at: site)
        return base.fetchAdd64(word, value, ordering, at: site)
    }
    mutating func xor64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) {
        preempt(at: site)
        base.xor64(word, value, ordering, at: site)
    }
    mutating func wait32(_ word: Word32, at site: Site, until condition: (UInt32) -> Bool) -> Reading32 {
        preempt(at: site)
        return base.wait32(word, at: site, until: condition)
    }
    mutating func wait32(_ word: Word32, at site: Site, timeout: UInt64, until condition: (UInt32) -> Bool) -> Reading32? {
        preempt(at: site)
        return base.wait32(word, at: site, timeout: timeout, until: condition)
    }
    mutating func wait64(_ word: Word64, at site: Site, until condition: (UInt64) -> Bool) -> Reading64 {
        preempt(at: site)
        return base.wait64(word, at: site, until: condition)
    }
    mutating func wait64(_ word: Word64, at site: Site, timeout: UInt64, until condition: (UInt64) -> Bool) -> Reading64? {
        preempt(at: site)
        return base.wait64(word, at: site, timeout: timeout, until: condition)
    }
    mutating func waitBits64(_ word: Word64, mask: UInt64, expected: UInt64, at site: Site) -> Dependency {
        preempt(at: site)
        return base.waitBits64(word, mask: mask, expected: expected, at: site)
    }
}
