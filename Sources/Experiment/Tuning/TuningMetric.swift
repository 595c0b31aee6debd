/// What a goal or a constraint can speak of.
package enum TuningMetric: String, CaseIterable, Sendable {
    case throughput
    case p50Sync = "p50-sync"
    case p99Sync = "p99-sync"
    case p999Sync = "p999-sync"
    case p50Insertion = "p50-insertion"
    case p99Insertion = "p99-insertion"
    case p999Insertion = "p999-insertion"

    package var dimension: TuningDimension { self == .throughput ? .number : .time }

    package static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

/// What a value of an expression is: a power of a time. Commands per second are a plain number.
package struct TuningDimension: Equatable, Sendable {
    package var ofTime: Int

    package static let number = TuningDimension(ofTime: 0)
    package static let time = TuningDimension(ofTime: 1)

    package var words: String {
        switch ofTime {
        case 0: "a number"
        case 1: "a time"
        default: "a time to the power of \(ofTime)"
        }
    }
}

/// The figures of one run, or what several come to: commands per second, and latencies in nanoseconds; nil where nothing was sampled.
package struct TuningFigures: Equatable, Sendable {
    package var throughput: Double
    package var p50Sync: Double?
    package var p99Sync: Double?
    package var p999Sync: Double?
    package var p50Insertion: Double?
    package var p99Insertion: Double?
    package var p999Insertion: Double?

    package init(throughput: Double) { self.throughput = throughput }

    package subscript(metric: TuningMetric) -> Double? {
        get {
            switch metric {
            case .throughput: throughput
            case .p50Sync: p50Sync
            case .p99Sync: p99Sync
            case .p999Sync: p999Sync
            case .p50Insertion: p50Insertion
            case .p99Insertion: p99Insertion
            case .p999Insertion: p999Insertion
            }
        }
        set {
            switch metric {
            case .throughput: throughput = newValue ?? 0
            case .p50Sync: p50Sync = newValue
            case .p99Sync: p99Sync = newValue
            case .p999Sync: p999Sync = newValue
            case .p50Insertion: p50Insertion = newValue
            case .p99Insertion: p99Insertion = newValue
            case .p999Insertion: p999Insertion = newValue
            }
        }
    }

    init(_ outcome: RepeatOutcome) {
        throughput = outcome.commandsPerSecond
        let sync = outcome.sync?.summary
        let insertion = outcome.insertion?.summary
        p50Sync = sync.map { Double($0.p50) }
        p99Sync = sync.map { Double($0.p99) }
        p999Sync = sync.map { Double($0.p999) }
        p50Insertion = insertion.map { Double($0.p50) }
        p99Insertion = insertion.map { Double($0.p99) }
        p999Insertion = insertion.map { Double($0.p999) }
    }
}
