import Machine
import SMMUv3

extension LinuxQueue {
    /// What a producer without space waits for.
    @usableFromInline package enum SpaceWait: String, CaseIterable, Sendable {
        /// Linux: any space at all. Where that is not enough the producer looks again at once, and no timeout is ever over:
        /// a device that has stopped goes unreported.
        case notFull = "not-full"
        /// As posted since ("Fix CMDQ timeout warning"): enough for the list, with a timeout over all looks.
        case enough
    }

    /// Waits until there is space for `count` entries; returns prod and cons as they are then.
    @inlinable @inline(never)
    func awaitSpace<P: Processor, O: QueueObserver>(for count: UInt32, on processor: inout P, observer: inout O) -> UInt64 {
        SpaceWaiter(self).awaitSpace(for: count, on: &processor, observer: &observer)
    }

    /// What a wait for space needs of the queue.
    @usableFromInline
    struct SpaceWaiter {
        @usableFromInline let geometry: QueueGeometry
        @usableFromInline let lock: QueueLock
        @usableFromInline let pointers: Word64
        @usableFromInline let cons: Register32
        @usableFromInline let timeout: UInt64
        @usableFromInline let spaceWait: SpaceWait

        @inlinable @inline(__always)
        init(_ queue: LinuxQueue) {
            geometry = queue.geometry
            lock = queue.lock
            pointers = queue.placement.pointers
            cons = queue.placement.cons
            timeout = queue.timeout
            spaceWait = queue.spaceWait
        }
    }
}

extension LinuxQueue.SpaceWaiter {
    /// Waits until there is space for `count` entries; returns prod and cons as they are then.
    @inlinable @inline(never)
    func awaitSpace<P: Processor, O: QueueObserver>(
        for count: UInt32, on processor: inout P, observer: inout O
    ) -> UInt64 {
        var poll = Poll(timeout: spaceWait == .enough ? timeout : .max)
        while true {
            let found = awaitSomeSpace(for: count, on: &processor, observer: &observer)
            let (prod, cons) = (UInt32(truncatingIfNeeded: found), UInt32(truncatingIfNeeded: found >> 32))
            if geometry.hasSpace(for: count, prod: prod, cons: cons) { return found }
            switch spaceWait {
            // There is some space but not enough, and Linux looks again at once.
            case .notFull: processor.concede(&poll, at: .awaitSpace)
            case .enough:
                if !processor.poll(&poll, at: .awaitSpace) {
                    observer.spaceTimedOut()
                    poll = Poll(timeout: timeout)
                }
            }
        }
    }

    /// Waits for what `spaceWait` says, or looks at CONS, whichever it can; returns prod and cons as they are then. Source: linux-cmdq 1.6.
    @inlinable @inline(__always)
    func awaitSomeSpace<P: Processor, O: QueueObserver>(for count: UInt32, on processor: inout P, observer: inout O) -> UInt64 {
        if lock.tryLockExclusive(on: &processor) {
            // No CMD_SYNC is in flight, so nobody else writes the software cons. Relaxed: the store depends on the read, and
            // the release of the unlock puts both before the next holder's; a reader that sees an old cons only waits longer.
            let cons = processor.readRegister(self.cons, .relaxed, at: .readSpaceCons)
            processor.store32(pointers.high, cons.value, .relaxed, at: .refreshCons, dependingOn: cons.dependency)
            lock.unlockExclusive(on: &processor)
            return processor.load64(pointers, .relaxed, at: .allocate).value
        }
        let (geometry, needed) = (geometry, spaceWait == .enough ? count : 1)
        let found = processor.wait64(pointers, at: .awaitSpace, timeout: timeout) {
            geometry.hasSpace(for: needed, prod: UInt32(truncatingIfNeeded: $0), cons: UInt32(truncatingIfNeeded: $0 >> 32))
        }
        if let found { return found.value }
        observer.spaceTimedOut()
        return processor.load64(pointers, .relaxed, at: .allocate).value
    }
}
