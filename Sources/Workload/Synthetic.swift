/// Parameters of the DMA map/unmap loop.
package struct DMALoop: Hashable, Codable, Sendable {
    package enum Flush: String, Codable, CaseIterable, Sendable {
        /// Every unmap invalidates its own pages and waits.
        case strict
        /// Unmaps gather; then one TLBI_NH_ASID and a sync flush them all.
        case lazy
    }

    /// Pages of 4 KiB per unmap, 1 to 2^20.
    package var pagesPerUnmap = 1
    /// Range invalidation (SMMU_IDR3.RIL).
    package var rangeInvalidation = false
    package var flush = Flush.strict
    /// With `lazy`: unmaps per flush, 1 or more.
    package var unmapsPerFlush = 256

    package init() {}
}

/// Weights of the commands of a random mix; weights are relative, 0 leaves a command out.
package struct OpcodeMix: Hashable, Codable, Sendable {
    /// Command names as `Opcode` spells them, each with its weight.
    package var weights: [String: Int] = ["TLBI_NH_VA": 90, "TLBI_NH_ASID": 5, "ATC_INV": 4, "CFGI_STE": 1]

    package init() {}
}
