/// How fast a line goes to and fro between two cores that both want it for writing all the time.
package enum ContendedLine {
    private static let turns: UInt64 = 2000

    /// Nanoseconds from one core's turn to the other's; takes about a tenth of a millisecond.
    package static func measure() throws(NativeThreads.StartError) -> Double {
        var plan = MemoryPlan()
        let word = plan.reserveLine()
        let ready = plan.reserveLine().low
        let result = plan.reserveLine()
        let memory = MachineMemory(plan: plan)
        try NativeThreads.run(count: 2, pinned: true, onFailure: { memory.set(word, to: .max) }) { thread in
            var processor = NativeProcessor(memory: memory, backoff: .spin)
            // Relaxed: each turn's value is the only thing that goes from one to the other.
            _ = processor.fetchAdd32(ready, 1, .relaxed, at: .audit)
            while processor.load32(ready, .relaxed, at: .audit).value < 2, processor.load64(word, .relaxed, at: .audit).value != .max {}
            let began = monotonicNanoseconds()
            for turn in 0..<turns {
                let mine = turn * 2 + UInt64(thread)
                while true {
                    let found = processor.compareExchange64(word, expected: mine, desired: mine + 1, .relaxed, at: .audit).value
                    if found == mine || found == .max { break }
                }
            }
            if thread == 0 { memory.set(result, to: (Double(monotonicNanoseconds() - began) / Double(turns * 2)).bitPattern) }
        }
        return Double(bitPattern: memory.inspect(result))
    }
}
