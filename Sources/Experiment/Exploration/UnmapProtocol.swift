import CommandQueue
import ExploringMachine
import Machine
import SMMUv3

/// What goes on around the queue where pages are unmapped while a device is attached that keeps translations of its own (ATS).
///
/// Who unmaps clears the page table entry, has the SMMU invalidate it, and then looks whether any device has a cache of its own that
/// must be invalidated too. Who attaches counts the device first and enables its cache then. Source: linux-cmdq, section 4, m9.
struct UnmapProtocol {
    /// Agents beside producers and SMMU: who attaches, and the device.
    static let agents = 2

    /// Page table entries, a word with a line of its own for each producer; not 0 is mapped.
    private let pages: Word64
    private let producers: Int
    /// Devices with a cache of their own (`nr_ats_masters`).
    private let masters: Word32
    /// The device's ATS control, in its configuration space.
    private let control: Register32

    init(producers: Int, plan: inout MemoryPlan) {
        self.producers = producers
        pages = plan.reserve(bytes: producers * MemoryPlan.lineSize)
        masters = plan.reserveLine().low
        control = plan.reserveRegister()
        for producer in 0..<producers { plan.setInitial(page(of: producer), to: 1) }
    }

    private func page(of producer: Int) -> Word64 { pages.advanced(by: producer * MemoryPlan.lineSize / 8) }

    /// Relaxed: the insertion's barrier puts it before the invalidation.
    func unmap<P: Processor>(_ producer: Int, on processor: inout P) {
        processor.store64(page(of: producer), 0, .relaxed, at: .unmapPage)
    }

    /// Behind the CMD_SYNC: whether a cache of a device must be invalidated too.
    func mustInvalidateDevices<P: Processor>(on processor: inout P) -> Bool {
        // Full: without it the load may come before the one that saw the CMD_SYNC complete, and miss a device whose cache was
        // enabled, and filled, before the invalidation (mutation m9).
        processor.fence(.full, at: .readMasters)
        return processor.load32(masters, .relaxed, at: .readMasters).value != 0
    }

    func attach<P: Processor>(on processor: inout P) {
        // Relaxed: the register's ordered write puts it before the cache is enabled.
        _ = processor.fetchAdd32(masters, 1, .relaxed, at: .attachDevice)
        processor.writeRegister(control, 1, .orderedStores, at: .attachDevice)
    }

    /// The device, once: where its cache is enabled it fills it. Returns a bit for each page that it has found mapped.
    func fillCache<P: ExploredProcessor>(on processor: inout P) -> UInt8 {
        guard processor.ownRegister(control, at: .translate) != 0 else { return 0 }
        var found: UInt8 = 0
        for producer in 0..<producers where processor.dmaRead64(page(of: producer), at: .translate) != 0 { found |= 1 << UInt8(producer) }
        return found
    }

    /// What the offset is to it; nil where it is none of its words.
    func wordName(_ offset: Int) -> String? {
        if offset == masters.offset { return "ATS masters" }
        if offset == control.word.offset { return "ATS control" }
        return (0..<producers).first { page(of: $0).offset == offset }.map { "page \($0)" }
    }
}
