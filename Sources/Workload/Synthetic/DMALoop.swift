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
    /// With `lazy`: unmaps per flush, 1 or more. Unmaps themselves issue nothing then, so the commands do not
    /// depend on it; it says how many unmaps one flush stands for.
    package var unmapsPerFlush = 256

    package static let pagesPerUnmapRange = 1...(1 << 20)

    package init() {}

    package func validate() throws(WorkloadError) {
        guard Self.pagesPerUnmapRange.contains(pagesPerUnmap) else {
            throw .outOfRange(parameter: "pages per unmap", value: pagesPerUnmap, allowed: "1 to 1048576")
        }
        guard unmapsPerFlush >= 1 else {
            throw .outOfRange(parameter: "unmaps per flush", value: unmapsPerFlush, allowed: "1 or more")
        }
    }
}
