import CommandQueue
import Machine
import SMMUv3
import Workload

/// Draws scenarios for the native machine: valid ones, small rings and many threads preferred.
///
/// Each has a seed of its own, made of the generator's seed and its number, so that any one of them can be drawn alone.
package struct ScenarioGenerator: Sendable {
    package let seed: UInt64
    /// Producers at most.
    package let threads: Int
    /// Processors of the host.
    package let cores: Int
    /// Only scenarios in which it has something to change.
    package var mutation = ProtocolMutation.none
    /// Made in every scenario that can have it.
    package var fault: SeededFault?

    package init(seed: UInt64, threads: Int, cores: Int) {
        self.seed = seed
        self.threads = max(1, threads)
        self.cores = max(1, cores)
    }

    package func scenario(_ index: Int) -> Scenario {
        var draw = Draw(SplitMix64(seed: seed, stream: index))
        var scenario = self.scenario(&draw)
        // Each mutation applies to a tenth of all scenarios at least.
        while mutation.existsNatively, !mutation.applies(to: scenario) { scenario = self.scenario(&draw) }
        scenario.seed = draw.bits() >> 12
        if let fault {
            scenario.fault = fault
            if (try? scenario.validateFields()) == nil { scenario.fault = nil }
        }
        return scenario
    }

    private func scenario(_ draw: inout Draw) -> Scenario {
        var scenario = Scenario()
        scenario.repeats = 1
        scenario.warmups = 0
        // Long enough that no CMD_SYNC is given up on a busy host, short enough to be waited for.
        scenario.timeoutMilliseconds = 2000
        scenario.queue = draw.one(of: [(.main, 6), (.vcmdq, 2), (.ecmdq, 2)])
        scenario.algorithm = scenario.queue == .main
            ? draw.one(of: [(.linux, 5), (.spinlockOnFailure, 2), (.fetchAdd, 2), (.spinlock, 1), (.mutex, 1)]) : .linux
        scenario.lock = draw.one(of: LockForm.allCases)
        scenario.sync = draw.one(of: SyncMode.allCases)
        scenario.layout = draw.one(of: LayoutKind.allCases)
        scenario.forceSync = draw.isTrue(1, in: 4)
        scenario.producers = producers(&draw)
        if scenario.queue == .vcmdq {
            scenario.vintfs = draw.number(in: 1...4)
            scenario.vcmdqsPerVINTF = draw.number(in: 1...4)
            scenario.vintfOwner = draw.one(of: [.guest, .host])
        }
        drawWorkload(&scenario, &draw)
        drawRing(&scenario, &draw)
        scenario.device = device(&draw)
        scenario.checks = draw.one(of: CheckLevel.allCases)
        scenario.latencySampling = draw.one(of: [0, 1, 64])
        scenario.pinned = draw.isTrue(1, in: 4)
        scenario.backoff = backoff(producers: scenario.producers, &draw)
        scenario.length = length(scenario, &draw)
        if draw.isTrue(1, in: 3) { scenario.attendance = attendance(scenario, &draw) }
        if draw.isTrue(1, in: 2) { drawDisturbances(&scenario, &draw) }
        return scenario
    }

    private func producers(_ draw: inout Draw) -> Int {
        let most: Int = draw.one(of: [(1, 1), (cores, 3), (2 * cores, 2), (4 * cores, 2), (threads, 2)])
        return draw.number(in: 1...min(threads, most))
    }

    private func device(_ draw: inout Draw) -> DeviceParameters {
        var device = DeviceParameters()
        device.threads = draw.one(of: [(1, 4), (2, 1), (3, 1)])
        if draw.isTrue(1, in: 3) { device.tlbiNanoseconds = draw.one(of: [50, 500, 5000]) }
        if draw.isTrue(1, in: 3) { device.syncNanoseconds = draw.one(of: [50, 500, 5000]) }
        if draw.isTrue(1, in: 4) { device.fetchNanoseconds = draw.one(of: [50, 500]) }
        device.consEvery = draw.one(of: [1, 2, 16, 64])
        device.turnLimit = draw.one(of: [1, 3, 16, 256])
        return device
    }

    /// A thread that spins while others wait for its core costs them a time slice each time, so these are few and have few producers.
    private func backoff(producers: Int, _ draw: inout Draw) -> Backoff {
        let looks: UInt32 = draw.one(of: [1, 10, 100, 1000])
        guard producers <= 2 * cores else { return .yield(looks: looks) }
        return draw.one(of: [(.yield(looks: looks), 6), (.spin, 1), (.linux, 1)])
    }

    /// Mostly a time, so that a slow combination takes no longer than a fast one.
    private func length(_ scenario: Scenario, _ draw: inout Draw) -> RunLength {
        switch draw.number(in: 0...49) {
        case 0: return .seconds(1)
        case 1...9:
            guard case .yield = scenario.backoff else { fallthrough }
            if case .sample = scenario.workload, draw.isTrue(1, in: 8) { return .workload }
            return .commands(draw.number(in: scenario.producers...max(scenario.producers, 4000)))
        default: return .seconds(Double(draw.number(in: 4...60)) / 1000)
        }
    }

    /// Some producers come late, leave early, or both.
    private func attendance(_ scenario: Scenario, _ draw: inout Draw) -> [Attendance] {
        (0..<scenario.producers).filter { _ in draw.isTrue(1, in: 2) }.map { producer in
            var attendance = Attendance(producer: producer)
            if draw.isTrue(2, in: 3) { attendance.startMicroseconds = draw.number(in: 1...20_000) }
            if draw.isTrue(2, in: 3) { attendance.insertions = draw.one(of: [1, draw.number(in: 1...20), draw.number(in: 1...2000)]) }
            return attendance
        }
    }
}

// Workload and ring
extension ScenarioGenerator {
    private func drawWorkload(_ scenario: inout Scenario, _ draw: inout Draw) {
        switch draw.number(in: 0...19) {
        case 0...7:
            var loop = DMALoop()
            loop.flush = draw.one(of: [(.strict, 3), (.lazy, 1)])
            loop.pagesPerUnmap = draw.one(of: [1, 1, 2, 3, 7, 63, 64, 65, 300, 512])
            loop.rangeInvalidation = draw.isTrue(1, in: 3)
            scenario.workload = .dma(loop)
        case 8...9:
            var loop = DMAMapLoop()
            loop.buffers = draw.one(of: [1, 3, 50])
            scenario.workload = .dmaMap(loop)
        case 10...12: scenario.workload = .loneSync
        case 13: scenario.workload = .sample(name: draw.one(of: SampleStream.allCases).name)
        default:
            var mix = OpcodeMix()
            if draw.isTrue(1, in: 2) {
                mix.weights = ["TLBI_NH_VA": draw.number(in: 1...9)]
                mix.weights[draw.one(of: OpcodeMix.allowedNames)] = draw.number(in: 1...9)
            }
            scenario.workload = .mix(mix)
        }
        switch scenario.workload {
        case .dma, .mix:
            if draw.isTrue(1, in: 2) { scenario.batch = draw.one(of: [1, 2, 3, draw.number(in: 1...16), 62, 63, 64, 65, draw.number(in: 64...300)]) }
        case .dmaMap, .loneSync, .recorded, .sample: break
        }
    }

    /// The smallest ring that the scenario can have, or one a little larger.
    private func drawRing(_ scenario: inout Scenario, _ draw: inout Draw) {
        let largest = scenario.largestInsertion
        let needed: Int = switch scenario.algorithm {
        case .fetchAdd: scenario.producers * largest + 1
        // It inserts command by command.
        case .spinlock: 1
        case .linux, .spinlockOnFailure, .mutex: largest
        }
        // A batch, or a strict unmap, is refused unless it and its CMD_SYNC fit into the ring, whatever it is split into.
        var refusedBelow = (scenario.batch ?? 0) + 1
        if scenario.batch == nil, case .dma(let loop) = scenario.workload, loop.flush == .strict { refusedBelow = min(loop.pagesPerUnmap, 64) + 1 }
        let smallest = max(1, Scenario.log2(atLeast: max(needed, refusedBelow)))
        scenario.log2Entries = min(Scenario.Allowed.log2Entries.upperBound, smallest + draw.one(of: [(0, 4), (1, 3), (2, 2), (4, 1)]))
        scenario.allowSmallRing = scenario.log2Entries < Scenario.Allowed.log2EntriesOfLinux.lowerBound
    }
}

extension Scenario {
    /// No insertion of it takes more entries than this.
    var largestInsertion: Int {
        let capacity = (forceSync ? BatchRule.forceSync : .standard).capacity
        if let batch { return min(batch, capacity) + 1 }
        return switch workload {
        case .dma(let loop) where loop.flush == .strict: min(loop.pagesPerUnmap, capacity) + 1
        case .dma, .dmaMap, .mix: 2
        case .loneSync: 1
        case .recorded, .sample: capacity + 1
        }
    }
}

/// Choices, drawn one after the other.
struct Draw: Sendable {
    private var random: SplitMix64

    init(_ random: SplitMix64) { self.random = random }

    mutating func bits() -> UInt64 { random.next() }
    mutating func number(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    mutating func isTrue(_ chances: Int, in all: Int) -> Bool { number(in: 1...all) <= chances }
    mutating func one<Value>(of values: [Value]) -> Value { values[number(in: 0...(values.count - 1))] }

    /// By weight.
    mutating func one<Value>(of values: [(Value, Int)]) -> Value {
        var left = number(in: 1...values.reduce(0) { $0 + $1.1 })
        for (value, weight) in values {
            left -= weight
            if left <= 0 { return value }
        }
        return values[values.count - 1].0
    }
}
