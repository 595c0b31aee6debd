import CommandQueue

/// Something that is done with the algorithm of a scenario, whatever its type.
protocol AlgorithmVisitor {
    associatedtype Result
    /// `makeQueue` makes the algorithm for a queue of the run, which has that number; all producers may share it.
    func visit<Algorithm: InsertionAlgorithm>(_ makeQueue: (RunQueue, Int) -> Algorithm) throws(ScenarioError) -> Result
}

extension Scenario {
    /// Calls the visitor with what makes the scenario's algorithm: the one place where algorithms are chosen.
    func withAlgorithm<Visitor: AlgorithmVisitor>(_ visitor: Visitor) throws(ScenarioError) -> Visitor.Result {
        let timeout = UInt64(timeoutMilliseconds) * 1_000_000
        let form = lock.queueLockForm
        func linux(_ queue: RunQueue) -> LinuxQueue {
            LinuxQueue(placement: queue.placement, completion: queue.completion, lock: form, timeout: timeout)
        }
        switch algorithm {
        case .linux where queue == .ecmdq:
            return try visitor.visit { queue, _ in ECMDQ(linux(queue)) }
        case .linux:
            return try visitor.visit { queue, _ in linux(queue) }
        case .spinlockOnFailure:
            return try visitor.visit { queue, _ in SpinlockOnFailureQueue(linux(queue)) }
        case .fetchAdd:
            return try visitor.visit { queue, _ in
                FetchAddQueue(placement: queue.placement, completion: queue.completion, timeout: timeout)
            }
        case .spinlock:
            return try visitor.visit { queue, _ in
                SpinlockQueue(placement: queue.placement, completion: queue.completion, timeout: timeout)
            }
        case .mutex:
            return try visitor.visit { queue, number in
                MutexQueue(placement: queue.placement, completion: queue.completion, mutex: number, timeout: timeout)
            }
        }
    }
}
