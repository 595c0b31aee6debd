/// What waiting and sharing a core takes a thread, in nanoseconds.
package struct ThreadTimes: Sendable {
    /// The processor's spin-wait hint with a look at a word that hits.
    package var look = 0.0
    /// `sched_yield` where no other thread waits for the core.
    package var yield = 0.0
    /// The same where one does: until that one runs.
    package var contextSwitch = 0.0
}

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

    /// Two threads on one core, and one on each other core, that do nothing but look at the clock, for `milliseconds`.
    package static func measureTurns(milliseconds: Int) throws(NativeThreads.StartError) -> ThreadTurns {
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

    private static func time(_ count: Int, _ body: () -> Void) -> Double {
        let began = monotonicNanoseconds()
        for _ in 0..<count { body() }
        return Double(monotonicNanoseconds() - began) / Double(count)
    }
}
