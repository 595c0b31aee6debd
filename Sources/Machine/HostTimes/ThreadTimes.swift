/// What waiting and sharing a core takes a thread, in nanoseconds.
package struct ThreadTimes: Sendable {
    /// The processor's spin-wait hint with a look at a word that hits.
    package var look = 0.0
    /// `sched_yield` where no other thread waits for the core.
    package var yield = 0.0
    /// The same where one does: until that one runs.
    package var contextSwitch = 0.0
}

extension ThreadTimes {
    private static let yields = 200

    /// Takes about a millisecond.
    package static func measure() throws(NativeThreads.StartError) -> ThreadTimes {
        var plan = MemoryPlan()
        let word = plan.reserveLine().low
        let results = plan.reserve(bytes: 3 * 8)
        let ready = plan.reserveLine().low
        let memory = MachineMemory(plan: plan)
        let cores = NativeThreads.availableProcessors
        try NativeThreads.run(count: 1, pinned: true) { _ in
            var spinning = NativeProcessor(memory: memory, backoff: .spin)
            var yielding = NativeProcessor(memory: memory, backoff: .yield(looks: 1))
            var poll = Poll(timeout: .max)
            let look = time(1000) {
                _ = spinning.load32(word, .acquire, at: .audit)
                spinning.concede(&poll, at: .audit)
            }
            memory.set(results, to: look.bitPattern)
            memory.set(results.advanced(by: 1), to: time(yields) { yielding.concede(&poll, at: .audit) }.bitPattern)
        }
        // The last thread shares the first one's core; those between have nothing to do.
        try NativeThreads.run(count: cores + 1, pinned: true, onFailure: { memory.set(ready, to: 2) }) { thread in
            guard thread == 0 || thread == cores else { return }
            var processor = NativeProcessor(memory: memory, backoff: .yield(looks: 1))
            var poll = Poll(timeout: .max)
            _ = processor.fetchAdd32(ready, 1, .full, at: .audit)
            _ = processor.wait32(ready, at: .audit) { $0 >= 2 }
            let perYield = time(yields) { processor.concede(&poll, at: .audit) }
            if thread == 0 { memory.set(results.advanced(by: 2), to: (perYield / 2).bitPattern) }
        }
        func result(_ number: Int) -> Double { Double(bitPattern: memory.inspect(results.advanced(by: number))) }
        return ThreadTimes(look: result(0), yield: result(1), contextSwitch: result(2))
    }

    private static func time(_ count: Int, _ body: () -> Void) -> Double {
        let began = monotonicNanoseconds()
        for _ in 0..<count { body() }
        return Double(monotonicNanoseconds() - began) / Double(count)
    }
}
