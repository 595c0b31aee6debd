/// A device that the inline machine runs inside polls and doorbells.
@usableFromInline
package protocol InlineAgent {
    /// A processor has written the register.
    mutating func registerWritten(_ register: Register32, port: inout InlinePort)
    /// A processor is about to read the register.
    mutating func registerRead(_ register: Register32, port: inout InlinePort)
    /// A processor waits: one relax step or one delay step.
    mutating func polled(port: inout InlinePort)
}

/// The inline device's way to its registers and to memory.
@usableFromInline
package struct InlinePort: DevicePort {
    @usableFromInline let words: AtomicWords

    @usableFromInline
    init(words: AtomicWords) { self.words = words }

    @inlinable @inline(__always)
    package mutating func ownRegister(_ register: Register32, at site: Site) -> UInt32 {
        words.load32(register.word, .relaxed)
    }
    @inlinable @inline(__always)
    package mutating func setOwnRegister(_ register: Register32, _ value: UInt32, at site: Site) {
        words.store32(register.word, value, .relaxed)
    }
    @inlinable @inline(__always)
    package mutating func dmaRead64(_ word: Word64, at site: Site) -> UInt64 {
        words.load64(word, .relaxed)
    }
    @inlinable @inline(__always)
    package mutating func dmaWrite32(_ word: Word32, _ value: UInt32, at site: Site) {
        words.store32(word, value, .relaxed)
    }
    @inlinable @inline(__always)
    package mutating func dmaWrite64(_ word: Word64, _ value: UInt64, at site: Site) {
        words.store64(word, value, .relaxed)
    }
    @inlinable @inline(__always)
    package mutating func spend(nanoseconds: UInt64, at site: Site) {}
}
