import SMMUv3

/// Encoding and decoding, over the commands that the Linux driver sends most: unmaps with and without
/// range invalidation, ATC invalidations, table updates and CMD_SYNCs.
///
/// Public for the same reason as `InsertionProbe`.
public struct EncodingProbe: Sendable {
    let entries: [LinuxCommandEntry]
    let commands: [Command]

    /// Commands that one pass encodes or decodes.
    public var count: Int { entries.count }

    public init() {
        var entries: [LinuxCommandEntry] = []
        for index in 0..<8 {
            let address = 0xffff_0000_0000 &+ UInt64(index) << 12
            var unmap = LinuxCommandEntry(.tlbiNHVA)
            (unmap.asid, unmap.address, unmap.leaf) = (UInt16(index), address, true)
            entries.append(unmap)
            (unmap.num, unmap.scale, unmap.ttl, unmap.tg) = (UInt8(index), 1, 3, 1)
            entries.append(unmap)
            var invalidation = LinuxCommandEntry(.atcInvalidate)
            (invalidation.streamID, invalidation.size, invalidation.address) = (UInt32(index), 12, address)
            entries.append(invalidation)
            var table = LinuxCommandEntry(.cfgiSTE)
            (table.streamID, table.leaf) = (UInt32(index), true)
            entries.append(table)
            var sync = LinuxCommandEntry(.sync)
            sync.msiAddress = 0x8000_0000 &+ UInt64(index) << 4
            entries.append(sync)
        }
        self.entries = entries
        commands = entries.map { LinuxEncoder.encode($0).command }
    }

    /// Encodes `passes` times `count` commands; the result depends on every word.
    @inline(never)
    public func encode(passes: Int) -> UInt64 {
        var sum: UInt64 = 0
        for _ in 0..<passes {
            for entry in entries {
                let command = LinuxEncoder.encode(entry).command
                sum = sum &* 31 &+ (command.word0 ^ command.word1)
            }
        }
        return sum
    }

    /// Decodes `passes` times `count` commands into their fields; the result depends on every field.
    @inline(never)
    public func decode(passes: Int) -> UInt64 {
        var sum: UInt64 = 0
        for _ in 0..<passes {
            for command in commands {
                for field in DecodedCommand(command).fields { sum = sum &* 31 &+ field.value }
            }
        }
        return sum
    }
}
