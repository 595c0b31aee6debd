/// Lays out machine memory: hands out places in it, from offset 0 upward.
///
/// The plan is made before the machine, so that the same places are known to every processor.
@usableFromInline
package struct MemoryPlan: Sendable {
    /// Bytes of a cache line, on the machines of the reference and here.
    package static let lineSize = 64

    /// How much has been handed out, in bytes.
    @usableFromInline package private(set) var byteCount = 0
    /// What must be in memory before anything runs; all else is zero.
    @usableFromInline package private(set) var initialValues: [(word: Word64, value: UInt64)] = []

    package init() {}

    /// A place of `bytes` bytes, aligned to `alignment`, a power of two of at least 8.
    package mutating func reserve(bytes: Int, alignment: Int = MemoryPlan.lineSize) -> Word64 {
        precondition(bytes >= 0 && alignment >= 8 && alignment & (alignment - 1) == 0)
        byteCount = (byteCount + alignment - 1) & ~(alignment - 1)
        defer { byteCount += bytes }
        return Word64(offset: byteCount)
    }

    /// A word that has a line of its own.
    package mutating func reserveLine() -> Word64 {
        reserve(bytes: Self.lineSize)
    }

    /// A register that has a line of its own.
    package mutating func reserveRegister() -> Register32 {
        Register32(word: reserveLine().low)
    }

    package mutating func setInitial(_ word: Word64, to value: UInt64) {
        initialValues.append((word, value))
    }
}
