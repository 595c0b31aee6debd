/// What a thread of the native machine does between two looks at a word it waits for.
///
/// A kernel holds interrupts off, so the processor it waits for is running. A thread's core may be
/// the very one that the awaited thread needs, so with more threads than cores it must give the core
/// away soon. `docs/backoff.md` has the measurements behind `standard`.
@usableFromInline
package enum Backoff: Hashable, Sendable {
    /// Look again after one spin-wait hint, for ever.
    case spin
    /// Give the core away after every `looks` looks, 1 to 1,000,000.
    case yield(looks: UInt32)
    /// As Linux's `queue_poll`: ten looks, then a busy delay of 1, 2, 4, ... microseconds.
    case linux

    /// The policy that runs use unless told otherwise.
    package static let standard = Backoff.yield(looks: 100)
}

extension Backoff: CustomStringConvertible {
    @usableFromInline package var description: String {
        switch self {
        case .spin: "spin"
        case .yield(let looks): "yield:\(looks)"
        case .linux: "linux"
        }
    }

    /// Each form of a policy's name, with what it means.
    package static let forms: [(form: String, meaning: String)] = [
        ("spin", "look again at once, for ever; needs a core per thread"),
        ("yield:N", "give the core away after every N looks (1 to 1000000)"),
        ("linux", "ten looks, then delays of 1, 2, 4, ... microseconds, as the driver's queue_poll"),
    ]

    /// The policy of that name, or nil.
    package init?(name: String) {
        let parts = name.split(separator: ":", omittingEmptySubsequences: false)
        switch (parts.first, parts.count) {
        case ("spin", 1): self = .spin
        case ("linux", 1): self = .linux
        case ("yield", 2):
            guard let looks = UInt32(parts[1]), (1...1_000_000).contains(looks) else { return nil }
            self = .yield(looks: looks)
        default: return nil
        }
    }
}

extension Backoff: Codable {
    @usableFromInline package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try container.decode(String.self)
        guard let backoff = Backoff(name: name) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(name)' is no backoff policy")
        }
        self = backoff
    }

    @usableFromInline package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
