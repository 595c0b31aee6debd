/// A text that is no value of the expected form; the description says what is allowed.
struct FormError: Error, Equatable, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

/// Whole numbers with an optional suffix: k, M, G are powers of 1000, Ki, Mi, Gi powers of 1024.
enum Quantity {
    static let forms = "a whole number, with k, M, G (powers of 1000) or Ki, Mi, Gi (powers of 1024)"

    private static let suffixes: [(name: String, factor: Int)] = [
        ("Ki", 1 << 10), ("Mi", 1 << 20), ("Gi", 1 << 30),
        ("k", 1_000), ("K", 1_000), ("M", 1_000_000), ("G", 1_000_000_000),
    ]

    /// `2M`, `1.5k`, `4Ki`, `-3`. A fraction must come out whole.
    static func parse(_ text: some StringProtocol) throws(FormError) -> Int {
        let suffix = suffixes.first { text.hasSuffix($0.name) }
        let digits = text.dropLast(suffix?.name.count ?? 0)
        guard let value = scaled(digits, by: suffix?.factor ?? 1) else {
            throw FormError("'\(text)' is no number; allowed is \(forms)")
        }
        return value
    }

    private static func scaled(_ text: some StringProtocol, by factor: Int) -> Int? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let isNegative = parts[0].hasPrefix("-")
        guard let whole = digits(parts[0].dropFirst(isNegative ? 1 : 0)) else { return nil }
        let (product, overflow) = whole.multipliedReportingOverflow(by: factor)
        guard !overflow else { return nil }
        var value = product
        if parts.count == 2 {
            guard parts[1].count <= 9, let fraction = digits(parts[1]) else { return nil }
            let scale = (0..<parts[1].count).reduce(1) { power, _ in power * 10 }
            let (numerator, overflow) = fraction.multipliedReportingOverflow(by: factor)
            guard !overflow, numerator.isMultiple(of: scale) else { return nil }
            let (sum, tooLarge) = value.addingReportingOverflow(numerator / scale)
            guard !tooLarge else { return nil }
            value = sum
        }
        return isNegative ? -value : value
    }

    private static func digits(_ text: some StringProtocol) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }
}

/// Seconds: `2`, `0.5`, `2s`, `500ms`, `100us`.
enum Seconds {
    static func parse(_ text: String) throws(FormError) -> Double {
        let unit: (suffix: String, perSecond: Double) =
            text.hasSuffix("us") ? ("us", 1e6) : text.hasSuffix("ms") ? ("ms", 1e3) : text.hasSuffix("s") ? ("s", 1) : ("", 1)
        let digits = text.dropLast(unit.suffix.count)
        guard digits.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 || $0 == 45 }), let value = Double(digits)
        else {
            throw FormError("'\(text)' is no duration; allowed are seconds (2, 0.5, 2s), milliseconds (500ms) and microseconds (100us)")
        }
        return value / unit.perSecond
    }
}
