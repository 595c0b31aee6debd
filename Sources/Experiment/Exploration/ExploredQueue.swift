import CommandQueue
import Machine
import SMMUv3

/// The algorithm that is explored.
enum ExploredQueue {
    case linux(LinuxQueue)
    case spinlockOnFailure(SpinlockOnFailureQueue)
    case fetchAdd(FetchAddQueue)
    case spinlock(SpinlockQueue)

    init(_ scenario: ExplorationScenario, _ placement: QueuePlacement) {
        let completion: SyncCompletion = scenario.sync == .cons ? .cons : .msi
        let linux = LinuxQueue(placement: placement, completion: completion, lock: scenario.lock, timeout: .max, spaceWait: scenario.mutatedSpaceWait)
        self =
            switch scenario.queue {
            case .linux: .linux(linux)
            case .spinlockOnFailure: .spinlockOnFailure(SpinlockOnFailureQueue(linux))
            case .fetchAdd: .fetchAdd(FetchAddQueue(placement: placement, completion: completion, timeout: .max))
            case .spinlock: .spinlock(SpinlockQueue(placement: placement, completion: completion, timeout: .max))
            }
    }

    @inline(__always)
    func issue<P: Processor, O: QueueObserver>(_ commands: Span<Command>, sync: Bool, on processor: inout P, observer: inout O) -> IssueOutcome {
        switch self {
        case .linux(let queue): queue.issue(commands, sync: sync, on: &processor, observer: &observer)
        case .spinlockOnFailure(let queue): queue.issue(commands, sync: sync, on: &processor, observer: &observer)
        case .fetchAdd(let queue): queue.issue(commands, sync: sync, on: &processor, observer: &observer)
        case .spinlock(let queue): queue.issue(commands, sync: sync, on: &processor, observer: &observer)
        }
    }
}
