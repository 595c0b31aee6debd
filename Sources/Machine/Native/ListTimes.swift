/// How lines come to a core that asks for many at once, in nanoseconds from one to the next: adjacent ones, as entries are in a ring.
package struct ListTimes: Sendable {
    /// Loads of lines that another core has written.
    package var readInterval = 0.0
    /// Stores, a word for each line, to lines of which another core has copies too.
    package var writeInterval = 0.0
}

extension ListTimes {
    /// As many as 63 commands and a CMD_SYNC fill.
    private static let lines = 16
    private static let rounds = 24

    /// Takes about a tenth of a millisecond.
    package static func measure() throws(NativeThreads.StartError) -> ListTimes {
        var plan = MemoryPlan()
        let first = plan.reserve(bytes: lines * MemoryPlan.lineSize, alignment: 4096)
        let turn = plan.reserve(bytes: 128).low
        let results = plan.reserve(bytes: rounds * Step.all.count * 8)
        let memory = MachineMemory(plan: plan)
        try NativeThreads.run(count: 2, pinned: true, onFailure: { memory.set(turn, to: .max) }) { thread in
            // The other thread has a core of its own, and answers soon.
            var processor = NativeProcessor(memory: memory, backoff: .yield(looks: 100_000))
            var asked: UInt32 = 0
            for round in 0..<rounds {
                for (number, step) in Step.all.enumerated() {
                    // The turn is given back with release, seen with acquire: each thread's accesses to the lines are over when the other begins.
                    if thread == 1 {
                        _ = processor.wait32(turn, at: .audit) { $0 >= asked + 1 }
                        step.prepare(first, on: &processor)
                        processor.store32(turn, asked + 2, .release, at: .audit)
                    } else {
                        step.bringCopies(first, on: &processor)
                        processor.store32(turn, asked + 1, .release, at: .audit)
                        _ = processor.wait32(turn, at: .audit) { $0 >= asked + 2 }
                        memory.set(results.advanced(by: round * Step.all.count + number), to: step.time(first, on: &processor))
                    }
                    asked += 2
                }
            }
        }
        func mean(_ number: Int) -> Double {
            (0..<rounds).map { memory.inspect(results.advanced(by: $0 * Step.all.count + number)) }.middleMean
        }
        // The first line takes a whole transfer.
        func interval(_ number: Int) -> Double { max(0, (mean(number + 1) - mean(number)) / Double(lines - 1)) }
        return ListTimes(readInterval: interval(0), writeInterval: interval(2))
    }

    private struct Step {
        let isWrite: Bool
        let lines: Int

        static let all = [false, true].flatMap { isWrite in [1, ListTimes.lines].map { Step(isWrite: isWrite, lines: $0) } }

        /// The other thread writes what will be read, and has a copy of what will be written.
        func prepare(_ first: Word64, on processor: inout NativeProcessor) {
            for line in 0..<lines {
                let word = first.advanced(by: line * 8)
                if isWrite { _ = processor.load64(word, .relaxed, at: .audit) } else { processor.store64(word, 0, .relaxed, at: .audit) }
            }
            processor.fence(.full, at: .audit)
        }

        func bringCopies(_ first: Word64, on processor: inout NativeProcessor) {
            guard isWrite else { return }
            for line in 0..<lines { _ = processor.load64(first.advanced(by: line * 8), .relaxed, at: .audit) }
        }

        /// Nanoseconds.
        func time(_ first: Word64, on processor: inout NativeProcessor) -> UInt64 {
            let began = monotonicNanoseconds()
            for line in 0..<lines {
                let word = first.advanced(by: line * 8)
                if isWrite { processor.store64(word, 0, .relaxed, at: .audit) } else { _ = processor.load64(word, .relaxed, at: .audit) }
            }
            // The stores have left the buffer, the loads are done.
            processor.fence(.full, at: .audit)
            return monotonicNanoseconds() - began
        }
    }
}
