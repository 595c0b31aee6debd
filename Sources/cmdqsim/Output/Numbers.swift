import Foundation

/// Numbers as people read them; the same in every locale.
enum Numbers {
    static func fixed(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite else { return "-" }
        return String(format: "%.\(digits)f", value)
    }

    /// Millions, with three digits or more that count.
    static func millions(_ value: Double) -> String {
        let scaled = value / 1e6
        return fixed(scaled, scaled < 10 ? 3 : scaled < 100 ? 2 : 1)
    }

    /// Four digits that count, without an exponent where it is no help.
    static func significant(_ value: Double) -> String {
        value.isFinite ? String(format: "%.4g", value) : "-"
    }

    static func microseconds(_ nanoseconds: UInt64) -> String {
        fixed(Double(nanoseconds) / 1000, 2)
    }

    /// The shortest text that reads back to the same value.
    static func exact(_ value: Double) -> String { "\(value)" }

    /// The same without a fraction of zero.
    static func short(_ value: Double) -> String {
        let text = exact(value)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    static func grouped(_ value: UInt64) -> String {
        var text = ""
        for (index, digit) in String(value).reversed().enumerated() {
            if index > 0, index.isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return String(text.reversed())
    }
}
