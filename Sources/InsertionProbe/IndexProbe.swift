import SMMUv3

/// The index arithmetic of a queue: what an insertion asks of PROD and CONS.
///
/// Public for the same reason as `InsertionProbe`.
public struct IndexProbe: Sendable {
    let geometry: QueueGeometry

    /// - Parameter log2Entries: 0 to 19.
    public init(log2Entries: Int = 12) {
        geometry = QueueGeometry(log2Entries: log2Entries)
    }

    /// Moves PROD and CONS `steps` times through the queue, over its wraps; the result depends on every answer.
    @inline(never)
    public func walk(steps: Int) -> UInt64 {
        var prod: UInt32 = 0
        var cons: UInt32 = 0
        var sum: UInt64 = 0
        for step in 0..<steps {
            let count = UInt32(truncatingIfNeeded: step) & 63 &+ 1
            if geometry.hasSpace(for: count, prod: prod, cons: cons) {
                prod = geometry.advance(prod, by: count)
            } else {
                sum &+= geometry.isFull(prod: prod, cons: cons) ? 1 : 2
                cons = geometry.advance(cons, by: geometry.occupancy(prod: prod, cons: cons) / 2)
            }
            sum = sum &* 31 &+ UInt64(geometry.space(prod: prod, cons: cons)) &+ (geometry.isConsumed(cons, cons: prod) ? 1 : 0)
        }
        return sum
    }
}
