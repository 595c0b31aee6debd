import Machine
import SMMUv3

/// What the driver does when a queue has stopped at a command. Source: linux-cmdq 1.10.
///
/// It touches none of the producers' state: they go on meanwhile.
package struct ErrorRecovery: Sendable {
    package let placement: QueuePlacement
    /// What the replacing CMD_SYNC must look like: a VCMDQ knows no signal.
    package let replacement: CompletionSignal

    package init(placement: QueuePlacement, replacement: CompletionSignal) {
        self.placement = placement
        self.replacement = replacement
    }

    /// Handles the queue's active error, if any: replaces an illegal command by a CMD_SYNC, and acknowledges. True if there was one.
    package func handle<P: Processor>(on processor: inout P) -> Bool {
        let gerror = processor.readRegister(placement.gerror, .orderedReads, at: .readError).value
        let gerrorn = processor.readRegister(placement.gerrorn, .relaxed, at: .readError).value
        guard GlobalErrors.active(gerror: gerror, gerrorn: gerrorn).rawValue != 0 else { return false }
        if GlobalErrors.active(gerror: gerror, gerrorn: gerrorn).contains(.cmdq) {
            let cons = processor.readRegister(placement.cons, .orderedReads, at: .readError).value
            skip(cons: cons, error: CommandError(cons: cons), on: &processor)
        }
        // Ordered: the device fetches the replaced slot again when it sees the acknowledgement.
        processor.writeRegister(placement.gerrorn, gerror, .orderedStores, at: .acknowledgeError)
        return true
    }

    /// Overwrites the command at `cons`, unless the code says that the device can retry it. Codes that the architecture does not know (nil) count as illegal.
    package func skip<P: Processor>(cons: UInt32, error: CommandError?, on processor: inout P) {
        switch error {
        case .some(.none), .some(.abort), .some(.atcInvalidateSync): return
        case .some(.illegal), nil: break
        }
        let slot = placement.slot(cons)
        let sync = Command.sync(replacement)
        processor.store64(slot, sync.word0, .relaxed, at: .replaceBadSlot)
        processor.store64(slot.advanced(by: 1), sync.word1, .relaxed, at: .replaceBadSlot)
    }
}
