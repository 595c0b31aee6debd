/// A percentage: `25`, `12.5`, `25%`.
enum Percent {
    static func parse(_ text: String) throws(FormError) -> Double {
        let digits = text.hasSuffix("%") ? text.dropLast() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: ".") }),
            let value = Double(digits), value.isFinite
        else {
            throw FormError("'\(text)' is no percentage; allowed is a number of 0 or more, as 25 or 12.5")
        }
        return value
    }
}
