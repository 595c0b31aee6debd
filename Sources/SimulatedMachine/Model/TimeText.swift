/// Times as a person writes them: `36 ns`, `0.4ns`, `1.1 us`, `250 ps`.
package enum TimeText {
    struct Refusal: Error, Equatable {
        var reason: String
    }

    private static let units: [(name: String, digits: Int)] = [("ps", 0), ("ns", 3), ("us", 6)]

    /// Picoseconds.
    static func parse(_ text: String) -> Result<UInt64, Refusal> {
        func refuse(_ reason: String) -> Result<UInt64, Refusal> { .failure(Refusal(reason: reason)) }
        let number = text.prefix { $0 != " " && !$0.isLetter }
        let rest = text.dropFirst(number.count).drop { $0 == " " }
        if number.hasPrefix("-"), number.dropFirst().first?.isASCIIDigit == true { return refuse("is negative") }
        let parts = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isASCIIDigit) }), let whole = parts.first else {
            return refuse("is no time")
        }
        guard !rest.isEmpty else { return refuse("has no unit") }
        guard let unit = units.first(where: { $0.name == rest }) else { return refuse("has an unknown unit \(quoted(String(rest)))") }
        var fraction = parts.count == 2 ? parts[1] : ""
        while fraction.last == "0" { fraction.removeLast() }
        guard fraction.count <= unit.digits else { return refuse("is finer than a picosecond") }
        let digits = whole + fraction + String(repeating: "0", count: unit.digits - fraction.count)
        guard let picoseconds = UInt64(digits) else { return refuse("is too large") }
        return .success(picoseconds)
    }

    /// The same time in the unit that shows it best; `parse` gives it back.
    package static func render(_ picoseconds: UInt64) -> String {
        let usesMicroseconds = picoseconds >= 1_000_000 && picoseconds.isMultiple(of: 1000)
        let scale: UInt64 = usesMicroseconds ? 1_000_000 : 1000
        let (whole, fraction) = picoseconds.quotientAndRemainder(dividingBy: scale)
        var digits = String(String(scale + fraction).dropFirst())
        while digits.last == "0" { digits.removeLast() }
        return "\(whole)\(digits.isEmpty ? "" : ".\(digits)") \(usesMicroseconds ? "us" : "ns")"
    }
}

extension Character {
    var isASCIIDigit: Bool { isASCII && isNumber }
}
