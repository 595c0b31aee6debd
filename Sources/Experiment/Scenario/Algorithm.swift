package enum Algorithm: String, Codable, CaseIterable, Sendable {
    case linux
    case spinlock
    case spinlockOnFailure = "spinlock-on-failure"
    case fetchAdd = "fetch-add"
    case mutex
}

// What follows from how an algorithm is built.
extension Algorithm {
    /// Allocates by compare-and-swap, and has Linux's queue lock in either form.
    package var comparesAndSwaps: Bool {
        switch self {
        case .linux, .spinlockOnFailure: true
        case .spinlock, .fetchAdd, .mutex: false
        }
    }

    /// A CMD_SYNC that completes by MSI is one whose own slot is written.
    package var signalsOwnSlot: Bool {
        switch self {
        case .linux, .spinlockOnFailure, .fetchAdd: true
        case .spinlock, .mutex: false
        }
    }

    /// A list of commands and its CMD_SYNC are allocated at once, and so must fit into the ring.
    package var allocatesWholeLists: Bool { self != .spinlock }

    /// Slots are published through the valid map, by an owner for all who have joined its gather; CMD_SYNCs hold the queue lock shared.
    package var gathers: Bool {
        switch self {
        case .linux, .spinlockOnFailure, .fetchAdd: true
        case .spinlock, .mutex: false
        }
    }

    /// Needs nothing of an operating system, and so runs on simulated machines too.
    package var runsSimulated: Bool { self != .mutex }

    /// What points can name.
    package static var simulated: [Algorithm] { allCases.filter(\.runsSimulated) }

    /// Exists for queues other than the main one.
    package var runsOnEveryQueue: Bool { self == .linux }
}
