/// The 64-bit words of an array of entries, for machines that do not keep memory as bytes. `Entry` is made of 64-bit words only.
@usableFromInline
package func forEachWord<Entry: BitwiseCopyable>(of entries: Span<Entry>, _ body: (Int, UInt64) -> Void) {
    // Sound: the entries are bitwise-copyable and made of 64-bit words, so their bytes may be read as such.
    assert(MemoryLayout<Entry>.stride % 8 == 0 && MemoryLayout<Entry>.alignment == 8)
    entries.withUnsafeBytes { bytes in
        for word in 0..<(bytes.count >> 3) { body(word, bytes.load(fromByteOffset: word * 8, as: UInt64.self)) }
    }
}
