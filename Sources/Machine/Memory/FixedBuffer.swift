import CAtomicOps

/// A fixed number of elements at a fixed place, without bounds checks in release builds.
///
/// For the state of machines that simulate: many fibers change it in turn, which the exclusive access of arrays and
/// class properties does not allow across a switch. Unsafe, and sound because: whoever makes a buffer deallocates it
/// after the last use, one thread at a time uses it, and debug builds check every index.
@usableFromInline
package struct FixedBuffer<Element>: @unchecked Sendable {
    @usableFromInline let base: UnsafeMutablePointer<Element>
    @usableFromInline package let count: Int

    package init(count: Int, repeating element: Element) {
        self.count = count
        // At the start of a cache line: elements of whole lines then share none.
        base = UnsafeMutableRawPointer.allocate(
            byteCount: max(count, 1) * MemoryLayout<Element>.stride, alignment: max(64, MemoryLayout<Element>.alignment)
        ).bindMemory(to: Element.self, capacity: max(count, 1))
        base.initialize(repeating: element, count: count)
    }

    package func deallocate() {
        base.deinitialize(count: count)
        // As it was allocated: raw, with that alignment.
        UnsafeMutableRawPointer(base).deallocate()
    }
}

extension FixedBuffer {
    /// The elements will be used soon: a hint to the host's caches.
    @inlinable @inline(__always)
    package func prefetch(_ index: Int) {
        assert(index >= 0 && index < count)
        var address = UnsafeRawPointer(base + index)
        let end = UnsafeRawPointer(base + index + 1)
        while address < end {
            cao_prefetch_for_writing(address)
            address += 64
        }
    }

    // An address, not a copy: an element is changed in place, and read again after each switch of fibers.
    @inlinable
    package subscript(index: Int) -> Element {
        @inline(__always) unsafeAddress {
            assert(index >= 0 && index < count)
            return UnsafePointer(base + index)
        }
        @inline(__always) nonmutating unsafeMutableAddress {
            assert(index >= 0 && index < count)
            return base + index
        }
    }
}
