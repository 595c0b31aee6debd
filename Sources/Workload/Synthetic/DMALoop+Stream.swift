import SMMUv3

extension DMALoop {
    /// What one producer of the loop issues.
    ///
    /// - Parameters:
    ///   - producer: From 0; decides the ASID and, with the seed, the addresses.
    ///   - batch: Commands per operation; nil: one operation per unmap or flush.
    ///   - commands: Of this producer; nil: endless.
    func stream(producer: Int, batch: Int?, commands: Int?, seed: UInt64) -> ProducerStream {
        let wanted = min(max(StreamPlan.commandsPerCycle, batch ?? 1), commands ?? .max)
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
            case .lazy: flow.append(.invalidateASID(asid))
            }
            unmaps.append(.init(start: start, count: flow.count - start, sync: true))
        }
        guard let batch else {
            return ProducerStream(commands: flow, repeating: unmaps, total: commands)
        }
        return ProducerStream(commands: flow, batch: batch, upTo: wanted, total: commands)
    }
}

extension ProducerStream {
    /// A stream of operations of exactly `batch` commands, cut from a flow of them.
    ///
    /// - Parameters:
    ///   - batch: 1 or more.
    ///   - length: Commands of `flow` to use, 1 to `flow.count`; what is beyond the last whole batch is left
    ///     out, except where that is all there is.
    init(commands flow: [Command], batch: Int, upTo length: Int, total: Int?) {
        let whole = length / batch
        guard whole > 0 else {
            // Fewer commands in all than one batch.
            self.init(
                commands: Array(flow[..<length]),
                repeating: [.init(start: 0, count: length, sync: true)], total: total
            )
            return
        }
        self.init(
            commands: Array(flow[..<(whole * batch)]),
            repeating: (0..<whole).map { .init(start: $0 * batch, count: batch, sync: true) },
            total: total
        )
    }
}
