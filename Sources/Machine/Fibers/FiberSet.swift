import CFiber

/// Fibers of one thread, numbered from 0, of which one at a time runs.
///
/// Fibers end by themselves, or are abandoned with the set: then nothing that they hold is released. Unsafe, and sound
/// because: whoever runs fibers holds the set until the last of them has ended or been abandoned.
package final class FiberSet {
    /// Switches between fibers; a value that may be kept where fibers find it.
    @usableFromInline
    package struct Switch: @unchecked Sendable {
        @usableFromInline let set: OpaquePointer

        @inlinable init(set: OpaquePointer) { self.set = set }

        /// Leaves the running fiber for another that has not ended, or for the one who made the set.
        @inlinable @inline(__always)
        package func callAsFunction(to fiber: Int32) { cfiber_switch(set, fiber) }

        /// The fiber will be switched to soon: a hint to the host's caches.
        @inlinable @inline(__always)
        package func prefetch(_ fiber: Int32) { cfiber_prefetch(set, fiber) }
    }

    /// In place of a fiber's number: the one who made the set.
    package static var caller: Int32 { -1 }

    package let `switch`: Switch
    private let count: Int
    private var body: (Int) -> Int32 = { _ in FiberSet.caller }

    /// Nil where there is no memory for so many stacks of `stackBytes` bytes each.
    package init?(count: Int, stackBytes: Int) {
        guard let set = cfiber_set_create(Int32(count), stackBytes) else { return nil }
        self.count = count
        `switch` = Switch(set: set)
    }

    deinit { cfiber_set_destroy(`switch`.set) }

    /// Each fiber runs `body` with its number when it is first switched to; `body` returns which fiber goes on after it, or `caller`.
    package func prepare(_ body: @escaping (Int) -> Int32) {
        self.body = body
        for fiber in 0..<count { restart(fiber) }
    }

    /// The fiber runs the same body again, from its start, when it is next switched to. If it has not ended it is abandoned:
    /// nothing that it holds is released. Not for the running fiber.
    package func restart(_ fiber: Int) {
        cfiber_prepare(
            `switch`.set, Int32(fiber),
            { argument, fiber in
                Unmanaged<FiberSet>.fromOpaque(argument!).takeUnretainedValue().body(Int(fiber))
            }, Unmanaged.passUnretained(self).toOpaque())
    }
}
