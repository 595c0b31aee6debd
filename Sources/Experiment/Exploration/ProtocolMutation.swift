import CommandQueue
import Machine
import SMMUv3

/// A bug of the queue algorithm, or of the device, that an exploration is asked to make.
///
/// This file is all of it: the name, the line that says what it does, and below where it is made. The algorithm's text carries none.
package enum ProtocolMutation: String, CaseIterable, Sendable {
    case none
    case noDMAWriteBarrier = "no-dma-wmb"
    case validBeforeLock = "valid-before-lock"
    case relaxedHandOver = "relaxed-hand-over"
    case relaxedConsRead = "relaxed-cons-read"
    case noAwaitValid = "no-await-valid"
    case noValidDependency = "no-valid-dependency"
    case closeBeforeTurn = "close-before-turn"
    case alwaysLastHolder = "always-last-holder"
    case issuerLocks = "issuer-locks"
    case awaitsNotFull = "awaits-not-full"
    case noSpaceTimeout = "no-space-timeout"
    case exclusiveUnlocked = "exclusive-unlocked"
    case lateBarrier = "late-barrier"
    case shortPublish = "short-publish"
    case tornPublish = "torn-publish"
    case closeTwice = "close-twice"
    case doorbellBeforeValid = "doorbell-before-valid"
    case wrongHandOver = "wrong-hand-over"
    case noSyncWait = "no-sync-wait"
    case noSharedUnlock = "no-shared-unlock"
    case noSharedLock = "no-shared-lock"
    case lateUpdate = "late-update"
    case relaxedUnlock = "relaxed-unlock"
    case noConsDependency = "no-cons-dependency"
    case tornAllocate = "torn-allocate"
    case deviceConsFirst = "device-cons-first"
    case deviceMSIFirst = "device-msi-first"
    case releasePublish = "release-publish"
    case wholeWords = "whole-words"
    case noATSBarrier = "no-ats-barrier"
    case noQueueUnlock = "no-queue-unlock"
    case earlySequence = "early-sequence"
    case orderedMSI = "ordered-msi"
    case fullBarriers = "full-barriers"

    /// What it does, in a line.
    package var summary: String {
        switch self {
        case .none: "the algorithm as it is"
        case .noDMAWriteBarrier: "m1: slots are marked valid with no barrier behind their contents"
        case .validBeforeLock: "m2: slots are marked valid before the CMD_SYNC's shared lock is taken"
        case .relaxedHandOver: "m3: an owner hands over with a relaxed store"
        case .relaxedConsRead: "m4: CONS is read with no barrier behind it (--sync cons)"
        case .noAwaitValid: "m5: an owner rings without looking at the valid map"
        case .noValidDependency: "m5, by ordering alone: the doorbell does not depend on the valid map"
        case .wholeWords: "m6: the valid map is walked by words of 64 bits, as in Linux, although the ring is shorter than one"
        case .closeBeforeTurn: "m7: an owner closes its gather before the previous one has handed over"
        case .alwaysLastHolder: "m8: who gives up the shared lock stores cons, whether the last holder or not"
        case .noATSBarrier: "m9: who has unmapped looks for devices with ATS with no barrier behind its CMD_SYNC (--work unmap)"
        case .noQueueUnlock: "B5: who has the lock around the queue does not give it back (--algorithm spinlock, spinlock-on-failure)"
        case .earlySequence: "B6: a CMD_SYNC is numbered before the lock is taken, so that numbers do not grow in queue order (--algorithm spinlock --sync msi)"
        case .issuerLocks: "B4: with fetch-add each issuer takes the shared lock for its own CMD_SYNC, before its slots are valid"
        case .awaitsNotFull: "B2: who needs space waits for any, as Linux does, and not for enough (--space enough): a device that stops goes unreported"
        case .noSpaceTimeout: "waits for space have no timeout"
        case .exclusiveUnlocked: "who looks for space stores cons without having the lock"
        case .lateBarrier: "the barrier of m1 comes behind the valid bits"
        case .shortPublish: "the last slot of each insertion is not marked valid"
        case .tornPublish: "valid bits are toggled by a load and a store, not at once"
        case .closeTwice: "an owner toggles the owner's flag twice"
        case .doorbellBeforeValid: "an owner rings before it looks at the valid map"
        case .wrongHandOver: "an owner hands over one slot less than it has rung for"
        case .noSyncWait: "a CMD_SYNC is taken for complete at once (--sync msi)"
        case .noSharedUnlock: "a CMD_SYNC's shared lock is never given back"
        case .noSharedLock: "a CMD_SYNC's shared lock is given back without having been taken"
        case .lateUpdate: "the last holder stores cons behind giving the shared lock back"
        case .tornAllocate: "slots are allocated by a load and a store, not by an exchange"
        case .noConsDependency: "the software cons is stored without waiting for what it is known by"
        case .relaxedUnlock: "both unlocks are relaxed"
        case .deviceConsFirst: "the device writes CONS when it has read PROD, before it executes"
        case .deviceMSIFirst: "the device sends the MSI of a CMD_SYNC when it has fetched it, before what precedes it in the fetch is executed"
        case .releasePublish: "in place of the barrier of m1 the valid bits are set with a release, which orders nothing where an owner finds its own"
        case .fullBarriers: "no bug: every access of a producer has a full barrier behind it"
        case .orderedMSI: "no bug: an acquire behind the load that sees an MSI, so that the look at the lock comes after it"
        }
    }
}

extension ProtocolMutation {
    /// Whether the scenario has what it changes: else that nothing is found means nothing.
    package func applies(to scenario: ExplorationScenario) -> Bool {
        if scenario.queue == .spinlock {
            if self == .earlySequence { return scenario.sync == .msi }
            return [.none, .noATSBarrier, .noQueueUnlock, .deviceConsFirst, .deviceMSIFirst, .fullBarriers].contains(self)
        }
        return switch self {
        case .relaxedConsRead: scenario.sync == .cons
        case .noSyncWait, .orderedMSI, .deviceMSIFirst: scenario.sync == .msi
        case .validBeforeLock, .alwaysLastHolder, .noSharedLock, .noSharedUnlock, .lateUpdate: scenario.sync != .none
        case .issuerLocks: scenario.queue == .fetchAdd
        case .awaitsNotFull: scenario.spaceWait == .enough && scenario.deviceStopsAfter != nil
        case .wholeWords: scenario.log2Entries < 6 && [.linux, .spinlockOnFailure].contains(scenario.queue)
        case .noATSBarrier: scenario.work == .unmap
        case .noQueueUnlock: scenario.queue == .spinlockOnFailure
        case .earlySequence: false
        default: true
        }
    }
}

extension ProtocolMutation {
    /// Nothing is wrong but that who tries again tries for ever, so tries that fail are followed.
    var showsInRetries: Bool { self == .noQueueUnlock }
}

extension ExplorationScenario {
    /// What producers without space wait for, with the mutation that changes it.
    var mutatedSpaceWait: LinuxQueue.SpaceWait { mutation == .awaitsNotFull ? .notFull : spaceWait }
}

// Where those of producers are made
extension MutatedProcessor {
    mutating func fence(_ fence: Fence, at site: Site) {
        if [.noDMAWriteBarrier, .lateBarrier, .releasePublish].contains(mutation), site == .publishSlots { return }
        if mutation == .noATSBarrier, site == .readMasters { return }
        if mutation == .issuerLocks, site == .publishSlots, takesShare {
            _ = base.fetchAdd32(placement.lock, 1, .relaxed, at: .lockShared)
        }
        base.fence(fence, at: site)
    }

    mutating func fetchAdd32(_ word: Word32, _ value: UInt32, _ ordering: UpdateOrdering, at site: Site) -> Reading32 {
        if mutation == .issuerLocks, site == .lockShared { return Reading(0, .none) }
        if mutation == .validBeforeLock, site == .lockShared {
            holdsLockBack = true
            return Reading(0, .none)
        }
        if site == .closeGather, let reading = closed {
            closed = nil
            return reading
        }
        if mutation == .noSharedUnlock, site == .unlockShared { return Reading(0, .none) }
        if mutation == .exclusiveUnlocked, site == .unlockExclusive { return Reading(0, .none) }
        if mutation == .noSharedLock, site == .lockShared { return Reading(0, .none) }
        let isRelaxed = mutation == .relaxedUnlock && (site == .unlockShared || site == .unlockExclusive)
        let reading = base.fetchAdd32(word, value, isRelaxed ? .relaxed : ordering, at: site)
        if site == .unlockShared, let cons = lateCons {
            lateCons = nil
            base.store32(placement.pointers.high, cons, .relaxed, at: .updateCons, dependingOn: .none)
        }
        if mutation == .closeTwice, site == .closeGather { _ = base.fetchAdd32(word, value, ordering, at: site) }
        if mutation == .doorbellBeforeValid, site == .closeGather { toRing = reading }
        settle(at: site)
        return reading
    }

    mutating func xor64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) {
        switch mutation {
        case .shortPublish: base.xor64(word, value & ~(1 << UInt64(63 - value.leadingZeroBitCount)), ordering, at: site)
        case .tornPublish:
            let bits = base.load64(word, .relaxed, at: site, dependingOn: .none)
            base.store64(word, bits.value ^ value, .relaxed, at: site, dependingOn: bits.dependency)
        case .releasePublish: base.xor64(word, value, .release, at: site)
        case .wholeWords: publishByWords(word)
        default: base.xor64(word, value, ordering, at: site)
        }
        if mutation == .lateBarrier { base.fence(.dmaWrite, at: site) }
        settle(at: site)
        guard holdsLockBack else { return }
        holdsLockBack = false
        _ = base.fetchAdd32(placement.lock, 1, .relaxed, at: .lockShared)
    }

    mutating func store32(_ word: Word32, _ value: UInt32, _ ordering: StoreOrdering, at site: Site, dependingOn dependency: Dependency) {
        if mutation == .noQueueUnlock, site == .unlockQueue { return }
        if mutation == .earlySequence, site == .sequence {
            number = nil
            return
        }
        if mutation == .lateUpdate, site == .updateCons {
            lateCons = value
            return
        }
        let isRelaxed = mutation == .relaxedHandOver && site == .handOver || mutation == .relaxedUnlock && site == .unlockExclusive
        let isWrong = mutation == .wrongHandOver && site == .handOver
        base.store32(
            word, isWrong ? placement.geometry.pointerMask & (value &- 1) : value, isRelaxed ? .relaxed : ordering, at: site,
            dependingOn: mutation == .noConsDependency && (site == .refreshCons || site == .updateCons) ? .none : dependency)
        settle(at: site)
    }

    mutating func readRegister(_ register: Register32, _ ordering: RegisterReadOrdering, at site: Site) -> Reading32 {
        let reading = base.readRegister(register, mutation == .relaxedConsRead && site == .readSyncCons ? .relaxed : ordering, at: site)
        settle(at: site)
        return reading
    }

    mutating func wait32(_ word: Word32, at site: Site, until condition: (UInt32) -> Bool) -> Reading32 {
        if mutation == .closeBeforeTurn, site == .awaitOwner {
            closed = base.fetchAdd32(placement.pointers.low, LinuxQueue.owned, .relaxed, at: .closeGather)
        }
        let reading = base.wait32(word, at: site, until: condition)
        settle(at: site)
        return reading
    }

    mutating func wait32(_ word: Word32, at site: Site, timeout: UInt64, until condition: (UInt32) -> Bool) -> Reading32? {
        if mutation == .noSyncWait, site == .awaitSync { return Reading(0, .none) }
        let reading = base.wait32(word, at: site, timeout: timeout, until: condition)
        settle(at: site)
        if mutation == .orderedMSI, site == .awaitSync { _ = base.load32(word, .acquire, at: site) }
        return reading
    }

    mutating func waitBits64(_ word: Word64, mask: UInt64, expected: UInt64, at site: Site) -> Dependency {
        if mutation == .noAwaitValid, site == .awaitValid { return .none }
        if mutation == .doorbellBeforeValid, let end = toRing {
            base.writeRegister(
                placement.prod, end.value & ~LinuxQueue.owned, .relaxed, at: .doorbell, dependingOn: end.dependency)
        }
        let seen = base.waitBits64(word, mask: mask, expected: expected, at: site)
        settle(at: site)
        return mutation == .noValidDependency && site == .awaitValid ? .none : seen
    }

    mutating func load32(_ word: Word32, _ ordering: LoadOrdering, at site: Site, dependingOn dependency: Dependency) -> Reading32 {
        if site == .sequence, let number { return Reading(number, .none) }
        let reading = base.load32(word, ordering, at: site, dependingOn: dependency)
        settle(at: site)
        return mutation == .alwaysLastHolder && site == .tryUnlock ? Reading(1, reading.dependency) : reading
    }

    mutating func compareExchange32(_ word: Word32, expected: UInt32, desired: UInt32, _ ordering: UpdateOrdering, at site: Site) -> Reading32 {
        if mutation == .exclusiveUnlocked, site == .lockExclusive { return Reading(expected, .none) }
        if mutation == .earlySequence, site == .lockQueue, takesShare, number == nil {
            number = base.fetchAdd32(placement.syncCount.high, 1, .relaxed, at: .sequence).value
        }
        let reading = base.compareExchange32(word, expected: expected, desired: desired, ordering, at: site)
        settle(at: site)
        return reading
    }

    mutating func writeRegister(
        _ register: Register32, _ value: UInt32, _ ordering: RegisterWriteOrdering, at site: Site, dependingOn dependency: Dependency
    ) {
        if mutation == .doorbellBeforeValid, site == .doorbell, toRing != nil {
            toRing = nil
            return
        }
        base.writeRegister(register, value, ordering, at: site, dependingOn: dependency)
        settle(at: site)
    }

    mutating func compareExchange64(_ word: Word64, expected: UInt64, desired: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        if mutation == .tornAllocate, site == .allocate {
            base.store64(word, desired, .relaxed, at: site, dependingOn: .none)
            return Reading(expected, .none)
        }
        let reading = base.compareExchange64(word, expected: expected, desired: desired, ordering, at: site)
        if site == .allocate { allocated = (UInt32(truncatingIfNeeded: expected), UInt32(truncatingIfNeeded: desired)) }
        settle(at: site)
        return reading
    }

    mutating func store64(_ word: Word64, _ value: UInt64, _ ordering: StoreOrdering, at site: Site, dependingOn dependency: Dependency) {
        base.store64(word, value, ordering, at: site, dependingOn: dependency)
        settle(at: site)
    }

    /// Goes on to the word's end where the range does not end before it, and from there on: past the ring's end, where that is not
    /// the word's. From where it has been already it would come round for ever, which is a wait that nothing ends.
    private mutating func publishByWords(_ map: Word64) {
        // The rest of a range that goes round the ring.
        guard let (start, end) = allocated else { return }
        allocated = nil
        let geometry = placement.geometry
        var (pointer, visited) = (start & geometry.pointerMask, 0 as UInt64)
        repeat {
            if visited >> UInt64(pointer) & 1 != 0 { _ = base.wait64(map, at: .publishSlots) { _ in false } }
            visited |= 1 << UInt64(pointer)
            let (bit, endBit) = (geometry.index(pointer), geometry.index(end))
            let limit = bit < endBit ? endBit : 64
            // Bits that stand for no slot are left as they are.
            let mask = (1 << UInt64(min(limit, geometry.entries)) as UInt64) &- (1 << UInt64(bit))
            base.xor64(map, mask, .relaxed, at: .publishSlots)
            pointer = (pointer &+ limit &- bit) & geometry.pointerMask
        } while pointer != end & geometry.pointerMask
    }

    mutating func settle(at site: Site) {
        if mutation == .fullBarriers { base.fence(.full, at: site) }
    }
}

// Where those of the device are made
extension MutatedDevice {
    mutating func ownRegister(_ register: Register32, at site: Site) -> UInt32 {
        let value = base.ownRegister(register, at: site)
        if mutation == .deviceConsFirst, site == .fetchProd { base.setOwnRegister(placement.cons, value, at: .advanceCons) }
        return value
    }

    mutating func setOwnRegister(_ register: Register32, _ value: UInt32, at site: Site) {
        if mutation == .deviceConsFirst, site == .advanceCons { return }
        base.setOwnRegister(register, value, at: site)
    }

    mutating func dmaRead64(_ word: Word64, at site: Site) -> UInt64 {
        let value = base.dmaRead64(word, at: site)
        // The first word of a CMD_SYNC.
        if mutation == .deviceMSIFirst, Command(word0: value, word1: 0).isSync { base.dmaWrite32(word.low, 0, at: .completeSync) }
        return value
    }

    mutating func dmaWrite32(_ word: Word32, _ value: UInt32, at site: Site) {
        if mutation == .deviceMSIFirst, site == .completeSync { return }
        base.dmaWrite32(word, value, at: site)
    }
}
