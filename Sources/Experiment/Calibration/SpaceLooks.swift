import CommandQueue
import Machine

/// Shows the insertions of a producer full queues by chance, and takes their times from the look for space to the doorbell.
///
/// The producer gives its core away before each, or keeps it.
struct SpaceLooks {
    /// Nanoseconds of the insertions that found space, and of those that did not until they had read CONS.
    private(set) var found: [UInt64] = []
    private(set) var missed: [UInt64] = []
    private var isFull: UInt64 = 0
    private var began: UInt64 = 0
    private var random: UInt64 = 1
    private let givesCoreAway: Bool

    init(insertions: Int, givesCoreAway: Bool) {
        self.givesCoreAway = givesCoreAway
        found.reserveCapacity(insertions)
        missed.reserveCapacity(insertions)
    }

    /// A producer looks for space. Where it has just been given its core, it is as one that has waited for its CMD_SYNC.
    mutating func look(_ placement: QueuePlacement, on port: inout NativeProcessor) {
        // The second look of an insertion that has read CONS.
        guard isFull == 0 else { return }
        if givesCoreAway {
            var poll = Poll(timeout: .max)
            port.concede(&poll, at: .audit)
        }
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

/// What an insertion takes longer, in nanoseconds.
struct InsertionDelays {
    /// Where it finds no space, on a core that was given to it just before.
    var missing: Double
    /// Where it finds space, on a core that was given to it just before.
    var resumed: Double
}

extension SpaceLooks {
    /// Nil where there were too few insertions of a kind.
    ///
    /// The thread shares its core with one that does nothing but give it back, and then has it alone.
    static func measure(insertions: Int = 400) throws(NativeThreads.StartError) -> InsertionDelays? {
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
            let given = looks(insertions, givesCoreAway: true)
            processor.store32(ready, 3, .relaxed, at: .audit, dependingOn: .none)
            let kept = looks(insertions, givesCoreAway: false)
            // Read when all threads have been joined.
            memory.set(result, to: (given?.difference ?? .nan).bitPattern)
            memory.set(result.advanced(by: 1), to: (given.flatMap { one in kept.map { one.found.middleMean - $0.found.middleMean } } ?? .nan).bitPattern)
        }
        let delays = InsertionDelays(
            missing: Double(bitPattern: memory.inspect(result)), resumed: Double(bitPattern: memory.inspect(result.advanced(by: 1))))
        return delays.missing.isNaN || delays.resumed.isNaN ? nil : delays
    }

    private static func looks(_ insertions: Int, givesCoreAway: Bool) -> SpaceLooks? {
        let looks = try? PathTimes.run(
            batch: 1, insertions: insertions, hasDevice: false, spaceLooks: SpaceLooks(insertions: insertions, givesCoreAway: givesCoreAway)).looks
        guard let looks, looks.difference != nil else { return nil }
        return looks
    }
}
