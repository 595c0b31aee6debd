/// What is reckoned up when all agents of a repeat have ended, on every machine.
struct RepeatAccounts {
    let scenario: Scenario
    let setup: RunSetup
    let isCancelled: Bool

    /// What the threads' outcomes come to, with what can be checked only now that all have ended.
    func outcome(devices: [DeviceOutcome], producers: [ProducerOutcome]) -> RepeatOutcome {
        var outcome = RepeatOutcome()
        var executedSyncs: UInt64 = 0
        for device in devices {
            outcome.executed += device.commands
            executedSyncs += device.syncs
            outcome.refused += device.refused
            outcome.wraps += device.wraps
            outcome.violations.merge(device.violations)
        }
        for producer in producers { outcome.add(producer) }
        compare(producers, with: devices.flatMap(\.queues), &outcome.violations)
        // A refused command was issued but a CMD_SYNC took its place.
        if outcome.executed + outcome.refused != outcome.issued {
            outcome.violations.add("\(outcome.issued) commands were issued, but \(outcome.executed) executed and \(outcome.refused) refused")
        }
        // A CMD_SYNC that was given up may have been executed all the same; it is a violation, or its MSI was lost behind its execution.
        let givenUp = scenario.losesMSIs ? outcome.counts.syncTimeouts : 0
        if outcome.counts.syncTimeouts == givenUp, executedSyncs != outcome.counts.syncs + outcome.refused + givenUp {
            outcome.violations.add(
                "\(outcome.counts.syncs) CMD_SYNCs completed\(givenUp > 0 ? ", \(givenUp) were given up" : "") and \(outcome.refused) took the place of a refused command, but \(executedSyncs) were executed")
        }
        outcome.isComplete = !isCancelled
        return outcome
    }

    /// Holds what the device executed against what the producers inserted, queue by queue.
    private func compare(
        _ producers: [ProducerOutcome], with served: [(number: Int, sum: SlotSum, listsDone: [UInt32]?)],
        _ violations: inout ViolationLog
    ) {
        var inserted = Array(repeating: SlotSum(), count: setup.queues.count)
        var lists = Array(repeating: [Int: UInt32](), count: setup.queues.count)
        for (number, producer) in producers.enumerated() {
            let own = RunSetup.ownQueue(of: number, in: scenario)
            inserted[own] += producer.ownSum
            inserted[0] += producer.mainSum
            lists[own][number, default: 0] += producer.ownLists
            lists[0][number, default: 0] += producer.mainLists
        }
        for queue in served {
            let name = setup.queues[queue.number].name
            if queue.sum != inserted[queue.number] {
                violations.add(
                    "\(name): what was executed is not what was inserted, slot by slot\(queue.listsDone == nil ? "; --checks full says where" : "")")
            }
            guard let done = queue.listsDone else { continue }
            for (producer, count) in lists[queue.number].sorted(by: { $0.key < $1.key }) where done[producer] != count {
                violations.add("\(name): producer \(producer) inserted \(count) lists, of which \(done[producer]) were executed")
            }
        }
    }
}
