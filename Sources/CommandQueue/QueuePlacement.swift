import Machine
import SMMUv3

/// Where the words of one queue are: the driver's state, the ring, and the device's registers.
@usableFromInline
package struct QueuePlacement: Sendable {
    @usableFromInline package enum Layout: String, CaseIterable, Sendable {
        /// As `struct arm_smmu_cmdq` lies in memory with 64-byte lines: `lock`, `owner_prod` and the
        /// pointer to the valid map share one line.
        case linux
        /// A line for each word that producers write.
        case padded
    }

    @usableFromInline package let geometry: QueueGeometry
    /// Linux's `llq.val`: prod in the low half, with the owner flag in bit 31; cons in the high half.
    @usableFromInline package let pointers: Word64
    /// Holds the place of the valid map. A load of it is part of the algorithm: it shares its line in the `linux` layout.
    @usableFromInline package let validMapPointer: Word64
    @usableFromInline package let ownerProd: Word32
    @usableFromInline package let lock: Word32
    /// The software cons of an algorithm that keeps it apart from prod: in the line behind `pointers`.
    @usableFromInline package let separateCons: Word32
    /// The rivals' words: a lock, and the count of completed CMD_SYNCs that the device writes.
    @usableFromInline package let queueLock: Word32
    @usableFromInline package let syncCount: Word64
    /// A line for each place in the line for a `QueuedSpinlock`; 0 or a power of two of them.
    @usableFromInline package let lockTurns: Word64
    @usableFromInline package let lockTurnCount: Int

    @usableFromInline package let validMap: Word64
    @usableFromInline package let slots: Word64
    /// The device address of `slots`, as CMD_SYNCs name it.
    @usableFromInline package let slotsAddress: UInt64

    @usableFromInline package let prod: Register32
    @usableFromInline package let cons: Register32
    @usableFromInline package let gerror: Register32
    @usableFromInline package let gerrorn: Register32

    /// Lays the queue out in `plan`. `addressBase` is the device address of offset 0 of memory.
    ///
    /// `queuedProducers` may wait for the queue's `QueuedSpinlock` at once; 0 where none is used.
    package init(
        geometry: QueueGeometry, layout: Layout, addressBase: UInt64, queuedProducers: Int = 0, plan: inout MemoryPlan
    ) {
        self.geometry = geometry
        switch layout {
        case .linux:
            let structure = plan.reserve(bytes: 256)
            pointers = structure
            validMapPointer = Word64(offset: structure.offset + 192)
            ownerProd = Word32(offset: structure.offset + 200)
            lock = Word32(offset: structure.offset + 204)
            separateCons = Word32(offset: structure.offset + 64)
        case .padded:
            pointers = plan.reserveLine()
            validMapPointer = plan.reserveLine()
            ownerProd = plan.reserveLine().low
            lock = plan.reserveLine().low
            separateCons = plan.reserveLine().low
        }
        queueLock = plan.reserveLine().low
        syncCount = plan.reserveLine()
        prod = plan.reserveRegister()
        cons = plan.reserveRegister()
        gerror = plan.reserveRegister()
        gerrorn = Register32(word: gerror.word.next)
        validMap = plan.reserve(bytes: Swift.max(1, Int(geometry.entries) / 64) * 8)
        slots = plan.reserve(bytes: Int(geometry.entries) * 16, alignment: 4096)
        slotsAddress = addressBase &+ UInt64(slots.offset)
        lockTurnCount = queuedProducers > 0 ? 1 << (Int.bitWidth - (queuedProducers - 1).leadingZeroBitCount) : 0
        lockTurns = plan.reserve(bytes: lockTurnCount * MemoryPlan.lineSize)
        plan.setInitial(validMapPointer, to: UInt64(validMap.offset))
    }

    /// The first word of the entry that `pointer` points to.
    @inlinable
    package func slot(_ pointer: UInt32) -> Word64 {
        geometry.slot(pointer, of: slots)
    }

    /// The device address of the entry that `pointer` points to.
    @inlinable
    package func slotAddress(_ pointer: UInt32) -> UInt64 {
        slotsAddress &+ UInt64(geometry.index(pointer)) &* 16
    }
}

extension QueuePlacement {
    /// Whether a list of so many commands, followed by a CMD_SYNC with `sync`, can ever fit.
    @inlinable @inline(__always)
    func canHold(commands: Int, sync: Bool) -> Bool {
        commands < Int(geometry.entries) &+ (sync ? 0 : 1)
    }

    /// Writes the commands to the slots from `start` on: in one run, or in two around the end of the ring.
    ///
    /// Relaxed: the slots are the caller's alone until it publishes them, and what publishes them orders these stores.
    @inlinable @inline(__always)
    func write<P: Processor>(
        _ commands: Span<Command>, from start: UInt32, on processor: inout P, dependingOn dependency: P.Dependency
    ) {
        let untilWrap = Int(geometry.entries &- geometry.index(start))
        if commands.count <= untilWrap {
            processor.storeEntries(commands, from: slot(start), at: .writeSlots, dependingOn: dependency)
        } else {
            processor.storeEntries(
                commands.extracting(first: untilWrap), from: slot(start), at: .writeSlots, dependingOn: dependency)
            processor.storeEntries(
                commands.extracting(droppingFirst: untilWrap), from: slots, at: .writeSlots, dependingOn: dependency)
        }
    }
}

extension Word32 {
    fileprivate var next: Word32 { Word32(offset: offset + 4) }
}

extension QueueGeometry {
    /// The entry that `pointer` points to, two words long, of those that begin at `slots`.
    @inlinable @inline(__always)
    package func slot(_ pointer: UInt32, of slots: Word64) -> Word64 { slots.advanced(by: Int(index(pointer)) &* 2) }
}
