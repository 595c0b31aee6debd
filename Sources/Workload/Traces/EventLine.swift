/// One line of the emulator's text trace from its event's name on, as a range of the file's bytes.
struct EventLine {
    private let text: [UInt8]
    /// Where the event's name begins, after `smmuv3_`.
    private let event: Int
    private let nameEnd: Int
    private let end: Int

    init(text: [UInt8], event: Int, end: Int) {
        self.text = text
        self.event = event
        self.end = end
        var nameEnd = event
        while nameEnd < end, text[nameEnd] != 0x20, text[nameEnd] != 0x09 { nameEnd += 1 }
        self.nameEnd = nameEnd
    }

    /// The event's name without `smmuv3_`.
    var name: ArraySlice<UInt8> { text[event..<nameEnd] }

    func isNamed(_ other: [UInt8]) -> Bool {
        nameEnd - event == other.count && name.elementsEqual(other)
    }

    /// The word after `<---`, if there is one.
    var textAfterArrow: String? {
        guard let arrow = Self.find(Array("<---".utf8), in: text, from: nameEnd, to: end) else { return nil }
        let word = text[(arrow + 4)..<end].drop { $0 == 0x20 }.prefix { $0 > 0x20 && $0 < 0x7f }
        return String(decoding: word, as: UTF8.self)
    }

    /// The number after `key`, an equals sign and any spaces; nil where there is none.
    ///
    /// Decimal, or hexadecimal after `0x`; a minus sign may precede the digits (`-1`, and `0x-1` of emulators
    /// that printed decimals after `0x`). Negative numbers come as their two's complement.
    func number(_ key: [UInt8]) -> Number? {
        var from = nameEnd
        while let found = Self.find(key, in: text, from: from, to: end) {
            from = found + 1
            guard text[found - 1] == 0x20 || text[found - 1] == 0x09 else { continue }
            var at = skipSpaces(found + key.count)
            guard at < end, text[at] == 0x3d else { continue }
            at = skipSpaces(at + 1)
            return parseNumber(at)
        }
        return nil
    }

    struct Number {
        var value: UInt64
        /// The same digits, read as decimal; nil where they are not.
        var asDecimal: UInt64?
    }

    private func skipSpaces(_ start: Int) -> Int {
        var at = start
        while at < end, text[at] == 0x20 { at += 1 }
        return at
    }

    private func parseNumber(_ start: Int) -> Number? {
        var at = start
        var isHexadecimal = false
        if at + 1 < end, text[at] == 0x30, text[at + 1] | 0x20 == 0x78 {
            isHexadecimal = true
            at += 2
        }
        let isNegative = at < end && text[at] == 0x2d
        if isNegative { at += 1 }
        var value: UInt64 = 0
        var decimal: UInt64? = 0
        var digits = 0
        while at < end, let digit = Self.digit(text[at], isHexadecimal: isHexadecimal) {
            digits += 1
            guard digits <= 19 else { return nil }
            value = isHexadecimal ? value &<< 4 | digit : value &* 10 &+ digit
            if digit > 9 { decimal = nil } else { decimal = decimal.map { $0 &* 10 &+ digit } }
            at += 1
        }
        guard digits > 0, !isHexadecimal || digits <= 16 else { return nil }
        // The number ends where a space or the line does, so a broken one does not pass for a shorter one.
        guard at == end || text[at] == 0x20 || text[at] == 0x09 || text[at] == 0x2c else { return nil }
        if isNegative { return Number(value: 0 &- value, asDecimal: decimal.map { 0 &- $0 }) }
        return Number(value: value, asDecimal: decimal)
    }

    private static func digit(_ byte: UInt8, isHexadecimal: Bool) -> UInt64? {
        switch byte {
        case 0x30...0x39: UInt64(byte &- 0x30)
        case 0x61...0x66 where isHexadecimal: UInt64(byte &- 0x57)
        case 0x41...0x46 where isHexadecimal: UInt64(byte &- 0x37)
        default: nil
        }
    }

    /// The first place of `pattern`, which is not empty, in the range of `text`.
    static func find(_ pattern: [UInt8], in text: [UInt8], from start: Int, to end: Int) -> Int? {
        let first = pattern[0]
        var at = start
        while at + pattern.count <= end {
            if text[at] == first {
                var matched = 1
                while matched < pattern.count, text[at + matched] == pattern[matched] { matched += 1 }
                if matched == pattern.count { return at }
            }
            at += 1
        }
        return nil
    }

    /// As `find`, at the beginning of the line or after what may stand before an event: a space, a tab, or
    /// the colon after a process number and a time.
    static func findEvent(_ prefix: [UInt8], in text: [UInt8], from start: Int, to end: Int) -> Int? {
        var from = start
        while let found = find(prefix, in: text, from: from, to: end) {
            if found == start || [0x20, 0x09, 0x3a].contains(text[found - 1]) { return found }
            from = found + 1
        }
        return nil
    }
}
