import SMMUv3

/// Reads the raw CSV: `seq,ring,t_ns,vcpu,slot,cons,op,word0,word1`, one queue entry per line.
///
/// `seq`, `ring`, `t_ns` and `vcpu` are decimal; `slot`, `cons` and `op` hexadecimal; the words are
/// 16 hexadecimal digits each, which is how a line that was cut short shows.
struct RawTraceReader {
    static let header = "seq,ring,t_ns,vcpu,slot,cons,op,word0,word1"

    private let text: [UInt8]
    private let file: String
    private var position = 0
    private var line = 1

    init(text: [UInt8], file: String) {
        self.text = text
        self.file = file
    }

    /// One line, parsed.
    private struct Entry {
        var seq: UInt64
        var origin: RecordedStream.Origin
        var command: Command
    }

    consuming func read() throws(TraceError) -> RecordedStream {
        try readHeader()
        var commands: [Command] = []
        var origins: [RecordedStream.Origin] = []
        // A line has some 80 bytes.
        commands.reserveCapacity(text.count / 64)
        origins.reserveCapacity(text.count / 64)
        var slots = SlotSequence()
        var nextSeq: UInt64?
        while position < text.count {
            line += 1
            let entry = try readEntry()
            if let nextSeq, entry.seq != nextSeq {
                throw failure("seq is \(entry.seq)", expected: "\(nextSeq), one more than on the line before")
            }
            if let last = origins.last, entry.origin.doorbell < last.doorbell {
                throw failure("ring is \(entry.origin.doorbell)", expected: "\(last.doorbell) or more, as on the line before")
            }
            if let expected = slots.advance(to: entry.origin.slot) {
                throw failure("slot is \(Self.hex(entry.origin.slot))", expected: expected)
            }
            nextSeq = entry.seq &+ 1
            commands.append(entry.command)
            origins.append(entry.origin)
        }
        guard !commands.isEmpty else {
            line += 1
            throw failure("there is no entry after the header", expected: "one line per queue entry")
        }
        return RecordedStream(name: file, commands: commands, origins: origins)
    }

    private mutating func readHeader() throws(TraceError) {
        let expected = Array(Self.header.utf8)
        var end = 0
        while end < text.count, text[end] != 0x0a { end += 1 }
        position = min(end + 1, text.count)
        if end > 0, text[end - 1] == 0x0d { end -= 1 }
        guard text[..<end].elementsEqual(expected) else {
            let found = String(decoding: text[..<min(end, 60)].map { $0 < 0x20 || $0 > 0x7e ? 0x3f : $0 }, as: UTF8.self)
            throw failure(
                "the first line is '\(found)'",
                expected: "'\(Self.header)', or an emulator's text trace with smmuv3_cmdq_opcode events"
            )
        }
    }

    private mutating func readEntry() throws(TraceError) -> Entry {
        let seq = try decimal("seq", max: .max)
        let doorbell = try decimal("ring", max: .max)
        let nanoseconds = try decimal("t_ns", max: .max)
        let vcpu = try decimal("vcpu", max: UInt64(UInt32.max))
        let slot = try hexadecimal("slot", digits: 1...5)
        let cons = try hexadecimal("cons", digits: 1...5)
        let op = try hexadecimal("op", digits: 1...2)
        let word0 = try hexadecimal("word0", digits: 16...16)
        let word1 = try hexadecimal("word1", digits: 16...16, last: true)
        guard op == word0 & 0xff else {
            throw failure("op is \(Self.hex(op)), but word0 has \(Self.hex(word0 & 0xff))", expected: "op to be word0[7:0]")
        }
        return Entry(
            seq: seq,
            origin: RecordedStream.Origin(
                doorbell: doorbell, nanoseconds: nanoseconds, vcpu: UInt32(vcpu), slot: UInt32(slot), cons: UInt32(cons)
            ),
            command: Command(word0: word0, word1: word1)
        )
    }

    private mutating func decimal(_ name: StaticString, max: UInt64) throws(TraceError) -> UInt64 {
        var value: UInt64 = 0
        var digits = 0
        while position < text.count {
            let digit = UInt64(text[position] &- 0x30)
            guard digit <= 9 else { break }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(digit)
            guard !overflow, !carry, sum <= max else {
                throw failure("\(name) is too large", expected: "at most \(max)")
            }
            value = sum
            digits += 1
            position += 1
        }
        guard digits > 0 else { throw notANumber(name, "a decimal number") }
        try endField(name, last: false)
        return value
    }

    private mutating func hexadecimal(
        _ name: StaticString, digits allowed: ClosedRange<Int>, last: Bool = false
    ) throws(TraceError) -> UInt64 {
        var value: UInt64 = 0
        var digits = 0
        while position < text.count, let digit = Self.hexDigit(text[position]) {
            value = value &<< 4 | digit
            digits += 1
            position += 1
            if digits > allowed.upperBound { break }
        }
        guard digits > 0 else { throw notANumber(name, "a hexadecimal number") }
        guard allowed.contains(digits) else {
            let count = allowed.count == 1 ? "\(allowed.lowerBound)" : "\(allowed.lowerBound) to \(allowed.upperBound)"
            throw failure(
                "\(name) has \(digits > allowed.upperBound ? "more than \(allowed.upperBound)" : "\(digits)") digits"
                    + (position == text.count ? " where the file ends" : ""),
                expected: "\(count) hexadecimal digits"
            )
        }
        try endField(name, last: last)
        return value
    }

    /// Steps over the comma after a field, or over the end of the line after the last one.
    private mutating func endField(_ name: StaticString, last: Bool) throws(TraceError) {
        guard position < text.count else {
            if last { return }
            throw failure("the file ends after \(name)", expected: "all of \(Self.header)")
        }
        if last {
            if text[position] == 0x0d, position + 1 == text.count || text[position + 1] == 0x0a { position += 1 }
            guard position < text.count else { return }
            guard text[position] == 0x0a else {
                throw failure("\(name) is followed by \(Self.show(text[position]))", expected: "the end of the line")
            }
        } else {
            guard text[position] == 0x2c else {
                throw failure("\(name) is followed by \(Self.show(text[position]))", expected: "a comma and the next of \(Self.header)")
            }
        }
        position += 1
    }

    private func notANumber(_ name: StaticString, _ what: String) -> TraceError {
        guard position < text.count else {
            return failure("the file ends before \(name)", expected: "all of \(Self.header)")
        }
        return failure("\(name) begins with \(Self.show(text[position]))", expected: what)
    }

    private func failure(_ problem: String, expected: String) -> TraceError {
        TraceError(file: file, line: line, problem: problem, expected: expected)
    }

    private static func hexDigit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case 0x30...0x39: UInt64(byte &- 0x30)
        case 0x61...0x66: UInt64(byte &- 0x57)
        case 0x41...0x46: UInt64(byte &- 0x37)
        default: nil
        }
    }

    private static func hex(_ value: some BinaryInteger) -> String { String(value, radix: 16) }

    private static func show(_ byte: UInt8) -> String {
        switch byte {
        case 0x0a: "the end of the line"
        case 0x20...0x7e: "'\(Character(UnicodeScalar(byte)))'"
        default: "the byte 0x\(hex(byte))"
        }
    }
}
