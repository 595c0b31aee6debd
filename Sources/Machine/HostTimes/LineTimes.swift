/// What moving a line between two cores takes, in nanoseconds, as two threads on two cores measured it.
package struct LineTimes: Sendable {
    /// A load of a line that the other core has written; each waits for the one before.
    package var read = 0.0
    /// The same where none waits for another: from one line to the next.
    package var readInterval = 0.0
    /// A load of a line that this core has written and the other has read since; each waits for the one before. Near `loadHit` both
    /// have a copy, near `read` the other core's read has taken the line.
    package var readAgain = 0.0
    /// A read-modify-write of a line that the core holds.
    package var atomicHit = 0.0
    /// A load that hits; each waits for the one before.
    package var loadHit = 0.0
}

extension LineTimes {
    private static let rounds = 12
    private static let figures = 5
    /// What the other thread is asked for in a round, and each takes two values of the turn.
    private static let steps = 3

    /// Takes about a millisecond. Of the rounds the median counts.
    package static func measure() throws(NativeThreads.StartError) -> LineTimes {
        var plan = MemoryPlan()
        let places = LineWalk(&plan)
        let turn = plan.reserve(bytes: 128).low
        let results = plan.reserve(bytes: rounds * figures * 8)
        let memory = MachineMemory(plan: plan)
        try NativeThreads.run(count: 2, pinned: true, onFailure: { memory.set(turn, to: .max) }) { thread in
            // The other thread has a core of its own, and answers soon.
            var processor = NativeProcessor(memory: memory, backoff: .yield(looks: 100_000))
            for round in 0..<rounds {
                if thread == 1 {
                    answer(places, turn, UInt32(round * steps * 2), on: &processor)
                } else {
                    for (number, time) in ask(places, turn, UInt32(round * steps * 2), on: &processor).enumerated() {
                        memory.set(results.advanced(by: round * figures + number), to: time.bitPattern)
                    }
                }
            }
        }
        func median(_ number: Int) -> Double {
            (0..<rounds).map { Double(bitPattern: memory.inspect(results.advanced(by: $0 * figures + number))) }.sorted()[rounds / 2]
        }
        let read = median(0)
        // The first line takes a whole transfer.
        let readInterval = max(0, (median(1) * Double(LineWalk.count) - read) / Double(LineWalk.count - 1))
        return LineTimes(read: read, readInterval: readInterval, readAgain: median(4), atomicHit: median(2), loadHit: median(3))
    }

    /// The thread that measures: each step waits for the other thread to have prepared it.
    private static func ask(
        _ places: LineWalk, _ turn: Word32, _ base: UInt32, on processor: inout NativeProcessor
    ) -> [Double] {
        // A turn is given with release and seen with acquire: else the other thread's accesses to the lines might not be over when these begin.
        func prepare(_ step: UInt32) {
            processor.store32(turn, base + step * 2 + 1, .release, at: .audit)
            _ = processor.wait32(turn, at: .audit) { $0 >= base + step * 2 + 2 }
        }
        func perLine(_ body: (inout NativeProcessor) -> Void) -> Double {
            let began = monotonicNanoseconds()
            body(&processor)
            return Double(monotonicNanoseconds() - began) / Double(LineWalk.count)
        }
        prepare(0)
        let read = perLine { places.readInTurn(on: &$0) }
        prepare(1)
        let readAhead = perLine { places.readAhead(on: &$0) }
        let atomicHit = perLine { places.add(on: &$0) }
        places.readInTurn(on: &processor)
        let loadHit = perLine { places.readInTurn(on: &$0) }
        places.clear(on: &processor)
        prepare(2)
        let readAgain = perLine { places.readInTurn(on: &$0) }
        return [read, readAhead, atomicHit, loadHit, readAgain]
    }

    private static func answer(
        _ places: LineWalk, _ turn: Word32, _ base: UInt32, on processor: inout NativeProcessor
    ) {
        for step in 0..<UInt32(steps) {
            _ = processor.wait32(turn, at: .audit) { $0 >= base + step * 2 + 1 }
            if step == 2 { places.readInTurn(on: &processor) } else { places.clear(on: &processor) }
            processor.fence(.full, at: .audit)
            processor.store32(turn, base + step * 2 + 2, .release, at: .audit)
        }
    }
}

/// Lines in an order that no prefetcher foresees, four lines apart.
private struct LineWalk: Sendable {
    static let count = 64
    private static let words = 32

    private let first: Word64
    private let order: [Int]

    init(_ plan: inout MemoryPlan) {
        first = plan.reserve(bytes: Self.count * Self.words * 8, alignment: 4096)
        var order = Array(0..<Self.count)
        // A linear congruential generator (Knuth, MMIX) shuffles: the same order each time.
        var state: UInt64 = 1
        for index in order.indices.reversed() {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            order.swapAt(index, Int((state >> 33) % UInt64(index + 1)))
        }
        self.order = order
    }

    private func place(_ step: Int) -> Word64 { first.advanced(by: order[step] * Self.words) }

    /// Each place read says, by the even number in it, where the next one is.
    func readInTurn(on processor: inout NativeProcessor) {
        var offset = 0
        for step in 0..<Self.count {
            offset = Int(truncatingIfNeeded: processor.load64(place(step).advanced(by: offset), .relaxed, at: .audit).value & 1)
        }
    }

    func readAhead(on processor: inout NativeProcessor) {
        for step in 0..<Self.count { _ = processor.load64(place(step), .relaxed, at: .audit) }
    }

    func clear(on processor: inout NativeProcessor) {
        for step in 0..<Self.count { processor.store64(place(step), 0, .relaxed, at: .audit) }
    }

    func add(on processor: inout NativeProcessor) {
        for step in 0..<Self.count { _ = processor.fetchAdd64(place(step), 2, .full, at: .audit) }
    }
}
