/// Real memory for the machines that run on it: zeroed, aligned to a page, of fixed size.
///
/// Its words are touched through `AtomicWords` only, by every thread alike. Whoever holds an
/// `AtomicWords` of it holds the memory too.
@usableFromInline
package final class MachineMemory: Sendable {
    @usableFromInline package let words: AtomicWords

    package init(plan: MemoryPlan) {
        let byteCount = max(plan.byteCount, MemoryPlan.lineSize)
        let base = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 4096)
        // Zeroing also brings the pages in, so that no page fault falls into a measurement.
        base.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        words = AtomicWords(base: base, byteCount: byteCount)
        for (word, value) in plan.initialValues {
            words.store64(word, value, .release)
        }
    }

    deinit { words.base.deallocate() }

    // From outside the machine, for set-up and inspection.

    package func inspect(_ word: Word64) -> UInt64 { words.load64(word, .acquire) }
    package func inspect(_ word: Word32) -> UInt32 { words.load32(word, .acquire) }
    package func inspect(_ register: Register32) -> UInt32 { inspect(register.word) }
    package func set(_ word: Word64, to value: UInt64) { words.store64(word, value, .release) }
    package func set(_ word: Word32, to value: UInt32) { words.store32(word, value, .release) }
    package func set(_ register: Register32, to value: UInt32) { set(register.word, to: value) }
}

extension MachineMemory {
    /// Reads the byte behind the memory: a fault, for the address sanitizer to find. Without it the byte is the allocator's own, or unused.
    @inline(never)
    package func readBehind() {
        let value = (words.base + words.byteCount).load(as: UInt8.self)
        // So that the read is made.
        set(Word32(offset: words.byteCount - 4), to: UInt32(value))
    }
}
