import SMMUv3

/// Writes the raw CSV that `RawTraceReader` reads.
package enum RawTraceWriter {
    /// The whole file as text.
    ///
    /// Where the stream has no origins, each entry gets its index as slot, doorbell 1 and otherwise 0.
    package static func text(of stream: RecordedStream) -> String {
        var text = RawTraceReader.header + "\n"
        text.reserveCapacity(stream.commands.count * 96)
        for (seq, command) in stream.commands.enumerated() {
            let origin = stream.origins.isEmpty
                // 2^20 is the modulus of the largest queue.
                ? RecordedStream.Origin(doorbell: 1, nanoseconds: 0, vcpu: 0, slot: UInt32(seq % (1 << 20)), cons: 0)
                : stream.origins[seq]
            text += "\(seq),\(origin.doorbell),\(origin.nanoseconds),\(origin.vcpu),"
            text += "\(hex(origin.slot)),\(hex(origin.cons)),"
            text += "\(hex(command.opcodeByte, digits: 2)),\(hex(command.word0, digits: 16)),\(hex(command.word1, digits: 16))\n"
        }
        return text
    }

    private static func hex(_ value: some BinaryInteger, digits: Int = 1) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
