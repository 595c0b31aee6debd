import Machine
import SMMUv3

/// How one insertion ended.
@usableFromInline
package enum IssueOutcome: Sendable, Equatable {
    case done
    /// The CMD_SYNC did not complete in time (Linux: -ETIMEDOUT); the commands are in the queue all the same.
    case syncTimedOut
    /// The queue has fewer entries than the insertion needs (here: -EINVAL); nothing was allocated.
    case neverFits
}

/// How a CMD_SYNC tells its issuer that it is complete.
@usableFromInline
package enum SyncCompletion: Sendable, Equatable {
    /// The SMMU writes to memory; CS = SIG_IRQ.
    case msi
    /// The issuer polls CONS; CS = SIG_SEV.
    case cons
    /// The issuer polls CONS; CS = SIG_NONE, the only one a VCMDQ has.
    case consUnsignalled

    /// The CS field of the CMD_SYNC.
    @inlinable package var signal: CompletionSignal {
        switch self {
        case .msi: .irq
        case .cons: .sev
        case .consUnsignalled: .none
        }
    }
}

/// A way to insert commands into one queue.
@usableFromInline
package protocol InsertionAlgorithm: Sendable {
    var placement: QueuePlacement { get }

    /// Inserts the commands, followed by a CMD_SYNC with `sync`, in order, and waits for that CMD_SYNC.
    func issue<P: BlockingProcessor, O: QueueObserver>(
        _ commands: Span<Command>, sync: Bool, on processor: inout P, observer: inout O
    ) -> IssueOutcome
}
