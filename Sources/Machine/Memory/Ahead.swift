import CAtomicOps

/// An element that will be read some time later: it is asked for when that time is near, a hint to the host's caches.
///
/// Unsafe, and sound because: nothing is ever read or written through it, so it may outlive the element.
@usableFromInline
package struct Ahead: @unchecked Sendable {
    @usableFromInline let address: UnsafeRawPointer?

    @inlinable
    init(address: UnsafeRawPointer?) { self.address = address }

    /// Nothing: a hint of no effect.
    package static var nothing: Ahead { Ahead(address: nil) }

    /// Nothing where there is no such element.
    @inlinable @inline(__always)
    package init<Element: BitwiseCopyable>(_ elements: Span<Element>, _ index: Int) {
        self.init(
            address: elements.withUnsafeBufferPointer { buffer in
                index < buffer.count ? buffer.baseAddress.map { UnsafeRawPointer($0 + index) } : nil
            })
    }

    @inlinable @inline(__always)
    package func prefetch() { cao_prefetch_for_reading(address) }
}
