/// A list of whole numbers: `1,2,4..16`.
///
/// An item is a number, or a range: `A..B` every number from A to B, `A..B+S` every S-th,
/// `A..B*F` A, A*F, A*F*F, ... up to B. What is named twice counts once, at its first place.
struct IntegerList: Equatable {
    var values: [Int]

    static let forms = "numbers and ranges A..B, A..B+STEP, A..B*FACTOR, separated by commas"
    /// More values than any sweep takes.
    static let limit = 10_000

    /// - Parameter allowed: where every value must lie
    init(_ text: String, allowed: ClosedRange<Int>) throws(FormError) {
        var values: [Int] = []
        var seen: Set<Int> = []
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard !item.isEmpty else { throw FormError("an item is empty; allowed are \(Self.forms)") }
            for value in try Self.expand(item, allowed: allowed) where seen.insert(value).inserted {
                values.append(value)
            }
            guard values.count <= Self.limit else { throw Self.tooLong }
        }
        self.values = values
    }

    private static let tooLong = FormError("the list has more than \(limit) values, which is as many as are allowed")

    private static func expand(
        _ item: Substring, allowed: ClosedRange<Int>
    ) throws(FormError) -> [Int] {
        guard let dots = item.firstRange(of: "..") else {
            return [try number(item, allowed: allowed)]
        }
        let first = try number(item[..<dots.lowerBound], allowed: allowed)
        let rest = item[dots.upperBound...]
        let sign = rest.firstIndex { $0 == "+" || $0 == "*" }
        let last = try number(rest[..<(sign ?? rest.endIndex)], allowed: allowed)
        guard first <= last else {
            throw FormError("the range \(item) runs backwards; allowed is \(last)..\(first)")
        }
        guard let sign else { return try steps(from: first, to: last) { $0.addingReportingOverflow(1) } }

        let amount = try Quantity.parse(rest[rest.index(after: sign)...])
        if rest[sign] == "+" {
            guard amount >= 1 else { throw FormError("the step of \(item) must be 1 or more") }
            return try steps(from: first, to: last) { $0.addingReportingOverflow(amount) }
        }
        guard amount >= 2, first >= 1 else {
            throw FormError("the range \(item) must start at 1 or more and have a factor of 2 or more")
        }
        return try steps(from: first, to: last) { $0.multipliedReportingOverflow(by: amount) }
    }

    private static func steps(
        from first: Int, to last: Int, _ next: (Int) -> (partialValue: Int, overflow: Bool)
    ) throws(FormError) -> [Int] {
        var values: [Int] = []
        var value = first
        while value <= last {
            values.append(value)
            guard values.count <= limit else { throw tooLong }
            let (following, overflow) = next(value)
            if overflow { break }
            value = following
        }
        return values
    }

    private static func number(_ text: Substring, allowed: ClosedRange<Int>) throws(FormError) -> Int {
        let value = try Quantity.parse(text)
        guard allowed.contains(value) else {
            throw FormError("\(value) is out of range; allowed is \(allowed.lowerBound) to \(allowed.upperBound)")
        }
        return value
    }
}
