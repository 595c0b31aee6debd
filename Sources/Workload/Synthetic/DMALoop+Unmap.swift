import SMMUv3

extension DMALoop {
    /// Appends the commands of one strict unmap, as Linux splits it.
    ///
    /// Without range invalidation 512 pages and more become one TLBI_NH_ASID, as in current kernels (6.12 still
    /// sent one command per page for its DMA domains), which also bounds the size of a stream.
    func appendUnmap(at address: UInt64, asid: UInt16, to flow: inout [Command]) {
        do {
            flow += try UnmapInvalidation(
                .stage1(asid: asid, vmid: 0), address: address, pages: UInt64(pagesPerUnmap),
                rangeInvalidation: rangeInvalidation, wholeSpaceThreshold: UnmapInvalidation.linuxThreshold(.size4K)
            )
        } catch {
            preconditionFailure("an IOVA is page aligned and below 2^48: \(error)")
        }
    }
}
