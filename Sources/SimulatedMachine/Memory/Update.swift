import Machine

/// A read-modify-write as a value, so that it can be executed elsewhere and later than where it was asked for.
struct Update {
    enum Kind: UInt8 { case compareExchange32, compareExchange64, add32, add, and, exclusiveOr }

    var kind: Kind
    var operand: UInt64
    /// Of a compare-and-exchange.
    var expected: UInt64 = 0

    var mayFail: Bool { kind == .compareExchange32 || kind == .compareExchange64 }

    /// What the word holds, where that is not what a compare-and-exchange expects; nil where it is.
    func failure(on words: AtomicWords, at offset: Int) -> UInt64? {
        let found = kind == .compareExchange32
            ? UInt64(words.load32(Word32(offset: offset), .relaxed)) : words.load64(Word64(offset: offset), .relaxed)
        return found == expected ? nil : found
    }

    /// Executes it on the word at `offset`; returns what the word held.
    @inline(__always)
    func apply(to words: AtomicWords, at offset: Int) -> UInt64 {
        switch kind {
        case .compareExchange32:
            let word = Word32(offset: offset)
            let old = words.load32(word, .relaxed)
            if old == UInt32(truncatingIfNeeded: expected) { words.store32(word, UInt32(truncatingIfNeeded: operand), .relaxed) }
            return UInt64(old)
        case .compareExchange64:
            let word = Word64(offset: offset)
            let old = words.load64(word, .relaxed)
            if old == expected { words.store64(word, operand, .relaxed) }
            return old
        case .add32:
            let word = Word32(offset: offset)
            let old = words.load32(word, .relaxed)
            words.store32(word, old &+ UInt32(truncatingIfNeeded: operand), .relaxed)
            return UInt64(old)
        case .add:
            let word = Word64(offset: offset)
            let old = words.load64(word, .relaxed)
            words.store64(word, old &+ operand, .relaxed)
            return old
        case .and:
            let word = Word64(offset: offset)
            let old = words.load64(word, .relaxed)
            words.store64(word, old & operand, .relaxed)
            return old
        case .exclusiveOr:
            let word = Word64(offset: offset)
            let old = words.load64(word, .relaxed)
            words.store64(word, old ^ operand, .relaxed)
            return old
        }
    }
}
