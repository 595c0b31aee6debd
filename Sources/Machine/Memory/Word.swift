/// A 32-bit word of machine memory, by its byte offset from the start of that memory; 4-aligned.
///
/// An address, not a pointer: it means the same on every machine, and only a machine's processors
/// can touch what it names.
@usableFromInline
package struct Word32: Hashable, Sendable, BitwiseCopyable {
    @usableFromInline package let offset: Int

    @inlinable package init(offset: Int) { self.offset = offset }
}

/// A 64-bit word of machine memory, by its byte offset; 8-aligned.
@usableFromInline
package struct Word64: Hashable, Sendable, BitwiseCopyable {
    @usableFromInline package let offset: Int

    @inlinable package init(offset: Int) { self.offset = offset }

    /// The half that holds bits 31:0. Memory is little endian.
    @inlinable package var low: Word32 { Word32(offset: offset) }
    /// The half that holds bits 63:32.
    @inlinable package var high: Word32 { Word32(offset: offset &+ 4) }

    /// The word `count` words further on.
    @inlinable package func advanced(by count: Int) -> Word64 { Word64(offset: offset &+ count &* 8) }
}

/// A 32-bit register of a device. Processors reach it by register accesses, its device by its own port.
@usableFromInline
package struct Register32: Hashable, Sendable, BitwiseCopyable {
    @usableFromInline package let word: Word32

    @inlinable package init(word: Word32) { self.word = word }
}
