/// Where in an algorithm an operation stands.
///
/// Machines attach no meaning to a site. Faults, delays, timelines, line statistics and failure
/// reports hook on it, so that the algorithm's text carries none of them.
@usableFromInline
package enum Site: UInt8, CaseIterable, Sendable {
    // Insertion, in the order of its phases
    case allocate
    case readSpaceCons
    case awaitSpace
    case lockExclusive
    case unlockExclusive
    case refreshCons
    case writeSlots
    case lockShared
    case awaitShared
    case publishSlots
    case awaitOwner
    case closeGather
    case awaitValid
    case doorbell
    case handOver
    case awaitSync
    case readSyncCons
    case tryUnlock
    case updateCons
    case unlockShared

    // Rivals
    case lockQueue
    case unlockQueue
    case sequence

    // Error handling
    case readError
    case readBadSlot
    case replaceBadSlot
    case acknowledgeError

    // Device
    case fetchProd
    case fetchEntries
    case awaitEngine
    case execute
    case completeSync
    case advanceCons
    case reportError

    // What a processor does beside the queue
    case work
    case unmapPage
    case readMasters
    case attachDevice
    case translate

    // Bookkeeping of self-checks: no machine charges time for it
    case audit

    @inlinable package static var count: Int { Int(Site.audit.rawValue) + 1 }
}
