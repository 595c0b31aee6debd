import Experiment

/// The JSON of a stress run.
struct StressDocument: Codable, Equatable {
    var schema = "cmdqsim.stress/1"
    var seed: UInt64
    var first: Int
    var threads: Int
    var cores: Int
    var mutation: String
    var fault: String?
    var partial: Bool
    var figures: Figures
    var failure: Failure?

    struct Figures: Codable, Equatable {
        var scenarios: Int
        var seconds: Double
        var processorSeconds: Double
        var insertions: UInt64
        var commands: UInt64
        var syncs: UInt64
        var wraps: UInt64
        var smallestRing: Int
        var mostProducers: Int
        var lateArrivals: Int
        var earlyLeavers: Int
        var fallbacksToMain: UInt64
        var scenariosByAlgorithm: [String: Int]
        var scenariosByQueue: [String: Int]
        var disturbances: [String: UInt64]
        var refusedCommands: UInt64
        var syncTimeouts: UInt64
        var spaceTimeouts: UInt64
        var slowScenarios: Int
        /// By cause.
        var longestWaitNanoseconds: [String: UInt64]
        var largestResidentBytes: Int
        var residentGrowthBytes: Int?
        var largestThreads: Int
        var threadGrowth: Int?
    }

    struct Failure: Codable, Equatable {
        /// violation, stuck, growth or refused.
        var kind: String
        var index: Int
        var violations: [String]
        /// What each agent did, where the run was stuck.
        var agents: [Agent]?
        var scenario: Scenario
        var failures: Int?
        var runs: Int?
        /// Null where no smaller scenario was found.
        var shrunk: Shrunk?
    }

    struct Agent: Codable, Equatable {
        var name: String
        var phase: String
        var seconds: Double
        var holdsSharedLock: Bool
        var processorSeconds: Double?
    }

    struct Shrunk: Codable, Equatable {
        var scenario: Scenario
        var violations: [String]
        var failures: Int
        var runs: Int
    }
}

extension StressReport {
    var document: StressDocument {
        StressDocument(
            seed: options.seed, first: options.first, threads: options.threads, cores: options.cores, mutation: options.mutation.rawValue,
            fault: options.fault?.rawValue ?? options.seededFault?.rawValue, partial: outcome.isInterrupted, figures: .init(outcome.figures),
            failure: outcome.failure.map { .init($0) })
    }
}

extension StressDocument.Figures {
    init(_ figures: StressFigures) {
        self.init(
            scenarios: figures.scenarios, seconds: figures.seconds, processorSeconds: figures.processorSeconds, insertions: figures.insertions,
            commands: figures.commands, syncs: figures.syncs, wraps: figures.wraps, smallestRing: figures.smallestRing,
            mostProducers: figures.mostProducers, lateArrivals: figures.lateArrivals, earlyLeavers: figures.earlyLeavers,
            fallbacksToMain: figures.fallbacks, scenariosByAlgorithm: Self.named(figures.scenariosByAlgorithm) { $0.rawValue },
            scenariosByQueue: Self.named(figures.scenariosByQueue) { $0.rawValue }, disturbances: Self.named(figures.disturbances) { $0.rawValue },
            refusedCommands: figures.refusedCommands, syncTimeouts: figures.syncTimeouts, spaceTimeouts: figures.spaceTimeouts,
            slowScenarios: figures.slowScenarios, longestWaitNanoseconds: Self.named(figures.longestWaits) { $0.words },
            largestResidentBytes: figures.largestResidentBytes, residentGrowthBytes: figures.residentGrowth, largestThreads: figures.largestThreads,
            threadGrowth: figures.threadGrowth)
    }

    private static func named<Key, Value>(_ values: [Key: Value], _ name: (Key) -> String) -> [String: Value] {
        Dictionary(uniqueKeysWithValues: values.map { (name($0.key), $0.value) })
    }
}

extension StressDocument.Failure {
    init(_ failure: StressFailure) {
        var agents: [StressDocument.Agent]?
        let kind: String
        switch failure.kind {
        case .violation: kind = "violation"
        case .growth: kind = "growth"
        case .refused: kind = "refused"
        case .stuck(let report):
            kind = "stuck"
            agents = report.agents.map {
                .init(name: $0.name, phase: $0.phase.words, seconds: $0.seconds, holdsSharedLock: $0.holdsShare, processorSeconds: $0.processorSeconds)
            }
        }
        self.init(
            kind: kind, index: failure.index, violations: failure.violations, agents: agents, scenario: failure.scenario,
            failures: failure.again?.failures, runs: failure.again?.runs,
            shrunk: failure.shrunk.map { .init(scenario: $0.scenario, violations: $0.violations, failures: $0.failures, runs: $0.runs) })
    }
}
