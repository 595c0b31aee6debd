import SMMUv3

extension DMALoop {
    /// Appends the commands of one strict unmap, as Linux splits it.
    func appendUnmap(at address: UInt64, asid: UInt16, to flow: inout [Command]) {
        let base = UInt64(asid) << 48 | 0x12
        if rangeInvalidation {
            var left = UInt64(pagesPerUnmap), at = address
            while left > 0 {
                let scale = UInt64(left.trailingZeroBitCount)
                let count = (left >> scale) & 31
                flow.append(Command(word0: base | (count - 1) << 12 | scale << 20, word1: at | 1 << 10 | 3 << 8 | 1))
                at += count << (scale + 12)
                left -= count << scale
            }
        } else if pagesPerUnmap >= 512 {
            flow.append(.invalidateASID(asid))
        } else {
            for page in 0..<UInt64(pagesPerUnmap) {
                flow.append(Command(word0: base, word1: (address + page << 12) | 1))
            }
        }
    }
}

extension Command {
    static func invalidateASID(_ asid: UInt16) -> Command {
        Command(word0: UInt64(asid) << 48 | 0x11, word1: 0)
    }
}
