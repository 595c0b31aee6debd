/// One entry of a command queue: two little-endian 64-bit words, as the SMMU fetches them.
///
/// The words are the truth: a recorded command keeps every bit, known or not.
/// Source: Arm IHI 0070, section 4.1.
@usableFromInline
package struct Command: Hashable, Sendable, Codable, BitwiseCopyable {
    @usableFromInline package var word0: UInt64
    @usableFromInline package var word1: UInt64

    @inlinable package init(word0: UInt64, word1: UInt64) {
        self.word0 = word0
        self.word1 = word1
    }

    /// Bits 7:0 of word 0, whether or not they name a command.
    @inlinable package var opcodeByte: UInt8 { UInt8(truncatingIfNeeded: word0) }
}
