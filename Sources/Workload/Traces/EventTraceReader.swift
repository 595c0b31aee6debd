import SMMUv3

/// Reads the text trace of the emulator's SMMUv3 (`-trace 'smmuv3_*'`): one `smmuv3_cmdq_opcode` line per
/// command, then the command's own lines, if it has any.
///
/// The trace carries no CMD_SYNC fields, no substream IDs, no leaf flag of the CFGI commands and no
/// operand of PREFETCH and ATC_INV. What a trace did not carry is filled as Linux writes it
/// (`EventTraceDefaults`) and listed in the stream's `missingFields`; it depends on the emulator's version.
/// A CFGI command for a stream ID behind which the emulator has no device prints no operand at all.
/// Doorbells and CPUs are not carried either, so the stream has no origins.
///
/// NUM and SCALE are carried as their product, a number of pages, which one command splits over several
/// `smmuv3_range_inval` lines; the importer puts the smallest NUM that gives it, as Linux does.
struct EventTraceReader {
    private let text: [UInt8]
    private let file: String
    private var line = 0

    private var commands: [Command] = []
    /// The command whose lines are being read; not yet in `commands`.
    private var current: PendingCommand?
    /// Fields of each opcode that some command of it lacked.
    private var missing: Set<MissingField> = []
    /// What was last added to `missing`, per opcode, so that the set is asked once and not per command.
    private var lastMissing = [[CommandField]?](repeating: nil, count: 256)

    init(text: [UInt8], file: String) {
        self.text = text
        self.file = file
    }

    private static let eventPrefix = Array("smmuv3_".utf8)
    private static let opcodeEvent = Array("cmdq_opcode".utf8)

    /// Whether the text has a command event anywhere; a raw CSV has none.
    static func recognizes(_ text: [UInt8]) -> Bool {
        if text.starts(with: RawTraceReader.header.utf8) { return false }
        return EventLine.find(Array("smmuv3_cmdq_opcode".utf8), in: text, from: 0, to: text.count) != nil
    }

    consuming func read() throws(TraceError) -> RecordedStream {
        var start = 0
        while start < text.count {
            line += 1
            var end = start
            while end < text.count, text[end] != 0x0a { end += 1 }
            guard end < text.count else {
                throw failure("the file ends in the middle of a line", expected: "an end of line")
            }
            let next = end + 1
            if end > start, text[end - 1] == 0x0d { end -= 1 }
            if let prefix = EventLine.findEvent(Self.eventPrefix, in: text, from: start, to: end) {
                try read(EventLine(text: text, event: prefix + Self.eventPrefix.count, end: end))
            }
            start = next
        }
        line += 1
        try finishCurrent(before: .endOfFile)
        guard !commands.isEmpty else {
            throw failure("there is no command", expected: "smmuv3_cmdq_opcode events")
        }
        return RecordedStream(
            name: file, commands: commands,
            missingFields: missing.sorted {
                ($0.opcode.rawValue, $0.field.rawValue) < ($1.opcode.rawValue, $1.field.rawValue)
            }
        )
    }

    private mutating func read(_ event: EventLine) throws(TraceError) {
        if event.isNamed(Self.opcodeEvent) {
            try finishCurrent(before: .command)
            let name = event.textAfterArrow ?? ""
            guard let opcode = Opcode(name: name) else {
                throw failure(
                    "the event names the command '\(name.prefix(40))'", expected: "a command such as SMMU_CMD_TLBI_NH_VA"
                )
            }
            current = PendingCommand(opcode, line: line)
            return
        }
        guard let detail = EventDetail(of: event) else { return }
        guard current != nil else {
            throw failure("\(detail.name) comes before any command", expected: "smmuv3_cmdq_opcode first")
        }
        do {
            try current?.add(detail, from: event)
        } catch {
            throw failure(error.problem, expected: error.expected)
        }
    }

    private mutating func finishCurrent(before next: PendingCommand.Next) throws(TraceError) {
        guard let pending = current else { return }
        let (command, lacking): (Command, [CommandField])
        do {
            (command, lacking) = try pending.finished(before: next)
        } catch {
            throw failure(error.problem, expected: error.expected)
        }
        current = nil
        commands.append(command)
        let opcode = Int(pending.opcode.rawValue)
        if lastMissing[opcode] != lacking {
            lastMissing[opcode] = lacking
            for field in lacking {
                missing.insert(
                    MissingField(pending.opcode, field, filledWith: EventTraceDefaults.value(of: field, in: pending.opcode))
                )
            }
        }
    }

    private func failure(_ problem: String, expected: String) -> TraceError {
        TraceError(file: file, line: line, problem: problem, expected: expected)
    }
}

/// What stands for fields that a trace does not carry: what Linux writes there, otherwise 0.
package enum EventTraceDefaults {
    package static func value(of field: CommandField, in opcode: Opcode) -> UInt64 {
        switch (opcode, field) {
        // CS = SEV, MSIs inner shareable and write-back.
        case (.sync, .cs): 2
        case (.sync, .msh): 3
        case (.sync, .msiattr): 0xf
        case (.cfgiSTE, .leaf), (.cfgiCD, .leaf), (.tlbiNHVAA, .leaf): 1
        default: 0
        }
    }
}
