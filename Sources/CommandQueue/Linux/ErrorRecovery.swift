import Machine
import SMMUv3

/// What the driver does when a queue has stopped at a command. Source: linux-cmdq 1.10.
///
/// It touches none of the producers' state: they go on meanwhile.
@usableFromInline
package struct ErrorRecovery: Sendable {
    // Not the whole placement, which would be copied wherever this is.
    @usableFromInline let gerror: Register32
    @usableFromInline let gerrorn: Register32
    private let cons: Register32
    private let slots: Word64
    private let geometry: QueueGeometry
    /// What the replacing CMD_SYNC must look like: a VCMDQ knows no signal.
    package let replacement: CompletionSignal

    package init(placement: QueuePlacement, replacement: CompletionSignal) {
        gerror = placement.gerror
        gerrorn = placement.gerrorn
        cons = placement.cons
        slots = placement.slots
        geometry = placement.geometry
        self.replacement = replacement
    }

    /// Handles the queue's active errors, if any, and acknowledges them. True if there was one.
    @inlinable @inline(__always)
    package func handle<P: Processor>(on processor: inout P) -> Bool {
        // Ordered: CONS.ERR is written before GERROR toggles, and must not be read before it.
        let gerror = processor.readRegister(self.gerror, .orderedReads, at: .readError).value
        let gerrorn = processor.readRegister(self.gerrorn, .relaxed, at: .readError).value
        let active = GlobalErrors.active(gerror: gerror, gerrorn: gerrorn).intersection(.handledByLinux)
        // Mostly there is nothing: only that is inlined.
        guard !active.isEmpty else { return false }
        recover(from: active, gerror: gerror, on: &processor)
        return true
    }

    @usableFromInline
    func recover<P: Processor>(from active: GlobalErrors, gerror: UInt32, on processor: inout P) {
        if active.contains(.cmdq) {
            let cons = processor.readRegister(self.cons, .orderedReads, at: .readError).value
            _ = skip(cons: cons, error: CommandError(cons: cons), on: &processor)
        }
        // Ordered: the device fetches the replaced slot again when it sees the acknowledgement.
        processor.writeRegister(gerrorn, gerror, .orderedStores, at: .acknowledgeError)
    }

    /// Overwrites the command at `cons` by a CMD_SYNC and returns what stood there; nil where the code says that
    /// the device can go on by itself. Codes that the architecture does not know (nil) count as illegal.
    package func skip<P: Processor>(cons: UInt32, error: CommandError?, on processor: inout P) -> Command? {
        switch error {
        case .some(.none), .some(.abort), .some(.atcInvalidateSync): return nil
        case .some(.illegal), nil: break
        }
        // Relaxed: the device has stopped at this slot and no producer may reuse it, so nobody else touches it until the
        // ordered write of the acknowledgement.
        let slot = geometry.slot(cons, of: slots)
        let bad = Command(
            word0: processor.load64(slot, .relaxed, at: .readBadSlot).value,
            word1: processor.load64(slot.advanced(by: 1), .relaxed, at: .readBadSlot).value)
        let sync = Command.sync(replacement)
        processor.store64(slot, sync.word0, .relaxed, at: .replaceBadSlot)
        processor.store64(slot.advanced(by: 1), sync.word1, .relaxed, at: .replaceBadSlot)
        return bad
    }
}
