import ExploringMachine
import Machine

extension QueueExploration {
    package func agentName(_ agent: Int) -> String {
        switch agent - scenario.producers {
        case ..<0: "P\(agent)"
        case 0: scenario.reader == .smmu ? "SMMU" : "reader"
        case 1: "attach"
        default: "device"
        }
    }

    /// Else a device.
    package func isProcessor(_ agent: Int) -> Bool { agent < scenario.producers || agent == scenario.producers + 1 }

    /// As columns and timelines call an agent's event.
    package func eventName(_ agent: Int, _ index: Int) -> String { "\(agentName(agent)).\(index + 1)" }

    package func sourceName(_ source: ExecutionStep.Source) -> String {
        switch source {
        case .initial: "initial"
        case .event(let agent, let index): eventName(agent, index)
        }
    }

    package func wordName(_ step: ExecutionStep) -> String { wordName(step.offset) + (step.bit.map { "[\($0)]" } ?? "") }

    /// What the word at the offset is to the algorithm.
    package func wordName(_ offset: Int) -> String {
        let names: [(Int, String)] = [
            (placement.pointers.offset, "prod|cons"), (placement.pointers.high.offset, "cons"),
            (placement.validMapPointer.offset, "map pointer"), (placement.ownerProd.offset, "owner_prod"), (placement.lock.offset, "lock"),
            (placement.queueLock.offset, "queue lock"), (placement.syncCount.low.offset, "completed syncs"), (placement.syncCount.high.offset, "issued syncs"),
            (placement.prod.word.offset, "PROD"), (placement.cons.word.offset, "CONS"), (placement.gerror.word.offset, "GERROR"),
            (placement.gerrorn.word.offset, "GERRORN"),
        ]
        if let name = names.first(where: { $0.0 == offset }) { return name.1 }
        if let name = unmapping?.wordName(offset) { return name }
        let slot = offset - placement.slots.offset
        if slot >= 0, slot < Int(placement.geometry.entries) * 16 { return "slot \(slot / 16)" + (slot % 16 >= 8 ? " word 1" : "") }
        let lap = offset - placement.validMap.offset
        return lap >= 0 && lap < 8 * max(1, Int(placement.geometry.entries) / 64) ? "valid map" : "word \(offset)"
    }
}
