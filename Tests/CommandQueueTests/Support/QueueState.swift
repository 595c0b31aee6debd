import CommandQueue
import Machine
import SMMUv3

/// The algorithm's words and the device's registers at one moment.
struct QueueState: Equatable {
    let geometry: QueueGeometry
    var prod: UInt32
    var isOwned: Bool
    var cons: UInt32
    var ownerProd: UInt32
    var lock: UInt32
    var validMap: [UInt64]
    var hardwareProd: UInt32
    var hardwareCons: UInt32

    init(placement: QueuePlacement, memory: MachineMemory) {
        geometry = placement.geometry
        let low = memory.inspect(placement.pointers.low)
        prod = low & ~LinuxQueue.owned
        isOwned = low & LinuxQueue.owned != 0
        cons = memory.inspect(placement.pointers.high)
        ownerProd = memory.inspect(placement.ownerProd)
        lock = memory.inspect(placement.lock)
        validMap = (0..<max(1, Int(geometry.entries) / 64)).map { memory.inspect(placement.validMap.advanced(by: $0)) }
        hardwareProd = memory.inspect(placement.prod)
        hardwareCons = memory.inspect(placement.cons)
    }

    /// Problems with the state once nobody is at work; empty if there are none.
    func restingProblems(cons expectedCons: UInt32? = nil) -> [String] {
        var problems: [String] = []
        if isOwned { problems.append("OWNED is set") }
        if prod != hardwareProd { problems.append("prod \(prod) but PROD \(hardwareProd)") }
        if ownerProd != prod { problems.append("prod \(prod) but owner_prod \(ownerProd)") }
        if hardwareCons != hardwareProd { problems.append("PROD \(hardwareProd) but CONS \(hardwareCons)") }
        if lock != 0 { problems.append("lock is \(Int32(bitPattern: lock))") }
        if geometry.distance(from: cons, to: hardwareCons) > geometry.entries { problems.append("cons \(cons) past CONS \(hardwareCons)") }
        if let expectedCons, cons != expectedCons { problems.append("cons \(cons), not \(expectedCons)") }
        let expected = restingValidMap(geometry, at: prod)
        if validMap != expected { problems.append("valid map \(validMap), not \(expected)") }
        return problems
    }
}

/// The valid map when all slots before `pointer` have been written: bit by bit, from the definition.
func restingValidMap(_ geometry: QueueGeometry, at pointer: UInt32) -> [UInt64] {
    var words = [UInt64](repeating: 0, count: max(1, Int(geometry.entries) / 64))
    let lapIsOdd = geometry.isWrapped(pointer)
    for slot in 0..<geometry.entries {
        // Slots before the pointer were written on this lap, the others on the one before (or never).
        let writtenThisLap = slot < geometry.index(pointer)
        // On an even lap a written slot has a 1. The last lap's slots then have what an odd lap leaves, 0.
        if writtenThisLap != lapIsOdd { words[Int(slot / 64)] |= 1 << UInt64(slot % 64) }
    }
    return words
}
