import CommandQueue
import Machine

/// Shows the insertions of a producer full queues by chance, and takes their times from the look for space to the doorbell.
struct SpaceLooks {
    /// Nanoseconds of the insertions that found space, and of those that did not until they had read CONS.
    private(set) var found: [UInt64] = []
    private(set) var missed: [UInt64] = []
    private var isFull: UInt64 = 0
    private var began: UInt64 = 0
    private var random: UInt64 = 1

    init(insertions: Int) {
        found.reserveCapacity(insertions)
        missed.reserveCapacity(insertions)
    }

    /// A producer looks for space. It has just been given its core, as one that has waited for its CMD_SYNC.
    mutating func look(_ placement: QueuePlacement, on port: inout NativeProcessor) {
        // The second look of an insertion that has read CONS.
        guard isFull == 0 else { return }
        var poll = Poll(timeout: .max)
        port.concede(&poll, at: .audit)
        // A linear congruential generator (Knuth, MMIX).
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        // One in four, without branches: the processor does not know what comes before the producer finds out.
        isFull = (random >> 63) & (random >> 62)
        // Relaxed: no other thread knows of the words.
        let pointers = port.words.load64(placement.pointers, .relaxed)
        let prod = UInt32(truncatingIfNeeded: pointers)
        let full = UInt64(placement.geometry.advance(prod, by: placement.geometry.entries)) << 32 | UInt64(prod)
        port.words.store64(placement.pointers, pointers ^ (isFull &* (pointers ^ full)), .relaxed)
        began = port.clock()
    }

    /// The doorbell: the insertion's time is over.
    mutating func inserted(at time: UInt64) {
        if isFull == 0 { found.append(time &- began) } else { missed.append(time &- began) }
        isFull = 0
    }

    /// What an insertion takes longer that finds no space; nil where there are too few of a kind.
    var difference: Double? {
        guard found.count >= 4, missed.count >= 4 else { return nil }
        return missed.middleMean - found.middleMean
    }
}

extension SpaceLooks {
    /// What an insertion takes longer that finds no space, in nanoseconds; nil where there were too few of a kind.
    ///
    /// The thread shares its core with one that does nothing but give it back.
    static func measure(insertions: Int = 400) throws(NativeThreads.StartError) -> Double? {
        var plan = MemoryPlan()
        let (ready, result) = (plan.reserveLine().low, plan.reserveLine())
        let memory = MachineMemory(plan: plan)
        let cores = NativeThreads.availableProcessors
        try NativeThreads.run(count: cores + 1, pinned: true, onFailure: { memory.set(ready, to: 3) }) { thread in
            guard thread == 0 || thread == cores else { return }
            var processor = NativeProcessor(memory: memory, backoff: .yield(looks: 1))
            // The count says only that both have begun, and at 3 that the other is done: it publishes nothing but itself.
            _ = processor.fetchAdd32(ready, 1, .full, at: .audit)
            _ = processor.wait32(ready, at: .audit) { $0 >= 2 }
            if thread == cores {
                var poll = Poll(timeout: .max)
                while processor.load32(ready, .relaxed, at: .audit).value < 3 { processor.concede(&poll, at: .audit) }
                return
            }
            let looks = try? PathTimes.run(
                batch: 1, insertions: insertions, hasDevice: false, spaceLooks: SpaceLooks(insertions: insertions)).looks
            // Read when all threads have been joined.
            memory.set(result, to: (looks?.difference ?? .nan).bitPattern)
            processor.store32(ready, 3, .relaxed, at: .audit, dependingOn: .none)
        }
        let difference = Double(bitPattern: memory.inspect(result))
        return difference.isNaN ? nil : difference
    }
}
