import Machine
import SMMUv3

/// The command-queue algorithm of Linux's SMMUv3 driver since 5.4: producers allocate by
/// compare-and-swap, the first of them becomes the owner, gathers what the others insert meanwhile,
/// and publishes all of it with one write of PROD. Source: linux-cmdq 1.3.
@usableFromInline
package struct LinuxQueue: InsertionAlgorithm {
    @usableFromInline package let placement: QueuePlacement
    @usableFromInline package let completion: SyncCompletion
    /// Nanoseconds until a CMD_SYNC, or one wait for space, is given up. Linux has 10^9.
    @usableFromInline package let timeout: UInt64
    @usableFromInline let spaceWait: SpaceWait
    @usableFromInline let lock: QueueLock
    @usableFromInline let validMap: ValidMap
    @usableFromInline let geometry: QueueGeometry
    /// A CMD_SYNC's first word, and which bits of its slot's address its second word has.
    @usableFromInline let syncWord0: UInt64
    @usableFromInline let syncAddressMask: UInt64

    /// In `prod`: a gather is open and has an owner.
    @inlinable package static var owned: UInt32 { 1 << 31 }

    package init(
        placement: QueuePlacement, completion: SyncCompletion, lock form: QueueLock.Form, timeout: UInt64 = 1_000_000_000,
        spaceWait: SpaceWait = .notFull
    ) {
        self.placement = placement
        self.completion = completion
        self.timeout = timeout
        self.spaceWait = spaceWait
        self.geometry = placement.geometry
        self.lock = QueueLock(word: placement.lock, form: form)
        self.validMap = ValidMap(geometry: placement.geometry)
        self.syncWord0 = Command.sync(completion.signal).word0
        self.syncAddressMask = Command.sync(completion.signal, msiAddress: .max).word1
    }

    /// Inserts the commands, followed by a CMD_SYNC with `sync`, as one contiguous list, and waits for that CMD_SYNC.
    ///
    /// Without `sync` it may return before the commands have been published: the owner does that.
    @inlinable
    package func issue<P: Processor, O: QueueObserver>(
        _ commands: Span<Command>, sync: Bool, on processor: inout P, observer: inout O
    ) -> IssueOutcome {
        var mainline = Mainline()
        return issue(commands, sync: sync, variant: &mainline, on: &processor, observer: &observer)
    }

    /// As above, in a variant of the algorithm.
    @inlinable @inline(__always)
    func issue<P: Processor, O: QueueObserver, V: LinuxVariant>(
        _ commands: Span<Command>, sync: Bool, variant: inout V, on processor: inout P, observer: inout O
    ) -> IssueOutcome {
        let commandCount = UInt32(truncatingIfNeeded: commands.count)
        let count = commandCount &+ (sync ? 1 : 0)
        guard placement.canHold(commands: commands.count, sync: sync) else { return .neverFits }
        // An empty gather would end where it begins, and the next owner could ring before this one (Linux never makes one).
        guard count > 0 else { return .done }

        // Phase 1: allocate. The load is relaxed: a stale value makes the exchange fail, no more. So is the exchange:
        // everything below depends on the value that it returns.
        let step = RingAdvance(by: count, entries: geometry.entries, flags: Self.owned)
        var attempts: UInt32 = 0
        var old = processor.load64(placement.pointers, .relaxed, at: .allocate).value
        let allocation: P.Dependency
        allocating: while true {
            let exchange = variant.allocate(step, from: old, in: placement.pointers, on: &processor)
            attempts &+= exchange.attempts
            old = exchange.found.value
            switch exchange.outcome {
            case .succeeded:
                allocation = exchange.found.dependency
                break allocating
            case .failed: continue
            case .hasNoSpace: old = variant.awaitSpace(for: count, in: self, on: &processor, observer: &observer)
            }
        }
        let isOwner = UInt32(truncatingIfNeeded: old) & Self.owned == 0
        let start = UInt32(truncatingIfNeeded: old) & ~Self.owned
        observer.allocated(
            start: start, commands: commands, sync: sync, attempts: attempts,
            cons: UInt32(truncatingIfNeeded: old >> 32), on: &processor)

        // Phase 2: write. Relaxed: the slots are the caller's alone until their valid bits are set, behind the barrier of phase 3.
        placement.write(commands, from: start, on: &processor, dependingOn: allocation)
        let syncSlot = (start &+ commandCount) & geometry.pointerMask
        var share = P.Dependency.none
        if sync {
            writeSync(at: syncSlot, on: &processor, dependingOn: allocation)
            // Before the slots become valid: else the CMD_SYNC could complete, and another producer take
            // itself for the last holder, with this one not counted (mutation m2).
            share = lock.lockShared(on: &processor)
        }

        // Phase 3: publish. Without the barrier an owner could see the bits before the slots' contents
        // and have the device fetch stale entries (mutation m1).
        processor.fence(.dmaWrite, at: .publishSlots)
        // Relaxed: written once, before any processor ran.
        let map = Word64(offset: Int(truncatingIfNeeded: processor.load64(placement.validMapPointer, .relaxed, at: .publishSlots).value))
        validMap.set(map, from: start, count: count, on: &processor)

        // Phase 4: the owner gathers and rings.
        if isOwner { publishGather(from: start, map: map, prodFlags: V.prodFlags, on: &processor, observer: &observer) }
        observer.inserted(on: &processor)

        // Phase 5: wait.
        guard sync else { return .done }
        return awaitSync(at: syncSlot, holding: share, on: &processor, observer: &observer)
    }

    /// Relaxed, as the commands.
    @inlinable @inline(__always)
    func writeSync<P: Processor>(at pointer: UInt32, on processor: inout P, dependingOn dependency: P.Dependency) {
        let slot = placement.slot(pointer)
        processor.store64(slot, syncWord0, .relaxed, at: .writeSlots, dependingOn: dependency)
        processor.store64(
            slot.advanced(by: 1), placement.slotAddress(pointer) & syncAddressMask, .relaxed,
            at: .writeSlots, dependingOn: dependency)
    }

    @inlinable @inline(__always)
    func publishGather<P: Processor, O: QueueObserver>(
        from start: UInt32, map: Word64, prodFlags: UInt32, on processor: inout P, observer: inout O
    ) {
        // The previous owner must have rung before this gather is closed, or there would be two owners (mutation m7).
        // Relaxed: the doorbell below depends on it, and the slots are waited for on their own.
        let turn = processor.wait32(placement.ownerProd, at: .awaitOwner) { $0 == start }
        // Relaxed, and on one half only: the next allocator's compare-and-swap sees the flag gone and
        // owns the next gather. Bit 31 is known to be set, so adding it clears it.
        let closed = processor.fetchAdd32(placement.pointers.low, Self.owned, .relaxed, at: .closeGather)
        let end = closed.value & ~Self.owned
        // Own slots are waited for as well: that gives the control dependency from them to the doorbell (mutation m5).
        let valid = validMap.await(map, from: start, to: end, on: &processor)
        // Relaxed (writel_relaxed): that the slots were written is ordered by their producers' barriers before the
        // valid bits, and the doorbell after those bits by the dependency. Without it the device could fetch unwritten slots.
        processor.writeRegister(
            placement.prod, end | prodFlags, .relaxed, at: .doorbell,
            dependingOn: turn.dependency.joined(with: closed.dependency).joined(with: valid))
        observer.rangDoorbell(start: start, end: end)
        // Release: the next owner's doorbell must not overtake this one, or PROD would move backwards (mutation m3).
        processor.store32(placement.ownerProd, end, .release, at: .handOver)
    }
}
