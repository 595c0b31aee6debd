import Machine
import SMMUv3
import TestSupport
import Testing

/// A ring's pointers move on as the queue's geometry says: the step that a machine may repeat is told in numbers of its own.
struct RingAdvanceTests {
    @Test func movesAsTheGeometrySays() {
        let seed: UInt64 = 5
        var generator = SeededGenerator(seed: seed)
        var full = 0
        for _ in 0..<20_000 {
            let geometry = QueueGeometry(log2Entries: Int.random(in: 0...19, using: &generator))
            let count = UInt32.random(in: 1...64, using: &generator)
            let cons = UInt32.random(in: 0...geometry.pointerMask, using: &generator)
            let prod = geometry.advance(cons, by: UInt32.random(in: 0...geometry.entries, using: &generator))
            let flag: UInt32 = 1 << 31
            // The flag of an owner, set or not, is no part of the pointer.
            let old = UInt64(cons) << 32 | UInt64(prod | (Bool.random(using: &generator) ? flag : 0))
            let next = RingAdvance(by: count, entries: geometry.entries, flags: flag).next(old)
            if geometry.hasSpace(for: count, prod: prod, cons: cons) {
                #expect(next == UInt64(cons) << 32 | UInt64(geometry.advance(prod, by: count) | flag), "seed \(seed)")
            } else {
                full += 1
                #expect(next == nil, "seed \(seed)")
            }
        }
        #expect(full > 1000)
    }
}
