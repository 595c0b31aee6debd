/// A fault that a run is asked to make, so that its checks can be seen to catch it.
///
/// Faults hook on the sites of a processor's operations; the algorithms' text carries none of them.
package enum SeededFault: String, Codable, CaseIterable, Sendable {
    /// A producer does not write one of its slots: the device finds what was there a lap before.
    case lostSlot = "lost-slot"
    /// The device executes a slot's command a second time, in place of the next one's.
    case doubledSlot = "doubled-slot"
    /// A producer takes its CMD_SYNC for complete before it is.
    case earlySync = "early-sync"
    /// The device signals a CMD_SYNC when it fetches it, before it has executed what is ahead of it.
    case earlyMSI = "early-msi"
    /// An owner writes PROD, and then writes an older PROD over it.
    case backwardDoorbell = "backward-doorbell"
    /// Producers count in one plain variable: nothing for the self-check, but a race for the thread sanitizer.
    case plainRace = "plain-race"

    /// What it does, in a line.
    package var summary: String {
        switch self {
        case .lostSlot: "a producer leaves one of its slots unwritten"
        case .doubledSlot: "the device executes one command twice, in place of the next"
        case .earlySync: "a producer takes a CMD_SYNC for complete before it is"
        case .earlyMSI: "the device signals CMD_SYNCs when it fetches them (MSI; seen with --tlbi-ns)"
        case .backwardDoorbell: "an owner writes an older PROD over its own"
        case .plainRace: "producers share a plain variable (for the thread sanitizer)"
        }
    }
}
