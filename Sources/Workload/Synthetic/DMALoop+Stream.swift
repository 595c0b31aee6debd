import SMMUv3

extension DMALoop {
    /// What one producer of the loop issues.
    ///
    /// - Parameters:
    ///   - producer: From 0; decides the ASID and, with the seed, the addresses.
    ///   - batch: Commands per operation; nil: one operation per unmap or flush.
    ///   - commands: Of this producer; nil: endless.
    func stream(producer: Int, batch: Int?, commands: Int?, cycle: Int, seed: UInt64) -> ProducerStream {
        let wanted = min(max(cycle, batch ?? 1), commands ?? .max)
        guard wanted > 0 else { return .empty }

        // ASID 0 is never a Linux domain's.
        let asid = UInt16(truncatingIfNeeded: producer + 1)
        var addresses = IOVAAllocator(pages: pagesPerUnmap, seed: seed, producer: producer)
        var flow: [Command] = []
        var unmaps: [ProducerStream.Operation] = []
        while flow.count < wanted {
            let start = flow.count
            switch flush {
            case .strict: appendUnmap(at: addresses.next(), asid: asid, to: &flow)
            case .lazy: flow.append(Command(word0: UInt64(Opcode.tlbiNHASID.rawValue) | UInt64(asid) << 48, word1: 0))
            }
            unmaps.append(.init(start: start, count: flow.count - start, sync: true))
        }
        guard let batch else {
            return ProducerStream(commands: flow, repeating: unmaps, total: commands)
        }
        return ProducerStream(commands: flow, batch: batch, total: commands)
    }
}
