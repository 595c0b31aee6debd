/// Deals units to producers: each to the producer with the least so far, ties to the lowest number.
///
/// A binary heap of the producers, least load first.
struct UnitDealer {
    private struct Hand {
        var load: Int
        var producer: Int

        static func precedes(_ left: Hand, _ right: Hand) -> Bool {
            (left.load, left.producer) < (right.load, right.producer)
        }
    }

    private var heap: [Hand]

    /// What a command weighs against a lone CMD_SYNC. The sync counts at all so that a run of lone
    /// CMD_SYNCs spreads too; it counts little so that commands stay balanced.
    private static let commandWeight = 8

    init(producers: Int) {
        heap = (0..<producers).map { Hand(load: 0, producer: $0) }
    }

    /// The producer that takes a unit of so many commands.
    mutating func deal(commands count: Int) -> Int {
        let producer = heap[0].producer
        heap[0].load += max(1, count * Self.commandWeight)
        sink()
        return producer
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && Hand.precedes(heap[child], heap[least]) {
                least = child
            }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
