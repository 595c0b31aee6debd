/// Map a number of buffers, each filled after it is mapped, then unmap them all; then again.
///
/// Each unmap is one leaf TLBI_NH_VA with a CMD_SYNC of its own; mapping issues no command. The workload of the
/// published tables A and B has 50 buffers of 4 KiB.
package struct DMAMapLoop: Hashable, Codable, Sendable {
    /// Buffers of one page each, 1 to 65,536.
    package var buffers = 50
    /// Nanoseconds of the processor's own work to map and fill a buffer, and to unmap one; nil: what the machine
    /// takes for it, on the native machine none.
    package var mapNanoseconds: Int?
    package var unmapNanoseconds: Int?

    package static let buffersRange = 1...65_536

    package init() {}

    /// The commands: those of strict unmaps of one page.
    var unmaps: DMALoop {
        var loop = DMALoop()
        loop.flush = .strict
        return loop
    }

    /// What one producer of the loop issues; a cycle is some rounds of all buffers.
    func stream(producer: Int, commands: Int?, cycle: Int, seed: UInt64) -> ProducerStream {
        let rounds = max(1, cycle / buffers)
        var stream = unmaps.stream(producer: producer, batch: nil, commands: rounds * buffers, cycle: rounds * buffers, seed: seed)
        if stream.cycles == 1, stream.tail.isEmpty {
            stream = ProducerStream(commands: stream.commands, repeating: stream.cycle, total: commands)
        }
        return stream
    }
}
