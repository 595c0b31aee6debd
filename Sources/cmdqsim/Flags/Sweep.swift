import Experiment
import Machine
import Workload

/// Lists of values, and the scenarios that they stand for together.
struct Sweep {
    /// Everything that is not swept.
    var base: Scenario
    /// Sets how long a point runs once its workload is known.
    var settleLength: (inout Scenario) -> Void = { _ in }
    var workloads: [WorkloadKind]
    var queues: [QueueKind]
    var algorithms: [Algorithm]
    var producers: [Int]
    var vintfs: [Int]
    var vcmdqsPerVINTF: [Int]
    var batches: [Int?]
    /// Nil: what each queue has by default.
    /// Nil: what each kind of queue has by default.
    var log2Entries: [Int]?
    /// Of the machine's own queue; nil: the default.
    var machineLog2Entries: Int?
    var syncs: [SyncMode]
    var locks: [LockForm]
    var layouts: [LayoutKind]
    var backoffs: [Backoff]
    var deviceThreads: [Int]
    var tlbiNanoseconds: [Int]
    var syncNanoseconds: [Int]
    var fetchNanoseconds: [Int]
    var consEvery: [Int]
    var turnLimits: [Int]

    /// More points than anyone waits for.
    static let limit = 10_000

    /// The sweep of one point.
    init(base: Scenario) {
        self.base = base
        workloads = [base.workload]
        queues = [base.queue]
        algorithms = [base.algorithm]
        producers = [base.producers]
        vintfs = [base.vintfs]
        vcmdqsPerVINTF = [base.vcmdqsPerVINTF]
        batches = [base.batch]
        syncs = [base.sync]
        locks = [base.lock]
        layouts = [base.layout]
        backoffs = [base.backoff]
        deviceThreads = [base.device.threads]
        tlbiNanoseconds = [base.device.tlbiNanoseconds]
        syncNanoseconds = [base.device.syncNanoseconds]
        fetchNanoseconds = [base.device.fetchNanoseconds]
        consEvery = [base.device.consEvery]
        turnLimits = [base.device.turnLimit]
    }

    /// Every point, those that compare with one another side by side.
    ///
    /// VINTFs do not multiply the points of other queues, the rivals run on the main queue only and most
    /// have one lock, and VCMDQs complete by CONS polling whatever `syncs` says.
    func points() throws(CommandFailure) -> [Scenario] {
        if !queues.contains(.main), !algorithms.contains(where: \.runsOnEveryQueue) {
            throw CommandFailure(
                .usage,
                "--algorithm \(algorithms.map(\.rawValue).joined(separator: ",")): exists for the main queue only; VCMDQs and ECMDQs run linux")
        }
        let sides = try sides()
        let groups = try groups(of: sides.count)
        return groups.flatMap { group in
            sides.map { side in
                var point = side
                point.workload = group.workload
                point.length = group.length
                point.log2Entries =
                    log2Entries != nil ? group.log2Entries
                    : side.queue == .ecmdq ? side.queue.defaultLog2Entries : machineLog2Entries ?? side.queue.defaultLog2Entries
                point.device = group.device
                point.batch = group.batch
                point.producers = group.producers
                return point
            }
        }
    }

    /// What is compared with one another: the queue and its forms.
    private func sides() throws(CommandFailure) -> [Scenario] {
        let locked = algorithms.filter(\.comparesAndSwaps).count
        let everywhere = algorithms.filter(\.runsOnEveryQueue)
        let ofMain = product([(locked * locks.count) + algorithms.count - locked, syncs.count, layouts.count, backoffs.count])
        let ofVCMDQ = product(
            [everywhere.count, vintfs.count, vcmdqsPerVINTF.count, locks.count, layouts.count, backoffs.count])
        let ofECMDQ = product([everywhere.count, locks.count, syncs.count, layouts.count, backoffs.count])
        try refuseMoreThanLimit(
            (queues.contains(.main) ? ofMain : 0) + (queues.contains(.vcmdq) ? ofVCMDQ : 0)
                + (queues.contains(.ecmdq) ? ofECMDQ : 0))

        return queues.flatMap { queue -> [Scenario] in
            var start = base
            start.queue = queue
            start.vintfs = 1
            start.vcmdqsPerVINTF = 1
            start.sync = syncs[0]
            start.lock = locks[0]
            var sides = [start]
            switch queue {
            case .main:
                sides = vary(sides, \.algorithm, algorithms)
                sides = sides.flatMap { $0.algorithm.comparesAndSwaps ? vary([$0], \.lock, locks) : [$0] }
                sides = vary(sides, \.sync, syncs)
            case .vcmdq:
                sides = vary(sides, \.algorithm, everywhere)
                sides = vary(sides, \.vintfs, vintfs)
                sides = vary(sides, \.vcmdqsPerVINTF, vcmdqsPerVINTF)
                sides = vary(sides, \.lock, locks)
            case .ecmdq:
                sides = vary(sides, \.algorithm, everywhere)
                sides = vary(sides, \.lock, locks)
                sides = vary(sides, \.sync, syncs)
            }
            sides = vary(sides, \.layout, layouts)
            return vary(sides, \.backoff, backoffs)
        }
    }

    /// What differs from one comparison to the next, the producers fastest.
    private func groups(of size: Int) throws(CommandFailure) -> [Scenario] {
        try refuseMoreThanLimit(
            product([
                size, workloads.count, log2Entries?.count ?? 1, deviceThreads.count, tlbiNanoseconds.count,
                syncNanoseconds.count, fetchNanoseconds.count, consEvery.count, turnLimits.count,
                batches.count, producers.count,
            ]))
        var groups = vary([base], \.workload, workloads)
        for index in groups.indices { settleLength(&groups[index]) }
        groups = vary(groups, \.log2Entries, log2Entries ?? [base.log2Entries])
        groups = vary(groups, \.device.threads, deviceThreads)
        groups = vary(groups, \.device.tlbiNanoseconds, tlbiNanoseconds)
        groups = vary(groups, \.device.syncNanoseconds, syncNanoseconds)
        groups = vary(groups, \.device.fetchNanoseconds, fetchNanoseconds)
        groups = vary(groups, \.device.consEvery, consEvery)
        groups = vary(groups, \.device.turnLimit, turnLimits)
        groups = vary(groups, \.batch, batches)
        return vary(groups, \.producers, producers)
    }

    private func refuseMoreThanLimit(_ count: Int) throws(CommandFailure) {
        guard count <= Self.limit else {
            throw CommandFailure(
                .usage, "the lists multiply to more than \(Self.limit) points; at most \(Self.limit) are allowed")
        }
    }
}

private func vary<Value>(
    _ scenarios: [Scenario], _ field: WritableKeyPath<Scenario, Value>, _ values: [Value]
) -> [Scenario] {
    scenarios.flatMap { scenario in
        values.map { value in
            var variant = scenario
            variant[keyPath: field] = value
            return variant
        }
    }
}

/// The product, or a number beyond any limit where it does not fit.
private func product(_ factors: [Int]) -> Int {
    if factors.contains(0) { return 0 }
    return factors.reduce(1) { product, factor in
        let (value, overflow) = product.multipliedReportingOverflow(by: factor)
        return overflow ? Int.max / 4 : min(value, Int.max / 4)
    }
}
