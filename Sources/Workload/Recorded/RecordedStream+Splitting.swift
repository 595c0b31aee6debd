import SMMUv3

extension RecordedStream {
    /// Splits the stream over producers, unit by unit in stream order.
    ///
    /// Each unit goes to the producer with the fewest commands so far, so a CMD_SYNC stays with the
    /// commands that it covers and each producer keeps the recorded order. A tail is dealt like the
    /// beginning of the stream, and therefore is the beginning of each producer's cycle.
    func streams(producers: Int, commands total: Int?, once: Bool) throws(WorkloadError) -> [ProducerStream] {
        let perCycle = commandCount
        if total != nil, perCycle == 0 { throw .noCommands(name: name) }

        var streams = [ProducerStream](repeating: .empty, count: producers)
        var missing = total.map { $0 % perCycle } ?? 0
        var dealer = UnitDealer(producers: producers)
        for unit in units {
            let producer = dealer.deal(commands: unit.count)
            let start = streams[producer].commands.count
            streams[producer].commands.append(contentsOf: commands[unit.start..<unit.start + unit.count])
            streams[producer].cycle.append(.init(start: start, count: unit.count, sync: unit.sync))
            if missing > 0 {
                let count = min(unit.count, missing)
                streams[producer].tail.append(.init(start: start, count: count, sync: unit.sync))
                missing -= count
            }
        }

        let cycles = if let total { Int?(total / perCycle) } else { once ? 1 : nil }
        for producer in streams.indices where !streams[producer].cycle.isEmpty {
            streams[producer].cycles = cycles
            if cycles == 0 { streams[producer].cycle = [] }
        }
        return streams
    }
}
