/// Follows PROD indices (wrap bit included) from entry to entry of a queue whose size is not known beforehand.
struct SlotSequence {
    private var last: UInt32?
    /// 2^(N+1) of a queue of 2^N entries, known from the first time that the index goes back to 0.
    private var modulus: UInt32?

    /// Steps to the next slot. Returns nil where it follows the one before, otherwise what would.
    mutating func advance(to slot: UInt32) -> String? {
        defer { last = slot }
        guard let last else { return nil }
        let next = last + 1
        if let modulus {
            let expected = next == modulus ? 0 : next
            return slot == expected ? nil : String(expected, radix: 16)
        }
        if slot == next { return nil }
        if slot == 0, next >= 2, next & (next - 1) == 0 {
            modulus = next
            return nil
        }
        return String(next, radix: 16) + ", one more than on the line before"
    }
}
