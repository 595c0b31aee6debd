import SMMUv3

/// A recorded command stream: commands in queue order, CMD_SYNCs among them, every word as it was recorded.
package struct RecordedStream: Hashable, Sendable {
    /// What else the recording tells about one entry.
    package struct Origin: Hashable, Sendable {
        /// Numbers the write of CMDQ_PROD that published the entry; entries of one doorbell have the same number.
        package var doorbell: UInt64
        /// The emulator's virtual clock at that write, in nanoseconds.
        package var nanoseconds: UInt64
        /// The CPU that wrote PROD.
        package var vcpu: UInt32
        /// PROD index of the entry, wrap bit included.
        package var slot: UInt32
        /// CONS index at the write of PROD, wrap bit included.
        package var cons: UInt32

        package init(doorbell: UInt64, nanoseconds: UInt64, vcpu: UInt32, slot: UInt32, cons: UInt32) {
            self.doorbell = doorbell
            self.nanoseconds = nanoseconds
            self.vcpu = vcpu
            self.slot = slot
            self.cons = cons
        }
    }

    /// The file it came from, or the name of a sample.
    package var name: String
    package var commands: [Command]
    /// One for each command, or none at all where the recording does not carry them.
    package var origins: [Origin]
    /// Fields that the recording does not carry, filled with a default; empty for raw words.
    package var missingFields: [MissingField]

    package init(
        name: String, commands: [Command], origins: [Origin] = [], missingFields: [MissingField] = []
    ) {
        precondition(origins.isEmpty || origins.count == commands.count, "one origin per command, or none")
        self.name = name
        self.commands = commands
        self.origins = origins
        self.missingFields = missingFields
    }

    /// Bits 7:0 of CMD_SYNC.
    package static let syncOpcode: UInt8 = 0x46

    /// Commands, CMD_SYNCs not counted.
    package var commandCount: Int { commands.count - syncCount }

    package var syncCount: Int {
        commands.reduce(0) { $0 + ($1.opcodeByte == Self.syncOpcode ? 1 : 0) }
    }

    /// Entries per value of word0[7:0], CMD_SYNCs included; opcodes that do not occur are left out.
    package var countsPerOpcode: [UInt8: Int] {
        var counts = [Int](repeating: 0, count: 256)
        for command in commands { counts[Int(command.opcodeByte)] += 1 }
        return Dictionary(
            uniqueKeysWithValues: counts.enumerated().filter { $0.element > 0 }.map { (UInt8($0.offset), $0.element) }
        )
    }
}

extension RecordedStream {
    /// Commands that belong together: everything up to and including a CMD_SYNC.
    package struct Unit: Hashable, Sendable {
        /// Index of the first command in the stream's `commands`.
        package var start: Int
        /// Commands without the CMD_SYNC; 0 for a lone CMD_SYNC.
        package var count: Int
        /// False only for commands after the last CMD_SYNC.
        package var sync: Bool
    }

    /// The stream cut after each CMD_SYNC.
    package var units: [Unit] {
        var units: [Unit] = []
        var start = 0
        for (index, command) in commands.enumerated() where command.opcodeByte == Self.syncOpcode {
            units.append(Unit(start: start, count: index - start, sync: true))
            start = index + 1
        }
        if start < commands.count {
            units.append(Unit(start: start, count: commands.count - start, sync: false))
        }
        return units
    }

    /// The first units that have `count` commands together, CMD_SYNCs not counted; the whole stream where it has fewer.
    package func prefix(commands count: Int) -> RecordedStream {
        var taken = 0
        var end = 0
        for unit in units {
            if taken + unit.count > count { break }
            taken += unit.count
            end = unit.start + unit.count + (unit.sync ? 1 : 0)
        }
        return RecordedStream(
            name: name, commands: Array(commands[..<end]),
            origins: origins.isEmpty ? [] : Array(origins[..<end]), missingFields: missingFields
        )
    }
}
