import Machine

/// What an agent does: the sites of the algorithms and of the device, gathered to what a reader of a run wants to tell apart.
package enum Phase: String, Codable, CaseIterable, Sendable {
    // A processor, in the order of an insertion
    case allocate
    case waitForSpace
    case write
    /// The queue lock of the CMD_SYNC, or the lock around a rival's insertion.
    case lock
    case publish
    case waitForOwner
    /// Close the gather, and wait until its slots are valid.
    case gather
    /// Ring the doorbell and hand the ownership over.
    case doorbell
    case waitForSync
    case unlock
    case ownWork
    /// Handling errors, and waiting at the very end for what was sent out to arrive.
    case other

    // The device
    case idle
    case fetch
    /// Other queues have the execution engine.
    case waitForEngine
    case execute
    /// A CMD_SYNC.
    case complete

    package static let ofProcessors: [Phase] = [
        .allocate, .waitForSpace, .write, .lock, .publish, .waitForOwner, .gather, .doorbell, .waitForSync, .unlock, .ownWork, .other,
    ]
    package static let ofDevices: [Phase] = [.idle, .fetch, .waitForEngine, .execute, .complete, .other]

    /// The one table from sites to phases.
    package init(_ site: Site) {
        self = switch site {
        case .allocate: .allocate
        case .awaitSpace, .readSpaceCons, .lockExclusive, .unlockExclusive, .refreshCons: .waitForSpace
        case .writeSlots, .sequence: .write
        case .lockShared, .awaitShared, .lockQueue: .lock
        case .publishSlots: .publish
        case .awaitOwner: .waitForOwner
        case .closeGather, .awaitValid: .gather
        case .doorbell, .handOver: .doorbell
        case .awaitSync, .readSyncCons: .waitForSync
        case .tryUnlock, .updateCons, .unlockShared, .unlockQueue: .unlock
        case .work, .unmapPage, .readMasters, .attachDevice, .translate: .ownWork
        case .fetchProd: .idle
        case .fetchEntries: .fetch
        case .awaitEngine: .waitForEngine
        case .execute: .execute
        case .completeSync, .advanceCons: .complete
        case .readError, .readBadSlot, .replaceBadSlot, .acknowledgeError, .reportError, .audit: .other
        }
    }

    /// A processor in it may do nothing but wait for others: what timelines count.
    package var isWait: Bool {
        switch self {
        case .waitForSpace, .lock, .waitForOwner, .waitForSync: true
        default: false
        }
    }
}

extension Site {
    /// Whether it comes before its insertion has slots.
    var precedesAllocation: Bool {
        switch self {
        case .allocate, .awaitSpace, .readSpaceCons, .lockExclusive, .unlockExclusive, .refreshCons, .lockQueue: true
        default: false
        }
    }
}
