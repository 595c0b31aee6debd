import SMMUv3

/// A command of the text trace while its lines are being read.
struct PendingCommand {
    /// What is wrong with a line.
    struct Failure: Error {
        var problem: String
        var expected: String
    }

    enum Next: String {
        case command = "the next command"
        case endOfFile = "the end of the file"
    }

    let opcode: Opcode
    /// Of the command's own event.
    let line: Int
    private var command: Command
    private var carried: [CommandField] = []
    /// Over all `range_inval` lines of the command.
    private var pages: UInt64 = 0
    private var details = 0

    init(_ opcode: Opcode, line: Int) {
        self.opcode = opcode
        self.line = line
        command = Command(word0: UInt64(opcode.rawValue), word1: 0)
    }

    /// The command and the fields that no line carried.
    ///
    /// - Parameter next: What comes now; a trace that ends here has been cut.
    func finished(before next: Next) throws(Failure) -> (command: Command, lacking: [CommandField]) {
        guard details > 0 || opcode.details.isEmpty || opcode.printsNothingForUnknownStream && next == .command else {
            throw Failure(
                problem: "\(next.rawValue) comes before the operands of the \(opcode.name) in line \(line)",
                expected: opcode.detailEvents
            )
        }
        guard pagesAreRange else {
            throw Failure(
                problem: "num_pages of the \(opcode.name) in line \(line) add up to \(pages)",
                expected: "(NUM+1) * 2^SCALE pages with NUM up to 31"
            )
        }
        var command = command
        var lacking: [CommandField] = []
        for layout in opcode.layout where !carried.contains(layout.field) {
            lacking.append(layout.field)
            layout.set(EventTraceDefaults.value(of: layout.field, in: opcode), in: &command)
        }
        return (command, lacking)
    }

    mutating func add(_ detail: EventDetail, from event: EventLine) throws(Failure) {
        switch detail {
        case .unhandled, .consumeError:
            details += 1
            return
        default:
            guard opcode.details.contains(detail) else {
                throw Failure(
                    problem: "\(detail.name) follows the \(opcode.name) in line \(line)",
                    expected: opcode.details.isEmpty ? "no operands" : opcode.detailEvents
                )
            }
        }
        let isRange = detail == .rangeInvalidation || detail == .stage1RangeInvalidation
        guard details == 0 || isRange else {
            throw Failure(
                problem: "\(detail.name) comes twice for the \(opcode.name) in line \(line)", expected: "one"
            )
        }
        details += 1
        switch detail {
        case .rangeInvalidation, .stage1RangeInvalidation:
            try addRange(detail, from: event)
        case .tlbiNHVA:
            try carry(.vmid, Keys.vmid, detail, event)
            try carry(.asid, Keys.asid, detail, event)
            try carry(.va, Keys.addr, detail, event)
            try carryIfPresent(.leaf, Keys.leaf, event)
        case .tlbiNHVAA:
            try carry(.vmid, Keys.vmid, detail, event)
            try carry(.va, Keys.addr, detail, event)
            try carryIfPresent(.leaf, Keys.leaf, event)
        case .tlbiNHASID:
            try carry(.asid, Keys.asid, detail, event)
            try carryIfPresent(.vmid, Keys.vmid, event)
        case .tlbiNH, .tlbiNSNH:
            try carryIfPresent(.vmid, Keys.vmid, event)
        case .tlbiS12VMID:
            try carry(.vmid, Keys.vmid, detail, event)
        case .cfgiSTE, .cfgiCD:
            let key = event.number(Keys.sid) == nil ? Keys.streamid : Keys.sid
            try carry(.sid, key, detail, event)
        case .cfgiSTERange:
            try addStreamRange(detail, from: event)
        case .unhandled, .consumeError:
            break
        }
    }

    /// One of the power-of-two pieces into which the emulator cuts a range.
    private mutating func addRange(_ detail: EventDetail, from event: EventLine) throws(Failure) {
        let tg = try value(Keys.tg, detail, event)
        let piece = try value(Keys.pages, detail, event)
        if details == 1 {
            try carry(.vmid, Keys.vmid, detail, event)
            if opcode.layout(of: .asid) != nil { try carry(.asid, Keys.asid, detail, event) }
            try carry(opcode == .tlbiS2IPA ? .ipa : .va, Keys.addr, detail, event)
            try carry(.tg, Keys.tg, detail, event)
            try carry(.ttl, Keys.ttl, detail, event)
            try carry(.leaf, Keys.leaf, detail, event)
        } else if tg != UInt64(command.tg) {
            throw Failure(problem: "tg is \(tg)", expected: "\(command.tg), as in the command's first \(detail.name)")
        }
        // Without a granule there is no range, and the emulator prints one page whatever NUM and SCALE are.
        if tg == 0 { return }
        let (sum, overflow) = pages.addingReportingOverflow(piece)
        guard !overflow, piece > 0, sum <= 1 << 36 else {
            throw Failure(problem: "num_pages is \(piece)", expected: "1 to 2^36 over the lines of one command")
        }
        pages = sum
        if pagesAreRange {
            let scale = UInt64(pages.trailingZeroBitCount)
            // 2^36 pages are the widest range, 32 * 2^31.
            set(.scale, min(scale, 31))
            set(.num, (pages >> min(scale, 31)) - 1)
        }
    }

    /// Whether `pages` is (NUM+1) * 2^SCALE for some NUM and SCALE, or 0: no range. While its lines are
    /// being added up it need not be.
    private var pagesAreRange: Bool {
        pages == 0 || pages >> min(UInt64(pages.trailingZeroBitCount), 31) <= 32
    }

    /// The first and the last stream ID of a CFGI_STE_RANGE, of which CFGI_ALL is the widest.
    private mutating func addStreamRange(_ detail: EventDetail, from event: EventLine) throws(Failure) {
        guard let start = event.number(Keys.start), let end = event.number(Keys.end) else {
            throw Failure(problem: "\(detail.name) has no start and end", expected: "start=0x... - end=0x...")
        }
        // Emulators of before 2020 print decimals after the 0x.
        var candidates = [(start.value, end.value)]
        if let first = start.asDecimal, let last = end.asDecimal { candidates.append((first, last)) }
        for (first, last) in candidates {
            let first = UInt32(truncatingIfNeeded: first), last = UInt32(truncatingIfNeeded: last)
            guard last > first else { continue }
            let size = UInt64(last - first) + 1
            guard size & (size - 1) == 0 else { continue }
            set(.sid, UInt64(first))
            set(.range, UInt64(size.trailingZeroBitCount) - 1)
            return
        }
        throw Failure(problem: "start and end of \(detail.name) are no range", expected: "2 to 2^32 stream IDs, a power of two")
    }

    private func value(_ key: [UInt8], _ detail: EventDetail, _ event: EventLine) throws(Failure) -> UInt64 {
        guard let number = event.number(key) else {
            throw Failure(
                problem: "\(detail.name) has no number '\(String(decoding: key, as: UTF8.self))='",
                expected: "the whole event, as the emulator prints it"
            )
        }
        return number.value
    }

    private mutating func carry(
        _ field: CommandField, _ key: [UInt8], _ detail: EventDetail, _ event: EventLine
    ) throws(Failure) {
        let value = try value(key, detail, event)
        guard let layout = opcode.layout(of: field) else { return }
        // A 32-bit field may be printed as a signed number.
        let isNegative = value >= UInt64(bitPattern: Int64(Int32.min))
        guard layout.isAddress || isNegative || value & ~layout.valueMask == 0 else {
            throw Failure(
                problem: "\(String(decoding: key, as: UTF8.self)) is 0x\(String(value, radix: 16))",
                expected: "at most 0x\(String(layout.valueMask, radix: 16))"
            )
        }
        set(field, value)
    }

    private mutating func carryIfPresent(_ field: CommandField, _ key: [UInt8], _ event: EventLine) throws(Failure) {
        guard opcode.layout(of: field) != nil, let number = event.number(key) else { return }
        set(field, number.value)
    }

    private mutating func set(_ field: CommandField, _ value: UInt64) {
        guard let layout = opcode.layout(of: field) else { return }
        layout.set(value, in: &command)
        if !carried.contains(field) { carried.append(field) }
    }

    private enum Keys {
        static let vmid = Array("vmid".utf8)
        static let asid = Array("asid".utf8)
        static let addr = Array("addr".utf8)
        static let tg = Array("tg".utf8)
        static let pages = Array("num_pages".utf8)
        static let ttl = Array("ttl".utf8)
        static let leaf = Array("leaf".utf8)
        static let sid = Array("sid".utf8)
        static let streamid = Array("streamid".utf8)
        static let start = Array("start".utf8)
        static let end = Array("end".utf8)
    }
}
