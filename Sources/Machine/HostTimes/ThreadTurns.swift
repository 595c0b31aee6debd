/// What threads that never wait see of others, in nanoseconds.
package struct ThreadTurns: Sendable {
    /// How long a thread has its core while another one that is as busy waits for it.
    package var lengths: [Double] = []
    /// How often something else had a core meanwhile, a hypervisor or an interrupt, and for how long in all; of so much time that threads had one.
    package var interruptions = 0.0
    package var interrupted = 0.0
    package var time = 0.0

    /// Shorter ones change nothing: a thread that waits looks again and again for longer. Longer ones are another thread's turns.
    static let interruptions: ClosedRange<UInt64> = 2_000...100_000
}

extension ThreadTurns {
    /// Two threads on one core, and one on each other core, that do nothing but look at the clock, for `milliseconds`.
    package static func measure(milliseconds: Int) throws(NativeThreads.StartError) -> ThreadTurns {
        let most = 64
        let figures = 3
        var plan = MemoryPlan()
        let results = plan.reserve(bytes: (most + 1) * 8)
        let others = plan.reserve(bytes: (NativeThreads.availableProcessors + 1) * figures * 8)
        let ready = plan.reserveLine().low
        let memory = MachineMemory(plan: plan)
        let cores = NativeThreads.availableProcessors
        try NativeThreads.run(count: cores + 1, pinned: true, onFailure: { memory.set(ready, to: .max / 2) }) { thread in
            var processor = NativeProcessor(memory: memory, backoff: .yield(looks: 1))
            // Full and, in the wait, relaxed: only that all have begun matters, nothing is published by it.
            _ = processor.fetchAdd32(ready, 1, .full, at: .audit)
            _ = processor.wait32(ready, at: .audit) { $0 > UInt32(cores) }
            let end = monotonicNanoseconds() + UInt64(milliseconds) * 1_000_000
            var turnBegan: UInt64 = 0
            var last = monotonicNanoseconds()
            var count = 0
            var turns = ThreadTurns()
            while last < end {
                let now = monotonicNanoseconds()
                if ThreadTurns.interruptions.contains(now - last) {
                    turns.interruptions += 1
                    turns.interrupted += Double(now - last)
                }
                // Longer: another thread had the core.
                if now - last <= ThreadTurns.interruptions.upperBound {
                    turns.time += Double(now - last)
                } else {
                    if thread == 0, turnBegan > 0, count < most {
                        memory.set(results.advanced(by: 1 + count), to: Double(last - turnBegan).bitPattern)
                        count += 1
                    }
                    turnBegan = now
                }
                last = now
            }
            if thread == 0 { memory.set(results, to: UInt64(count)) }
            for (number, figure) in [turns.interruptions, turns.interrupted, turns.time].enumerated() {
                memory.set(others.advanced(by: thread * figures + number), to: figure.bitPattern)
            }
        }
        var turns = ThreadTurns()
        turns.lengths = (0..<Int(memory.inspect(results))).map { Double(bitPattern: memory.inspect(results.advanced(by: 1 + $0))) }
        for thread in 0...cores {
            func figure(_ number: Int) -> Double { Double(bitPattern: memory.inspect(others.advanced(by: thread * figures + number))) }
            turns.interruptions += figure(0)
            turns.interrupted += figure(1)
            turns.time += figure(2)
        }
        return turns
    }
}
