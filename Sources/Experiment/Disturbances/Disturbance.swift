/// Something that may happen to a sound queue at its worst moment, and that it must survive.
///
/// Not a fault: the checks must stay silent. Disturbances hook on the sites of a processor's operations; the algorithms' text carries none.
package struct Disturbance: Codable, Equatable, Sendable {
    package enum Kind: String, Codable, CaseIterable, Sendable {
        /// A producer is descheduled when it has written its slots and not yet published them.
        case pauseBeforePublishing = "pause-before-publishing"
        /// An owner is descheduled when it has closed its gather and not yet handed over.
        case pauseBeforeHandOver = "pause-before-hand-over"
        /// A producer is descheduled when its CMD_SYNC is complete and it still holds the shared lock.
        case pauseHoldingSharedLock = "pause-holding-shared-lock"
        /// A producer is descheduled when it holds the lock by which it looks for space.
        case pauseHoldingExclusiveLock = "pause-holding-exclusive-lock"
        /// A producer is descheduled between two operations, wherever it is: a visit is an operation.
        case preempt
        /// The device stops for a while as it fetches an entry.
        case stallDevice = "stall-device"
        /// A producer writes a command that the device refuses with CERROR_ILL.
        case illegalCommand = "illegal-command"
        /// The MSI of a CMD_SYNC does not arrive: its issuer gives up after the timeout.
        case lostMSI = "lost-msi"
    }

    package var kind: Kind
    /// The producer it happens to; nil: each of them. Of no meaning for the device's.
    package var producer: Int?
    /// The first visit of its site at which it happens, by each agent's own count, 1 or more.
    package var first = 1
    /// It happens again after so many visits, 1 or more; nil: it happens once.
    package var every: Int?
    /// How long a pause or stall takes, in nanoseconds; of no meaning for others.
    package var nanoseconds = 5_000_000

    package init(_ kind: Kind) { self.kind = kind }
}

extension Disturbance.Kind {
    /// What it does, in a line.
    package var summary: String {
        switch self {
        case .pauseBeforePublishing: "a producer sleeps between writing its slots and publishing them"
        case .pauseBeforeHandOver: "an owner sleeps between closing its gather and handing over"
        case .pauseHoldingSharedLock: "a producer sleeps with its CMD_SYNC complete and the shared lock held"
        case .pauseHoldingExclusiveLock: "a producer sleeps while it holds the lock by which it looks for space"
        case .preempt: "a producer sleeps between two operations, wherever it is"
        case .stallDevice: "the device stops for a while as it fetches an entry"
        case .illegalCommand: "a producer writes a command that the device refuses"
        case .lostMSI: "the MSI of a CMD_SYNC is lost"
        }
    }

    /// Takes time, which `nanoseconds` says.
    package var hasDuration: Bool { self != .illegalCommand && self != .lostMSI }

    /// Happens to the device, not to a producer.
    package var isOfDevice: Bool { self == .stallDevice || self == .lostMSI }

    /// Whether the algorithm has the moment that it disturbs.
    package func exists(in algorithm: Algorithm) -> Bool {
        switch self {
        case .pauseBeforePublishing, .pauseHoldingExclusiveLock, .preempt, .stallDevice, .illegalCommand: true
        case .pauseBeforeHandOver, .pauseHoldingSharedLock: algorithm.gathers
        case .lostMSI: algorithm.signalsOwnSlot
        }
    }
}

extension Disturbance {
    /// How the flag and messages have it: `stall-device:for=5ms,first=100,every=1000`.
    package var text: String {
        var parts: [String] = []
        if let producer { parts.append("producer=\(producer)") }
        if first != 1 { parts.append("first=\(first)") }
        if let every { parts.append("every=\(every)") }
        if kind.hasDuration { parts.append("for=\(nanoseconds)ns") }
        return kind.rawValue + (parts.isEmpty ? "" : ":" + parts.joined(separator: ","))
    }
}

extension Scenario {
    /// Nothing arrives for some CMD_SYNCs: that those time out is no violation.
    var losesMSIs: Bool { disturbances.contains { $0.kind == .lostMSI } }

    func validateDisturbances() throws(ScenarioError) {
        for disturbance in disturbances {
            func refuse(_ words: String) -> ScenarioError { ScenarioError(.usage, "disturbance \(disturbance.kind.rawValue): \(words)") }
            guard disturbance.kind.exists(in: algorithm) else {
                let names = Algorithm.allCases.filter(disturbance.kind.exists).map(\.rawValue).joined(separator: ", ")
                throw refuse("algorithm \(algorithm.rawValue) has no such moment; \(names) have")
            }
            if let producer = disturbance.producer {
                guard !disturbance.kind.isOfDevice else { throw refuse("it happens to the device; producer is not allowed") }
                guard (0..<producers).contains(producer) else {
                    throw refuse("there is no producer \(producer); allowed is 0 to \(producers - 1)")
                }
            }
            guard Allowed.visits.contains(disturbance.first), Allowed.visits.contains(disturbance.every ?? 1) else {
                throw refuse("first and every are \(Allowed.visits.lowerBound) to \(Allowed.visits.upperBound)")
            }
            guard !disturbance.kind.hasDuration || Allowed.pause.contains(disturbance.nanoseconds) else {
                throw refuse("\(disturbance.nanoseconds) ns are out of range; allowed is \(Allowed.pause.lowerBound) to \(Allowed.pause.upperBound)")
            }
            if disturbance.kind == .lostMSI, queue == .vcmdq || sync != .msi {
                throw refuse("CMD_SYNCs must complete by MSI: queue main or ecmdq, sync msi")
            }
        }
    }
}

extension Scenario.Allowed {
    /// Of a disturbance's site.
    package static let visits = 1...1_000_000_000_000
    /// Nanoseconds, up to a minute.
    package static let pause = 1...60_000_000_000
}
