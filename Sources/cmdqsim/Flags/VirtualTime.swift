/// A time of a simulated run, in picoseconds: `1ms`, `1.2us`, `0.5s`, `35ns`, `250ps`.
enum VirtualTime {
    private static let units: [(name: String, digits: Int)] = [("ps", 0), ("ns", 3), ("us", 6), ("ms", 9), ("s", 12)]

    static func parse(_ text: String) throws(FormError) -> UInt64 {
        guard let unit = units.first(where: { text.hasSuffix($0.name) }),
            let time = picoseconds(text.dropLast(unit.name.count), digits: unit.digits)
        else {
            throw FormError("'\(text)' is no virtual time; allowed are whole picoseconds as 1ms, 1.2us, 35ns, 250ps or 0.5s")
        }
        return time
    }

    /// A decimal number of which so many digits may stand behind the point.
    private static func picoseconds(_ text: Substring, digits: Int) -> UInt64? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }) else { return nil }
        let fraction = parts.count == 2 ? parts[1] : ""
        guard fraction.count <= digits else { return nil }
        return UInt64(parts[0] + fraction + String(repeating: "0", count: digits - fraction.count))
    }
}
