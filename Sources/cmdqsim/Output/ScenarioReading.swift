import Experiment
import Workload

extension Scenario {
    var dmaLoop: DMALoop? { if case .dma(let loop) = workload { loop } else { nil } }

    /// What this point is compared with: Linux's algorithm on the main queue, all else equal.
    var mainQueueReference: Scenario {
        var reference = self
        reference.queue = .main
        reference.algorithm = .linux
        reference.vintfs = 1
        reference.vcmdqsPerVINTF = 1
        return reference
    }

    /// The same, best first: a queue with the ring that it has by default also compares with the main queue's default.
    var mainQueueReferences: [Scenario] {
        let reference = mainQueueReference
        guard queue != .main, log2Entries == queue.defaultLog2Entries, log2Entries != QueueKind.main.defaultLog2Entries
        else { return [reference] }
        var standard = reference
        standard.log2Entries = QueueKind.main.defaultLog2Entries
        return [reference, standard]
    }

    /// Whether two points are compared with one another: they differ in the queue and its forms only.
    func isComparable(with other: Scenario) -> Bool {
        let groups = groups
        return other.groups.contains { groups.contains($0) }
    }

    private var groups: [Scenario] {
        let standard = Scenario()
        return mainQueueReferences.map {
            var group = $0
            group.lock = standard.lock
            group.sync = standard.sync
            group.layout = standard.layout
            group.backoff = standard.backoff
            return group
        }
    }
}

extension [Scenario] {
    /// Runs of neighbours that are compared with one another.
    var comparisons: [[Scenario]] {
        var comparisons: [[Scenario]] = []
        for scenario in self {
            if let first = comparisons.last?.first, let last = comparisons.last?.last,
                scenario.isComparable(with: first), scenario.isComparable(with: last) {
                comparisons[comparisons.count - 1].append(scenario)
            } else {
                comparisons.append([scenario])
            }
        }
        return comparisons
    }
}

extension RunLength {
    var words: String {
        switch self {
        case .commands(let commands): "\(commands) commands"
        case .seconds(let seconds): "\(seconds) s"
        case .workload: "the stream once"
        }
    }
}
