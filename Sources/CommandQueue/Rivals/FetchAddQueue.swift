import Machine
import SMMUv3

/// Allocation by one fetch-and-add that cannot fail, proposed in 2020 ("Remove cmpxchg", v2) and not merged; the rest is Linux's
/// algorithm. Source: linux-cmdq 2.4.
///
/// `pointers` holds sync_count in bits 63:48, gather_count in 47:32 and prod in 31:0; cons has a word of its own. Who adds to
/// a gather_count of 0 owns the gather. Space is waited for after the allocation. The owner takes the shared lock
/// for all CMD_SYNCs of its gather, just before it writes PROD; each issuer gives its share back.
///
/// **Bounds.** Lists that have found space end at most 2^N behind cons; every other one belongs to another producer. So prod is
/// ahead of cons by at most 2^N entries and a list of each producer. A queue pointer tells less than two laps apart:
/// the producers times the largest list must stay below 2^N. The counts must not
/// overflow: a gather has a list of each producer, and of lists without a CMD_SYNC as many as fit into the ring.
///
/// **No deadlock (bug B4).** Take the oldest gather that is not published, from slot S on. What lies before S has been handed to the
/// device, so it is consumed, its CMD_SYNCs complete, and their issuers give their shares back without waiting for anybody (an owner
/// of two or more parts, see below, before it goes on with the second). Nobody else has one: an owner takes shares only for slots that are all written, and then waits for nothing but an exclusive holder, who waits for nobody.
/// So the lock becomes free, and one of those who wait for space gets it and learns that cons is S; they park on no
/// word but look at both, lock and cons, again and again. With that every list that ends within 2^N of S is written, the owner's own among them.
/// If the gather ends there too, it is published, and the next one is the oldest. If not (lists without a CMD_SYNC can fill a
/// ring while their owner waits), its later lists wait for its earlier ones to be consumed: the owner publishes it in parts of 2^N / 2. No list
/// that reaches into such a part ends beyond S + 2^N, for with two producers or more the bound makes lists shorter than half the ring.
@usableFromInline
package struct FetchAddQueue: InsertionAlgorithm {
    /// What is as in Linux: the queue lock, in its counted form, the valid map, how a CMD_SYNC looks and is waited for.
    @usableFromInline let linux: LinuxQueue
    @usableFromInline let geometry: QueueGeometry

    @inlinable package var placement: QueuePlacement { linux.placement }

    /// One list, and one that ends in a CMD_SYNC, in `pointers`.
    @inlinable package static var gatherUnit: UInt64 { 1 << 32 }
    @inlinable package static var syncUnit: UInt64 { 1 << 48 }

    /// Lists that one gather may have.
    package static var maximumGather: Int { 0xffff }

    package init(placement: QueuePlacement, completion: SyncCompletion, timeout: UInt64 = 1_000_000_000) {
        linux = LinuxQueue(placement: placement, completion: completion, lock: .counted, timeout: timeout)
        geometry = placement.geometry
    }

    @inlinable
    package func issue<P: Processor, O: QueueObserver>(
        _ commands: Span<Command>, sync: Bool, on processor: inout P, observer: inout O
    ) -> IssueOutcome {
        let commandCount = UInt32(truncatingIfNeeded: commands.count)
        let count = commandCount &+ (sync ? 1 : 0)
        guard placement.canHold(commands: commands.count, sync: sync) else { return .neverFits }
        guard count > 0 else { return .done }

        // Phase 1: allocate. Full: the load of cons that follows must not be older, or prod could seem a lap further ahead than it is.
        let old = processor.fetchAdd64(
            placement.pointers, Self.gatherUnit &+ (sync ? Self.syncUnit : 0) &+ UInt64(count), .full, at: .allocate)
        let isOwner = old.value & (Self.syncUnit &- Self.gatherUnit) == 0
        let start = UInt32(truncatingIfNeeded: old.value) & geometry.pointerMask
        let space = awaitSpace(from: start, count: count, on: &processor, observer: &observer)
        observer.allocated(start: start, commands: commands, sync: sync, attempts: 0, cons: space.value, on: &processor)

        // Phase 2: write. Relaxed, as in Linux; the slots are the caller's from when there is space, not from the allocation.
        let allocation = old.dependency.joined(with: space.dependency)
        placement.write(commands, from: start, on: &processor, dependingOn: allocation)
        let syncSlot = (start &+ commandCount) & geometry.pointerMask
        if sync { linux.writeSync(at: syncSlot, on: &processor, dependingOn: allocation) }

        // Phase 3: publish. The barrier as in Linux: slots before their bits.
        processor.fence(.dmaWrite, at: .publishSlots)
        // Relaxed: written once, before any processor ran.
        let map = Word64(offset: Int(truncatingIfNeeded: processor.load64(placement.validMapPointer, .relaxed, at: .publishSlots).value))
        linux.validMap.set(map, from: start, count: count, on: &processor)

        // Phase 4: the owner gathers and rings.
        if isOwner {
            let early = publishGather(from: start, map: map, syncSlot: sync ? syncSlot : nil, on: &processor, observer: &observer)
            if let early { return early }
        }
        observer.inserted(on: &processor)

        // Phase 5: wait.
        guard sync else { return .done }
        return awaitSync(at: syncSlot, on: &processor, observer: &observer)
    }

    /// Returns how the owner's insertion ended, where the end of its CMD_SYNC had to be awaited here.
    @inlinable @inline(__always)
    func publishGather<P: Processor, O: QueueObserver>(
        from start: UInt32, map: Word64, syncSlot: UInt32?, on processor: inout P, observer: inout O
    ) -> IssueOutcome? {
        // Relaxed, as in Linux: the doorbell below depends on it.
        let turn = processor.wait32(placement.ownerProd, at: .awaitOwner) { $0 == start }
        // Relaxed: the next allocator finds a gather_count of 0 and owns the next gather. The counts go, and prod's carry beyond the wrap bit.
        let closed = processor.fetchAnd64(placement.pointers, UInt64(geometry.pointerMask), .relaxed, at: .closeGather)
        let source = turn.dependency.joined(with: closed.dependency)
        var gather = Gather(
            from: start,
            // The carry is still in it: the true number, which may be more than a ring.
            count: UInt32(truncatingIfNeeded: closed.value) &- start,
            syncs: UInt32(truncatingIfNeeded: closed.value >> 48))
        var early: IssueOutcome?
        if gather.count > geometry.entries {
            early = publishParts(of: &gather, map: map, syncSlot: syncSlot, on: &processor, observer: &observer, dependingOn: source)
        }
        let end = geometry.advance(gather.from, by: gather.count)
        let valid = linux.validMap.await(map, from: gather.from, to: end, on: &processor)
        ring(from: gather.from, to: end, syncs: gather.syncs, on: &processor, observer: &observer, dependingOn: source.joined(with: valid))
        // Release: the next owner's doorbell must not overtake this one's (mutation m3).
        processor.store32(placement.ownerProd, end, .release, at: .handOver)
        return early
    }

    /// What of a closed gather is still to be published.
    @usableFromInline
    struct Gather {
        @usableFromInline var from: UInt32
        @usableFromInline var count: UInt32
        @usableFromInline var syncs: UInt32

        @inlinable init(from: UInt32, count: UInt32, syncs: UInt32) {
            (self.from, self.count, self.syncs) = (from, count, syncs)
        }
    }

    /// Publishes half rings until a ring or less is left. The owner's own list lies in the first half; with its CMD_SYNC awaited at the end
    /// the owner would keep its share while others wait for space, and their lists would overwrite the slot that it looks at.
    @inlinable @inline(never)
    func publishParts<P: Processor, O: QueueObserver>(
        of gather: inout Gather, map: Word64, syncSlot: UInt32?, on processor: inout P, observer: inout O, dependingOn source: P.Dependency
    ) -> IssueOutcome? {
        var early: IssueOutcome?
        let part = geometry.entries / 2
        while gather.count > geometry.entries {
            let end = geometry.advance(gather.from, by: part)
            let valid = linux.validMap.await(map, from: gather.from, to: end, on: &processor)
            let syncs = countSyncs(from: gather.from, count: part, on: &processor)
            ring(from: gather.from, to: end, syncs: syncs, on: &processor, observer: &observer, dependingOn: source.joined(with: valid))
            gather = Gather(from: end, count: gather.count &- part, syncs: gather.syncs &- syncs)
            if early == nil {
                observer.inserted(on: &processor)
                early = syncSlot.map { awaitSync(at: $0, on: &processor, observer: &observer) } ?? .done
            }
        }
        return early
    }

    @inlinable @inline(__always)
    func ring<P: Processor, O: QueueObserver>(
        from start: UInt32, to end: UInt32, syncs: UInt32, on processor: inout P, observer: inout O, dependingOn source: P.Dependency
    ) {
        // Not before all slots are valid: a share that is held while a list of the gather waits for space keeps cons from being refreshed (bug B4).
        linux.lock.lockShared(count: syncs, on: &processor)
        // Ordered (writel): the shares must be seen by whoever sees a CMD_SYNC complete. In Linux the barrier of phase 3 stands between the two.
        processor.writeRegister(placement.prod, end, .orderedStores, at: .doorbell, dependingOn: source)
        observer.rangDoorbell(start: start, end: end)
    }

    /// CMD_SYNCs among entries that are valid and not published.
    @inlinable @inline(never)
    func countSyncs<P: Processor>(from start: UInt32, count: UInt32, on processor: inout P) -> UInt32 {
        // The valid bits were waited for with relaxed loads, and a branch does not order the loads behind it.
        processor.fence(.full, at: .awaitValid)
        var syncs: UInt32 = 0
        for offset in 0..<count {
            let word0 = processor.load64(placement.slot(start &+ offset), .relaxed, at: .awaitValid).value
            if Command(word0: word0, word1: 0).isSync { syncs &+= 1 }
        }
        return syncs
    }
}
