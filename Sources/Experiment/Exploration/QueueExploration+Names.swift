import Machine

extension QueueExploration {
    package func agentName(_ agent: Int) -> String {
        agent < scenario.producers ? "P\(agent)" : scenario.reader == .smmu ? "SMMU" : "reader"
    }

    /// What the word at the offset is to the algorithm.
    package func wordName(_ offset: Int) -> String {
        let names: [(Int, String)] = [
            (placement.pointers.offset, "prod|cons"), (placement.pointers.high.offset, "cons"),
            (placement.validMapPointer.offset, "map pointer"), (placement.ownerProd.offset, "owner_prod"), (placement.lock.offset, "lock"),
            (placement.prod.word.offset, "PROD"), (placement.cons.word.offset, "CONS"), (placement.gerror.word.offset, "GERROR"),
            (placement.gerrorn.word.offset, "GERRORN"),
        ]
        if let name = names.first(where: { $0.0 == offset }) { return name.1 }
        let slot = offset - placement.slots.offset
        if slot >= 0, slot < Int(placement.geometry.entries) * 16 { return "slot \(slot / 16)" + (slot % 16 >= 8 ? " word 1" : "") }
        return "valid map"
    }
}
