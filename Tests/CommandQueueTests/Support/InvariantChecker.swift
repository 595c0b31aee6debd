import CommandQueue
import Machine
import SMMUv3

/// The reference's safety invariants, looked at after every operation.
final class InvariantChecker {
    let fixture: QueueFixture
    private(set) var problems: [String] = []
    private var last: QueueState

    init(_ fixture: QueueFixture) {
        self.fixture = fixture
        last = fixture.state
    }

    func watch(_ recording: Recording) {
        recording.after = { [self] in look(after: $0) }
    }

    /// Also to be called after what a test does in another producer's name.
    func look(after operation: Operation? = nil) {
        let now = fixture.state
        let geometry = now.geometry
        let rung = geometry.distance(from: last.hardwareProd, to: now.hardwareProd)
        if rung > geometry.entries {
            problems.append("PROD went from \(last.hardwareProd) to \(now.hardwareProd)")
        } else if rung > 0 {
            checkPublished(rung, now)
        }
        if geometry.distance(from: last.cons, to: now.cons) > geometry.entries {
            problems.append("cons went from \(last.cons) to \(now.cons)")
        }
        if geometry.distance(from: now.cons, to: now.hardwareCons) > geometry.entries {
            problems.append("cons \(now.cons) is past CONS \(now.hardwareCons)")
        }
        if last.isOwned, !now.isOwned, now.ownerProd != gatherStart {
            problems.append("a gather from \(gatherStart) was closed while owner_prod was \(now.ownerProd)")
        }
        if !last.isOwned, now.isOwned { gatherStart = last.prod }
        last = now
    }
    private var gatherStart: UInt32 = 0

    /// Every slot that a doorbell covers is valid, and each CMD_SYNC among them has its share of the lock.
    private func checkPublished(_ count: UInt32, _ now: QueueState) {
        var syncs: Int32 = 0
        for offset in 0..<count {
            let pointer = now.geometry.advance(last.hardwareProd, by: offset)
            let index = now.geometry.index(pointer)
            let bit = now.validMap[Int(index / 64)] >> UInt64(index % 64) & 1
            if bit == (now.geometry.isWrapped(pointer) ? 1 : 0) { problems.append("the doorbell covers slot \(pointer), which is not valid") }
            if fixture.entry(pointer).isSync { syncs += 1 }
        }
        let shares = Int32(bitPattern: now.lock)
        if shares >= 0, shares < syncs { problems.append("\(syncs) CMD_SYNCs are published with a lock of \(shares)") }
    }
}
