import Machine

/// What an agent of a watched run is doing.
package enum AgentPhase: UInt8, CaseIterable, Sendable {
    case starting, betweenInsertions
    case allocating, awaitingSpace, writing, takingShare, publishing
    case awaitingOwner, gathering, awaitingValid, ringing, handingOver
    case awaitingSync, returningShare, lockingQueue
    // The device
    case lookingForWork, fetching, executing, completing, advancingCons, stopped, recovering
    case ended
}

extension AgentPhase {
    /// As reports have it.
    package var words: String {
        switch self {
        case .starting: "starting"
        case .betweenInsertions: "between insertions"
        case .allocating: "allocating"
        case .awaitingSpace: "waiting for space"
        case .writing: "writing slots"
        case .takingShare: "waiting for the shared lock"
        case .publishing: "publishing"
        case .awaitingOwner: "waiting for its turn as owner"
        case .gathering: "gathering"
        case .awaitingValid: "waiting for valid slots"
        case .ringing: "ringing"
        case .handingOver: "handing over"
        case .awaitingSync: "waiting for its CMD_SYNC"
        case .returningShare: "giving back the shared lock"
        case .lockingQueue: "waiting for the lock around the queue"
        case .lookingForWork: "looking for work"
        case .fetching: "fetching"
        case .executing: "executing"
        case .completing: "completing a CMD_SYNC"
        case .advancingCons: "advancing CONS"
        case .stopped: "stopped at an error"
        case .recovering: "recovering from an error"
        case .ended: "ended"
        }
    }

    /// Another agent decides how long it takes.
    package var isWait: Bool {
        switch self {
        case .awaitingSpace, .takingShare, .awaitingOwner, .awaitingValid, .awaitingSync, .lockingQueue: true
        default: false
        }
    }

    /// Who comes here has done something that cannot be done again and again without effect.
    var isProgress: Bool {
        switch self {
        case .writing, .publishing, .ringing, .handingOver, .returningShare, .completing, .advancingCons, .ended: true
        default: false
        }
    }

    /// Nil of sites that say nothing of what goes on.
    init?(_ site: Site) {
        switch site {
        case .allocate: self = .allocating
        case .readSpaceCons, .awaitSpace, .lockExclusive, .unlockExclusive, .refreshCons: self = .awaitingSpace
        case .writeSlots, .sequence: self = .writing
        case .lockShared, .awaitShared: self = .takingShare
        case .publishSlots: self = .publishing
        case .awaitOwner: self = .awaitingOwner
        case .closeGather: self = .gathering
        case .awaitValid: self = .awaitingValid
        case .doorbell: self = .ringing
        case .handOver: self = .handingOver
        case .awaitSync, .readSyncCons: self = .awaitingSync
        case .tryUnlock, .updateCons, .unlockShared: self = .returningShare
        case .lockQueue: self = .lockingQueue
        case .unlockQueue, .work, .unmapPage, .readMasters, .attachDevice, .translate: self = .betweenInsertions
        case .readBadSlot, .replaceBadSlot, .acknowledgeError: self = .recovering
        case .fetchProd: self = .lookingForWork
        case .fetchEntries: self = .fetching
        case .execute: self = .executing
        case .completeSync: self = .completing
        case .advanceCons: self = .advancingCons
        case .reportError: self = .stopped
        case .readError, .awaitEngine, .audit: return nil
        }
    }
}
