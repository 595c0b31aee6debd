/// How lines come to a core that asks for many at once, in nanoseconds from one to the next: the entries of a queue, which one core writes and another
/// reads, list by list around a ring.
package struct ListTimes: Sendable {
    /// Entries that another core has just written are read.
    package var readInterval = 0.0
    /// Entries are stored where another core has copies of the old ones.
    package var writeInterval = 0.0
}

extension ListTimes {
    /// Lines of a list: as many as 63 commands and a CMD_SYNC fill.
    private static let lines = 16
    /// A ring of 2^12 entries, as a queue has unless told otherwise: a core's first cache does not hold it.
    private static let lists = 64

    /// Takes about a fifth of a millisecond.
    package static func measure() throws(NativeThreads.StartError) -> ListTimes {
        var plan = MemoryPlan()
        let ring = plan.reserve(bytes: lists * lines * MemoryPlan.lineSize, alignment: 4096)
        let turn = plan.reserve(bytes: 128).low
        let results = [false, true].map { _ in [1, lines].map { _ in plan.reserve(bytes: lists * 8) } }
        let memory = MachineMemory(plan: plan)
        try NativeThreads.run(count: 2, pinned: true, onFailure: { memory.set(turn, to: .max) }) { thread in
            // The other thread has a core of its own, and answers soon.
            var processor = NativeProcessor(memory: memory, backoff: .yield(looks: 100_000))
            var visit: UInt32 = 0
            for (kind, count) in [1, lines].enumerated() {
                let entries = Array(repeating: UInt64(0), count: count * 8)
                // In the first time around the ring the lines are where nobody knows.
                for number in 0..<2 * lists {
                    // A turn is given with release and seen with acquire: one thread's accesses to the list are over when the other's begin.
                    _ = processor.wait32(turn, at: .audit) { $0 >= visit + UInt32(thread) }
                    let list = ring.advanced(by: number % lists * lines * 8)
                    let time = thread == 0 ? write(entries.span, to: list, on: &processor) : read(count, from: list, on: &processor)
                    memory.set(results[thread][kind].advanced(by: number % lists), to: time)
                    visit += 2
                    processor.store32(turn, thread == 0 ? visit - 1 : visit, .release, at: .audit)
                }
            }
        }
        func interval(_ thread: Int) -> Double {
            let means = results[thread].map { place in (0..<lists).map { memory.inspect(place.advanced(by: $0)) }.middleMean }
            // The first line takes a whole transfer.
            return max(0, (means[1] - means[0]) / Double(lines - 1))
        }
        return ListTimes(readInterval: interval(1), writeInterval: interval(0))
    }

    /// Nanoseconds.
    private static func write(_ entries: Span<UInt64>, to list: Word64, on processor: inout NativeProcessor) -> UInt64 {
        let began = monotonicNanoseconds()
        processor.storeEntries(entries, from: list, at: .audit, dependingOn: .none)
        // Full: the stores have left the buffer.
        processor.fence(.full, at: .audit)
        return monotonicNanoseconds() - began
    }

    /// Nanoseconds.
    private static func read(_ lines: Int, from list: Word64, on processor: inout NativeProcessor) -> UInt64 {
        let began = monotonicNanoseconds()
        for line in 1..<lines { processor.dmaPrefetch(list.advanced(by: line * 8), at: .audit) }
        for line in 0..<lines { _ = processor.load64(list.advanced(by: line * 8), .relaxed, at: .audit) }
        // Full: the loads are done.
        processor.fence(.full, at: .audit)
        return monotonicNanoseconds() - began
    }
}
