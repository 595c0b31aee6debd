/// Tells from the process's size after each scenario whether it grows.
///
/// Single sizes say little: an allocator keeps memory, a large ring comes and goes. What is left at the smallest of many scenarios is kept
/// by somebody, so the least of the latest ones is held against the least of the first ones.
struct GrowthWatch: Sendable {
    struct Bounds: Equatable, Sendable {
        /// Scenarios of which the least counts.
        var window = 20
        /// The first ones bring in what stays: code, recorded streams, the allocator's arenas.
        var ignored = 10
        var residentBytes = 64 << 20
        var threads = 8
    }

    let bounds: Bounds
    private var seen = 0
    private var first: [ProcessStatus.Size] = []
    private var latest: [ProcessStatus.Size] = []
    private(set) var largest = ProcessStatus.Size(residentBytes: 0, threads: 0)

    init(bounds: Bounds = Bounds()) { self.bounds = bounds }

    /// After a scenario; what has grown beyond its bound, in a line, or nil.
    mutating func add(_ size: ProcessStatus.Size) -> String? {
        seen += 1
        largest.residentBytes = max(largest.residentBytes, size.residentBytes)
        largest.threads = max(largest.threads, size.threads)
        guard seen > bounds.ignored else { return nil }
        if first.count < bounds.window {
            first.append(size)
            return nil
        }
        latest.append(size)
        if latest.count > bounds.window { latest.removeFirst() }
        guard latest.count == bounds.window, let growth else { return nil }
        if growth.residentBytes > bounds.residentBytes {
            return "resident memory has grown by \(growth.residentBytes >> 20) MiB within \(seen) scenarios, from \(least(first).residentBytes >> 20) MiB; up to \(bounds.residentBytes >> 20) MiB are allowed"
        }
        if growth.threads > bounds.threads {
            return "threads have grown by \(growth.threads) within \(seen) scenarios, from \(least(first).threads); up to \(bounds.threads) are allowed"
        }
        return nil
    }

    /// From the least of the first scenarios to the least of the latest; nil before there are enough of them.
    var growth: ProcessStatus.Size? {
        guard first.count == bounds.window, !latest.isEmpty else { return nil }
        let (before, now) = (least(first), least(latest))
        return ProcessStatus.Size(residentBytes: now.residentBytes - before.residentBytes, threads: now.threads - before.threads)
    }

    private func least(_ sizes: [ProcessStatus.Size]) -> ProcessStatus.Size {
        ProcessStatus.Size(
            residentBytes: sizes.map(\.residentBytes).min() ?? 0, threads: sizes.map(\.threads).min() ?? 0)
    }
}
