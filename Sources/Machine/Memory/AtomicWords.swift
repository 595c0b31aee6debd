import CAtomicOps

/// Every access to real memory, through libatomic_ops: the only code that turns words into pointers.
///
/// Unsafe, and sound because: words come from a `MemoryPlan`, which hands out aligned places below the
/// memory's size, or are computed inside such a place; the owner of the memory outlives every copy of
/// this value (`MachineMemory` is held beside it); and all accesses are atomic. Debug builds check bounds.
@usableFromInline
package struct AtomicWords: @unchecked Sendable {
    @usableFromInline let base: UnsafeMutableRawPointer
    @usableFromInline package let byteCount: Int

    @usableFromInline
    init(base: UnsafeMutableRawPointer, byteCount: Int) {
        self.base = base
        self.byteCount = byteCount
    }

    @inlinable @inline(__always)
    func pointer(_ word: Word64) -> UnsafeMutablePointer<UInt64> {
        assert(word.offset >= 0 && word.offset + 8 <= byteCount && word.offset % 8 == 0)
        return (base + word.offset).assumingMemoryBound(to: UInt64.self)
    }

    @inlinable @inline(__always)
    func pointer(_ word: Word32) -> UnsafeMutablePointer<UInt32> {
        assert(word.offset >= 0 && word.offset + 4 <= byteCount && word.offset % 4 == 0)
        return (base + word.offset).assumingMemoryBound(to: UInt32.self)
    }
}

// Loads and stores
extension AtomicWords {
    @inlinable @inline(__always)
    package func load32(_ word: Word32, _ ordering: LoadOrdering) -> UInt32 {
        switch ordering {
        case .relaxed: cao_load32(pointer(word))
        case .acquire: cao_load32_acquire(pointer(word))
        }
    }

    @inlinable @inline(__always)
    package func load64(_ word: Word64, _ ordering: LoadOrdering) -> UInt64 {
        switch ordering {
        case .relaxed: cao_load64(pointer(word))
        case .acquire: cao_load64_acquire(pointer(word))
        }
    }

    @inlinable @inline(__always)
    package func store32(_ word: Word32, _ value: UInt32, _ ordering: StoreOrdering) {
        switch ordering {
        case .relaxed: cao_store32(pointer(word), value)
        case .release: cao_store32_release(pointer(word), value)
        }
    }

    @inlinable @inline(__always)
    package func store64(_ word: Word64, _ value: UInt64, _ ordering: StoreOrdering) {
        switch ordering {
        case .relaxed: cao_store64(pointer(word), value)
        case .release: cao_store64_release(pointer(word), value)
        }
    }

    /// Relaxed stores of all the entries' words, from `first` on.
    @inlinable @inline(__always)
    package func storeEntries<Entry: BitwiseCopyable>(_ entries: Span<Entry>, from first: Word64) {
        // Sound: the entries are bitwise-copyable and made of 64-bit words, so their bytes may be read
        // as such; the pointer does not leave the closure.
        assert(MemoryLayout<Entry>.stride % 8 == 0 && MemoryLayout<Entry>.alignment == 8)
        assert(first.offset + entries.count * MemoryLayout<Entry>.stride <= byteCount)
        entries.withUnsafeBytes { bytes in
            guard var source = bytes.baseAddress?.assumingMemoryBound(to: UInt64.self) else { return }
            var destination = pointer(first)
            var words = bytes.count &>> 3
            // The device has read these lines: asked for all at once, they come back at once.
            var ahead = 16
            while ahead <= words {
                cao_prefetch_for_writing(destination + ahead)
                ahead &+= 8
            }
            // Eight at a time: the stores are atomic, so the compiler neither unrolls nor joins them.
            // What is left goes by halves: a loop over it would be unrolled once more, at a cost.
            while words >= 8 {
                copy(4, from: source, to: destination)
                copy(4, from: source + 4, to: destination + 4)
                source += 8
                destination += 8
                words &-= 8
            }
            if words & 4 != 0 {
                copy(4, from: source, to: destination)
                source += 4
                destination += 4
            }
            if words & 2 != 0 {
                copy(2, from: source, to: destination)
                source += 2
                destination += 2
            }
            if words & 1 != 0 { cao_store64(destination, source[0]) }
        }
    }
}

// Hints
extension AtomicWords {
    @inlinable @inline(__always)
    package func prefetch(_ word: Word64) { cao_prefetch_for_reading(pointer(word)) }
}

/// Two or four words.
@inlinable @inline(__always)
func copy(_ count: Int, from source: UnsafePointer<UInt64>, to destination: UnsafeMutablePointer<UInt64>) {
    cao_store64(destination, source[0])
    cao_store64(destination + 1, source[1])
    if count == 4 {
        cao_store64(destination + 2, source[2])
        cao_store64(destination + 3, source[3])
    }
}

// Read-modify-writes and fences
extension AtomicWords {
    @inlinable @inline(__always)
    package func compareExchange32(_ word: Word32, expected: UInt32, desired: UInt32, _ ordering: UpdateOrdering) -> UInt32 {
        switch ordering {
        case .relaxed: cao_cas32(pointer(word), expected, desired)
        case .acquire: cao_cas32_acquire(pointer(word), expected, desired)
        case .release: cao_cas32_release(pointer(word), expected, desired)
        case .full: cao_cas32_full(pointer(word), expected, desired)
        }
    }

    @inlinable @inline(__always)
    package func compareExchange64(_ word: Word64, expected: UInt64, desired: UInt64, _ ordering: UpdateOrdering) -> UInt64 {
        switch ordering {
        case .relaxed: cao_cas64(pointer(word), expected, desired)
        case .acquire: cao_cas64_acquire(pointer(word), expected, desired)
        case .release: cao_cas64_release(pointer(word), expected, desired)
        case .full: cao_cas64_full(pointer(word), expected, desired)
        }
    }

    @inlinable @inline(__always)
    package func fetchAdd32(_ word: Word32, _ value: UInt32, _ ordering: UpdateOrdering) -> UInt32 {
        switch ordering {
        case .relaxed: cao_fetch_add32(pointer(word), value)
        case .acquire: cao_fetch_add32_acquire(pointer(word), value)
        case .release: cao_fetch_add32_release(pointer(word), value)
        case .full: cao_fetch_add32_full(pointer(word), value)
        }
    }

    @inlinable @inline(__always)
    package func fetchAdd64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering) -> UInt64 {
        switch ordering {
        case .relaxed: cao_fetch_add64(pointer(word), value)
        case .acquire: cao_fetch_add64_acquire(pointer(word), value)
        case .release: cao_fetch_add64_release(pointer(word), value)
        case .full: cao_fetch_add64_full(pointer(word), value)
        }
    }

    @inlinable @inline(__always)
    package func fetchAnd64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering) -> UInt64 {
        switch ordering {
        case .relaxed: cao_fetch_and64(pointer(word), value)
        case .acquire: cao_fetch_and64_acquire(pointer(word), value)
        case .release: cao_fetch_and64_release(pointer(word), value)
        case .full: cao_fetch_and64_full(pointer(word), value)
        }
    }

    @inlinable @inline(__always)
    package func xor64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering) {
        switch ordering {
        case .relaxed: cao_xor64(pointer(word), value)
        case .acquire: cao_xor64_acquire(pointer(word), value)
        case .release: cao_xor64_release(pointer(word), value)
        case .full: cao_xor64_full(pointer(word), value)
        }
    }

    @inlinable @inline(__always)
    package func fence(_ fence: Fence) {
        switch fence {
        case .dmaWrite: cao_fence_write()
        case .full: cao_fence_full()
        }
    }
}
