extension RunSetup {
    /// In `standard` checks the device's progress is read at one CMD_SYNC in so many: its line moves between processors.
    static let progressSampling = 16

    /// What counts and checks a producer's insertions into one queue.
    func observer(of producer: Int, queue number: Int, in scenario: Scenario) -> ProducerObserver {
        let queue = queues[number]
        let evidence: ProducerObserver.SyncEvidence = switch (scenario.algorithm, queue.completion) {
        case (let algorithm, .msi): algorithm.signalsOwnSlot ? .clearedSlot : .recordOnly
        default: .consumed
        }
        return ProducerObserver(
            producer: producer, queueName: queue.name, audit: queue.audit, queue: queue.placement,
            evidence: evidence, level: scenario.checks, hasKnownSums: scenario.algorithm.allocatesWholeLists,
            toleratesTimeouts: scenario.losesMSIs)
    }
}
