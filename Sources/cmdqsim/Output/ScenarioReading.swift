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

    /// The same for all points that are compared with one another.
    var group: Scenario {
        let standard = Scenario()
        var group = mainQueueReference
        group.lock = standard.lock
        group.sync = standard.sync
        group.layout = standard.layout
        group.backoff = standard.backoff
        return group
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
