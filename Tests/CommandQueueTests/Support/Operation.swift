import CommandQueue
import Machine

/// What an operation depends on: the numbers of earlier operations, as the algorithm named them.
struct RecordedDependency: ProcessorDependency {
    var operations: Set<Int> = []

    static var none: RecordedDependency { RecordedDependency() }

    func joined(with other: RecordedDependency) -> RecordedDependency {
        RecordedDependency(operations: operations.union(other.operations))
    }
}

/// One operation of a processor, in the order of execution.
struct Operation {
    enum Kind: String {
        case load, store, storeEntries, compareExchange, fetchAdd, fetchAnd, xor, fence, readRegister, writeRegister, wait, poll, spend
    }

    var kind: Kind
    var site: Site
    /// The place's name in the placement; "" for what touches none.
    var word: String
    var ordering: String = ""
    /// What was stored, added or desired; for `storeEntries`, the number of words.
    var value: UInt64 = 0
    var dependency = RecordedDependency.none

    /// One line: what, how ordered, where in the algorithm, on which word.
    var line: String {
        [kind.rawValue, ordering, "\(site)", word].filter { !$0.isEmpty }.joined(separator: " ")
    }
}

extension QueuePlacement {
    /// The name of the place that lies at `offset`.
    func name(of offset: Int) -> String {
        let places: [(Int, String)] = [
            (pointers.offset, "pointers"), (pointers.high.offset, "pointers.cons"), (validMapPointer.offset, "validMapPointer"),
            (separateCons.offset, "separateCons"), (ownerProd.offset, "ownerProd"), (lock.offset, "lock"), (queueLock.offset, "queueLock"),
            (syncCount.low.offset, "syncCount.completed"), (syncCount.high.offset, "syncCount.issued"),
            (prod.word.offset, "PROD"), (cons.word.offset, "CONS"), (gerror.word.offset, "GERROR"), (gerrorn.word.offset, "GERRORN"),
        ]
        if let place = places.first(where: { $0.0 == offset }) { return place.1 }
        let slot = offset - slots.offset
        if slot >= 0, slot < Int(geometry.entries) * 16 {
            return "slot[\(slot / 16)].\(slot % 16 / 8)"
        }
        let turn = offset - lockTurns.offset
        if turn >= 0, turn < lockTurnCount * MemoryPlan.lineSize { return "lockTurn[\(turn / MemoryPlan.lineSize)]" }
        let bit = offset - validMap.offset
        if bit >= 0, bit < max(8, Int(geometry.entries) / 8) { return "validMap[\(bit / 8)]" }
        return "?\(offset)"
    }
}
