/// What a self-check found: the first few findings in words, and how many there were.
struct ViolationLog: Sendable, Equatable {
    private(set) var messages: [String] = []
    private(set) var count = 0

    static let kept = 8

    /// The message is made only when it is kept.
    @inline(never)
    mutating func add(_ message: @autoclosure () -> String) {
        count += 1
        if messages.count < Self.kept { messages.append(message()) }
    }

    mutating func merge(_ other: ViolationLog) {
        count += other.count
        messages += other.messages.prefix(max(0, Self.kept - messages.count))
    }

    /// One line per finding kept, and one for those that were not.
    var lines: [String] {
        count > messages.count ? messages + ["and \(count - messages.count) more"] : messages
    }
}
