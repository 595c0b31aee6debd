/// Addresses of the buffers that one producer maps and unmaps.
///
/// Goes down through a 48-bit space as Linux does, aligned to the buffer's size rounded up to a power of
/// two, with a random gap after each buffer; begins anew at the top when it reaches the bottom.
struct IOVAAllocator {
    static let addressBits: UInt64 = 48
    static let pageShift: UInt64 = 12

    /// Bytes between two possible addresses.
    private let stride: UInt64
    private let slots: UInt64
    private var slot: UInt64
    private var random: SplitMix64

    /// - Parameter pages: Of 4 KiB, per buffer; 1 to 2^20.
    init(pages: Int, seed: UInt64, producer: Int) {
        var roundedUp: UInt64 = 1
        while roundedUp < UInt64(pages) { roundedUp <<= 1 }
        stride = roundedUp << Self.pageShift
        slots = (1 << Self.addressBits) / stride
        random = SplitMix64(seed: seed, stream: producer)
        slot = UInt64.random(in: 0..<slots, using: &random)
    }

    mutating func next() -> UInt64 {
        // At most 8 of at least 2^16 slots, so thousands of addresses in a row differ.
        let step = UInt64.random(in: 1...8, using: &random)
        slot = slot >= step ? slot - step : slot + slots - step
        return slot * stride
    }
}
