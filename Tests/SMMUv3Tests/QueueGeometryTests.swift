import TestSupport
import Testing

import SMMUv3

/// Against a model that counts entries without bounds: `produced` and `consumed` since the start.
@Suite struct QueueGeometryTests {
    /// A pointer to the `count`-th entry, with noise above the wrap bit.
    private func pointer(_ count: UInt64, _ log2: Int, noise: UInt32 = 0) -> UInt32 {
        let span: UInt64 = 2 << UInt64(log2)
        return UInt32(count % span) | noise & ~UInt32(span - 1)
    }

    @Test(arguments: 0...19) func sizes(log2: Int) {
        let queue = QueueGeometry(log2Entries: log2)
        #expect(queue.log2Entries == UInt32(log2))
        #expect(queue.entries == 1 << log2)
        #expect(queue.wrapBit == queue.entries)
        #expect(queue.indexMask == queue.entries - 1)
        #expect(queue.pointerMask == 2 * queue.entries - 1)
        #expect(QueueGeometry.supportedLog2Entries.contains(log2))
    }

    @Test(arguments: 0...19, seeds) func followsTheModel(log2: Int, seed: UInt64) {
        let queue = QueueGeometry(log2Entries: log2)
        let entries = UInt64(queue.entries)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let consumed = random.next() % (8 * entries + 3)
            let produced = consumed + random.next() % (entries + 1)
            let prod = pointer(produced, log2, noise: UInt32(truncatingIfNeeded: random.next()))
            let cons = pointer(consumed, log2, noise: UInt32(truncatingIfNeeded: random.next()))
            let used = produced - consumed

            #expect(UInt64(queue.index(prod)) == produced % entries)
            #expect(queue.isWrapped(prod) == ((produced / entries) % 2 == 1))
            #expect(UInt64(queue.occupancy(prod: prod, cons: cons)) == used)
            #expect(UInt64(queue.distance(from: cons, to: prod)) == used)
            #expect(UInt64(queue.space(prod: prod, cons: cons)) == entries - used)
            #expect(queue.isEmpty(prod: prod, cons: cons) == (used == 0))
            #expect(queue.isFull(prod: prod, cons: cons) == (used == entries))

            let asked = random.next() % (entries + 2)
            #expect(queue.hasSpace(for: UInt32(asked), prod: prod, cons: cons) == (used + asked <= entries))

            // A slot from a queue's length behind CONS up to just before a queue's length ahead of it.
            let slot = consumed + 2 * entries - 1 - random.next() % (2 * entries)
            if slot >= entries {
                #expect(queue.isConsumed(pointer(slot - entries, log2), cons: cons) == (slot - entries < consumed))
            }
        }
    }

    @Test(arguments: 0...19, seeds) func advanceKeepsTheBitsAboveTheWrapBit(log2: Int, seed: UInt64) {
        let queue = QueueGeometry(log2Entries: log2)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let start = random.next() % (6 * UInt64(queue.entries))
            let step = random.next() % (UInt64(queue.entries) + 1)
            let noise = UInt32(truncatingIfNeeded: random.next())
            let moved = queue.advance(pointer(start, log2, noise: noise), by: UInt32(step))
            #expect(moved == pointer(start + step, log2, noise: noise))
        }
    }

    @Test(arguments: 0...19) func wrapsAtTheEnd(log2: Int) {
        let queue = QueueGeometry(log2Entries: log2)
        let owned: UInt32 = 1 << 31
        let last = queue.entries - 1
        #expect(queue.advance(last | owned, by: 1) == queue.wrapBit | owned)
        #expect(queue.advance((queue.wrapBit | last) | owned, by: 1) == owned)
        #expect(queue.advance(0, by: queue.entries) == queue.wrapBit)
        #expect(queue.isFull(prod: queue.wrapBit, cons: 0))
        #expect(!queue.isEmpty(prod: queue.wrapBit, cons: 0))
        #expect(queue.space(prod: queue.wrapBit, cons: 0) == 0)
        #expect(!queue.hasSpace(for: 1, prod: queue.wrapBit, cons: 0))
        #expect(queue.hasSpace(for: 0, prod: queue.wrapBit, cons: 0))
    }

    /// Every pair of pointers of small queues, against the driver's predicates on index and wrap bit.
    @Test(arguments: 0...5) func agreesWithThePredicatesOfTheDriver(log2: Int) {
        let queue = QueueGeometry(log2Entries: log2)
        for prod in 0...queue.pointerMask {
            for cons in 0...queue.pointerMask {
                let sameLap = queue.isWrapped(prod) == queue.isWrapped(cons)
                let (prodIndex, consIndex) = (queue.index(prod), queue.index(cons))
                #expect(queue.isFull(prod: prod, cons: cons) == (prodIndex == consIndex && !sameLap))
                #expect(queue.isEmpty(prod: prod, cons: cons) == (prodIndex == consIndex && sameLap))
                #expect(
                    queue.isConsumed(prod, cons: cons)
                        == (sameLap ? consIndex > prodIndex : consIndex <= prodIndex))
                let consistent = sameLap ? prodIndex >= consIndex : prodIndex <= consIndex
                #expect((queue.occupancy(prod: prod, cons: cons) <= queue.entries) == consistent)
                #expect(queue.hasSpace(for: 0, prod: prod, cons: cons) == consistent)
            }
        }
    }
}
