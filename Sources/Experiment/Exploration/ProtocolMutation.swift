/// A bug of the queue algorithm that an exploration is asked to make. `MutatedProcessor` makes it.
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
    case orderedMSI = "ordered-msi"

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
        case .closeBeforeTurn: "m7: an owner closes its gather before the previous one has handed over"
        case .alwaysLastHolder: "m8: who gives up the shared lock stores cons, whether the last holder or not"
        case .issuerLocks: "B4: with fetch-add each issuer takes the shared lock for its own CMD_SYNC, before its slots are valid"
        case .awaitsNotFull: "B2: the wait for space begins anew with each look, and its timeout with it: none is ever reported"
        case .orderedMSI: "no bug: an acquire behind the load that sees an MSI, so that the look at the lock comes after it"
        }
    }
}
