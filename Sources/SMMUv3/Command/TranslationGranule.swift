/// A translation granule: the size of the smallest page.
@usableFromInline
package enum TranslationGranule: UInt8, CaseIterable, Hashable, Sendable, Codable {
    // Raw values are the encodings of TG.
    case size4K = 1
    case size16K = 2
    case size64K = 3

    /// `nil` for TG = 0, which switches the range and TTL off.
    @inlinable package init?(tg: UInt8) { self.init(rawValue: tg) }

    /// The encoding of TG.
    @inlinable package var tg: UInt8 { rawValue }

    /// 12, 14 or 16.
    @inlinable package var log2Bytes: UInt64 { 10 + 2 * UInt64(rawValue) }

    @inlinable package var bytes: UInt64 { 1 &<< log2Bytes }

    /// Address bits that one level of the tables resolves: 9, 11 or 13.
    @inlinable package var bitsPerLevel: UInt64 { log2Bytes - 3 }

    /// What one entry of a table of `level` (0 to 3) maps, as a base-2 logarithm of bytes: for level 3
    /// a granule, for the level above it a block, and so on.
    @inlinable package func log2Block(level: UInt8) -> UInt64 {
        3 + bitsPerLevel * UInt64(4 - min(level, 3))
    }

    package var name: String {
        switch self {
        case .size4K: "4K"
        case .size16K: "16K"
        case .size64K: "64K"
        }
    }
}
