import CommandQueue
import ExploringMachine
import Machine
import SMMUv3

/// What must hold of a complete execution of the queue. Source: linux-cmdq, section 4.
struct ProtocolChecks {
    let placement: QueuePlacement
    let record: FixedBuffer<ProtocolRecord>
    /// The agent that serves the queue, where that is a device.
    let device: Int?
    let entries: Int
    /// Where it stops: how many it executes.
    let stopsAfter: Int?
    /// The software cons may not even move back where that does no harm.
    let isStrict: Bool
    /// The software cons has a word of its own, apart from prod.
    let hasSeparateCons: Bool

    private var geometry: QueueGeometry { placement.geometry }

    /// What is wrong; nil where nothing is.
    func problem(in execution: ExecutionView) -> String? {
        timeouts { execution.timeouts(at: $0) } ?? doorbells(execution) ?? turns(execution) ?? bypasses(execution) ?? slots() ?? softwareCons(execution) ?? syncs(execution) ?? caches()
            ?? lock(execution.writes(to: placement.lock.offset, isHalf: true).last.map { UInt32(truncatingIfNeeded: $0.value) } ?? 0)
    }

    /// What is wrong in the end, where nothing more is kept of an execution.
    func problem(allocated: UInt32, prod: UInt32, lock: UInt32, timeouts count: ([Site]) -> Int) -> String? {
        if let problem = timeouts(count) { return problem }
        let (allocated, prod) = (allocated & geometry.pointerMask, prod & geometry.pointerMask)
        if prod != allocated { return "slots up to \(allocated) are allocated, but PROD ends at \(prod)" }
        return slots() ?? caches() ?? self.lock(lock)
    }

    /// Whoever has taken the queue lock has given it back.
    private func lock(_ value: UInt32) -> String? {
        value == 0 ? nil : "the queue lock is not given back: it ends at \(Int32(bitPattern: value))"
    }

    /// Who finds no device with ATS leaves none with a translation that is gone.
    private func caches() -> String? {
        let stale = record[0].findsNoMasters & record[0].cachedPages
        guard stale != 0 else { return nil }
        return "P\(stale.trailingZeroBitCount) unmaps a page and finds no device with ATS, but one has enabled its cache before and keeps the translation"
    }

    /// Who has given up a wait for space says so.
    private func timeouts(_ timeouts: ([Site]) -> Int) -> String? {
        let count = timeouts([.awaitSpace])
        if record[0].spaceTimeouts != count { return "\(count) waits for space time out, and \(record[0].spaceTimeouts) are reported" }
        let syncs = timeouts([.awaitSync, .readSyncCons])
        return record[0].syncTimeouts == syncs ? nil : "\(syncs) CMD_SYNCs time out, and \(record[0].syncTimeouts) are reported"
    }

    /// PROD moves forward only, each time by one gather, and in the end over everything that was allocated.
    private func doorbells(_ execution: ExecutionView) -> String? {
        var prod: UInt32 = 0
        for write in execution.writes(to: placement.prod.word.offset, isHalf: true) {
            let new = UInt32(truncatingIfNeeded: write.value)
            let distance = geometry.distance(from: prod, to: new)
            if distance > geometry.entries { return "PROD moves back, from \(prod) to \(new)" }
            let gather = (0..<record[0].gatherCount).first { number in
                let gather = record[0].gathers[number]
                return gather.start & geometry.pointerMask == prod && gather.end & geometry.pointerMask == new
            }
            if gather == nil { return "PROD moves from \(prod) to \(new), which is no owner's gather" }
            prod = new
        }
        let allocated = UInt32(truncatingIfNeeded: execution.finalValue(of: placement.pointers)) & geometry.pointerMask
        return prod == allocated ? nil : "slots up to \(allocated) are allocated, but PROD ends at \(prod)"
    }

    /// A gather is closed only by one who has been handed the turn: else it has two owners at once.
    private func turns(_ execution: ExecutionView) -> String? {
        let handOvers = execution.writes(to: placement.ownerProd.offset, isHalf: true)
        for close in execution.writes(to: placement.pointers.offset, isHalf: false) where close.site == .closeGather {
            let end = UInt32(truncatingIfNeeded: close.value) & geometry.pointerMask
            let gather = (0..<record[0].gatherCount).map { record[0].gathers[$0] }.first { $0.end & geometry.pointerMask == end }
            // The first turn is nobody's to hand over.
            guard let gather, gather.start & geometry.pointerMask != 0 else { continue }
            let isInTurn = handOvers.contains { turn in
                UInt32(truncatingIfNeeded: turn.value) & geometry.pointerMask == gather.start & geometry.pointerMask
                    && execution.sees(agent: close.agent, length: close.index, other: turn.agent, index: turn.index)
            }
            if !isInTurn { return "the gather from \(gather.start) to \(gather.end) is closed before its owner has the turn" }
        }
        return nil
    }

    /// Who waits for the shared lock is not passed by another exclusive holder: that could go on for ever.
    private func bypasses(_ execution: ExecutionView) -> String? {
        let writes = execution.writes(to: placement.lock.offset, isHalf: true)
        for (number, wait) in writes.enumerated() where wait.site == .lockShared && wait.value >> 31 & 1 != 0 {
            let rest = writes[(number + 1)...].prefix { $0.agent != wait.agent }
            if rest.contains(where: { $0.site == .lockExclusive }) {
                return "a shared waiter of the queue lock is passed by an exclusive holder"
            }
        }
        return nil
    }

    private func slots() -> String? {
        var (allocations, executions) = (0, 0)
        for pointer in 0..<record[0].slots.count {
            let slot = record[0].slots[pointer]
            allocations += Int(slot.allocations)
            if slot.allocations > 1 { return "slot \(pointer) was allocated twice" }
            executions += Int(slot.executions)
            let isLeft = stopsAfter != nil && slot.executions == 0
            if device != nil, slot.allocations != slot.executions, !isLeft {
                return "the entry at \(pointer) was executed \(slot.executions) times"
            }
        }
        if let stopsAfter {
            // Who waits for space for ever has said so, and has allocated nothing.
            let expected = min(stopsAfter, allocations)
            return executions == expected ? nil : "the device executes \(executions) entries before it stops, not \(expected)"
        }
        return allocations == entries ? nil : "\(allocations) slots were allocated for \(entries) entries"
    }

    /// Whoever moves it knows that the device has been there, and prod is never further ahead of it than the queue is long: then
    /// the space that there seems to be would be wrong.
    private func softwareCons(_ execution: ExecutionView) -> String? {
        guard let device else { return nil }
        let hardware = execution.writes(to: placement.cons.word.offset, isHalf: true).filter { $0.agent == device }
        var cons: UInt32 = 0
        // Where a lock guards them, prod and cons are words of their own.
        let isSplit = !hasSeparateCons && execution.hasSeparateHalves(placement.pointers)
        let isHalf = hasSeparateCons || isSplit
        let word = hasSeparateCons ? placement.separateCons.offset : isSplit ? placement.pointers.high.offset : placement.pointers.offset
        for write in execution.writes(to: word, isHalf: isHalf) {
            let new = isHalf ? UInt32(truncatingIfNeeded: write.value) : UInt32(truncatingIfNeeded: write.value >> 32)
            let prod = UInt32(truncatingIfNeeded: write.value)
            if !isHalf, geometry.occupancy(prod: prod, cons: new) > geometry.entries {
                return "prod is \(prod & geometry.pointerMask) where the software cons is \(new): more than the queue holds"
            }
            guard new != cons else { continue }
            if isStrict, geometry.distance(from: cons, to: new) > geometry.entries { return "the software cons moves back, from \(cons) to \(new)" }
            let source = hardware.first { geometry.distance(from: new, to: UInt32(truncatingIfNeeded: $0.value)) <= geometry.entries }
            guard let source, execution.sees(agent: write.agent, length: write.index + 1, other: device, index: source.index) else {
                return "the software cons is moved to \(new) by one who cannot know that the device is there"
            }
            cons = new
        }
        return nil
    }

    /// A CMD_SYNC that has returned was executed before, and so was all before it.
    private func syncs(_ execution: ExecutionView) -> String? {
        guard let device else { return nil }
        for pointer in 0..<record[0].slots.count where record[0].slots[pointer].isReturned && !record[0].slots[pointer].isTimedOut {
            let slot = record[0].slots[pointer]
            guard slot.executions > 0,
                execution.sees(agent: Int(slot.producer), length: slot.returnedAt, other: device, index: slot.executedAt - 1)
            else { return "the CMD_SYNC at \(pointer) returns before it is executed" }
        }
        return nil
    }
}
