/// Lines that a core writes one after the other, as the entries of a queue, and of which another core has copies.
package enum StoredLines {
    /// As many as 63 commands and a CMD_SYNC fill.
    private static let count = 16
    private static let rounds = 24

    /// Nanoseconds from one line to the next, a word stored in each; takes about a tenth of a millisecond.
    package static func measure() throws(NativeThreads.StartError) -> Double {
        var plan = MemoryPlan()
        let first = plan.reserve(bytes: count * MemoryPlan.lineSize, alignment: 4096)
        let turn = plan.reserve(bytes: 128).low
        // By turns one line and all of them.
        let results = plan.reserve(bytes: 2 * rounds * 8)
        let memory = MachineMemory(plan: plan)
        try NativeThreads.run(count: 2, pinned: true, onFailure: { memory.set(turn, to: .max) }) { thread in
            // The other thread has a core of its own, and answers soon.
            var processor = NativeProcessor(memory: memory, backoff: .yield(looks: 100_000))
            // The lines' own accesses are relaxed: nothing is said by their values, and the fences and turns order them.
            for visit in 0..<2 * rounds {
                let lines = visit % 2 == 0 ? 1 : count
                let asked = UInt32(visit * 2)
                // A turn is given with release and seen with acquire: else one thread's accesses to the lines might not be over when the other's begin.
                if thread == 0 {
                    readAll(lines, from: first, on: &processor)
                    processor.store32(turn, asked + 1, .release, at: .audit)
                    _ = processor.wait32(turn, at: .audit) { $0 >= asked + 2 }
                    let began = monotonicNanoseconds()
                    for line in 0..<lines { processor.store64(first.advanced(by: line * 8), 0, .relaxed, at: .audit) }
                    // Full: else the time would be over while stores are still in the buffer.
                    processor.fence(.full, at: .audit)
                    memory.set(results.advanced(by: visit), to: monotonicNanoseconds() - began)
                } else {
                    _ = processor.wait32(turn, at: .audit) { $0 >= asked + 1 }
                    readAll(lines, from: first, on: &processor)
                    processor.store32(turn, asked + 2, .release, at: .audit)
                }
            }
        }
        func mean(_ first: Int) -> Double { stride(from: first, to: 2 * rounds, by: 2).map { memory.inspect(results.advanced(by: $0)) }.middleMean }
        // The first line takes a whole transfer.
        return max(0, (mean(1) - mean(0)) / Double(count - 1))
    }

    private static func readAll(_ lines: Int, from first: Word64, on processor: inout NativeProcessor) {
        for line in 0..<lines { _ = processor.load64(first.advanced(by: line * 8), .relaxed, at: .audit) }
        // Full: else the turn might be given before the copies are there.
        processor.fence(.full, at: .audit)
    }
}
