import CommandQueue
import Histogram
import Machine
import SMMUv3

/// What one producer came to in one repeat.
struct ProducerOutcome: Sendable {
    // What each insertion needs comes first and close together, as with `ProducerObserver`.
    var commands: UInt64 = 0
    /// Until the producer leaves.
    var insertionsLeft = Int.max
    /// What was done before the measured part.
    var isWarmingUp = false
    var counts = ProducerCounts()
    /// Lists inserted into the producer's own queue, and into the main queue as a fallback.
    var ownLists: UInt32 = 0
    var mainLists: UInt32 = 0
    var ownSum = SlotSum()
    var mainSum = SlotSum()
    var fallbacks: UInt64 = 0
    var violations = ViolationLog()
    /// The machine's clock, in nanoseconds.
    var start: UInt64 = 0
    var end: UInt64 = 0
    var latencies: LatencySink?
    /// Nil where nobody wants to know.
    var gathers: GatherSizes?
    var commandsBefore: UInt64 = 0
    var countsBefore = ProducerCounts()

    mutating func beginMeasuring(counts: ProducerCounts, now: UInt64) {
        isWarmingUp = false
        commandsBefore = commands
        countsBefore = counts
        start = now
    }
}

/// A producer thread's work: insertion after insertion, decided beforehand.
struct ProducerLoop<Algorithm: InsertionAlgorithm, P: BlockingProcessor> {
    let plan: RunPlan.Producer
    let own: Algorithm
    /// Where a VCMDQ's unsupported commands go.
    let main: Algorithm
    /// Of one insertion in so many the latency is measured, and the device's progress compared; 0: of none.
    let latencySampling: Int
    /// Nil where no latency is measured.
    let latencies: LatencySink?
    let progressSampling: Int
    let control: RunControl

    func run(on processor: inout P, own ownObserver: consuming ProducerObserver, main mainObserver: consuming ProducerObserver) -> ProducerOutcome {
        var outcome = ProducerOutcome()
        outcome.latencies = latencies
        outcome.insertionsLeft = plan.leavesAfter ?? .max
        var sampler = Sampler(latencyEvery: latencySampling, progressEvery: progressSampling)
        var observers = (own: ownObserver, main: mainObserver)
        let commands = plan.commands
        if plan.comesAfter > 0 { comeLate(on: &processor) }
        outcome.start = processor.clock()
        var cyclesLeft = plan.cycles ?? .max
        var finished = true
        while cyclesLeft > 0 && finished {
            finished = perform(plan.cycle, of: commands.span, &sampler, &observers, &outcome, on: &processor)
            if finished { outcome.fallbacks += UInt64(plan.cycleFallbacks) }
            cyclesLeft -= 1
        }
        if finished, perform(plan.tail, of: commands.span, &sampler, &observers, &outcome, on: &processor) {
            outcome.fallbacks += UInt64(plan.tailFallbacks)
        }
        outcome.end = processor.clock()
        outcome.counts = observers.own.counts + observers.main.counts
        outcome.violations = observers.own.violations
        outcome.violations.merge(observers.main.violations)
        outcome.gathers = observers.own.gathers
        if let gathers = observers.main.gathers { outcome.gathers?.merge(gathers) }
        outcome.ownLists = observers.own.lists
        outcome.mainLists = observers.main.lists
        outcome.ownSum = observers.own.sum
        outcome.mainSum = observers.main.sum
        return outcome
    }

    /// Sleeps until it is time to come, or the run is over: in short pieces, for it may be over soon.
    private func comeLate(on processor: inout P) {
        var left = plan.comesAfter
        while left > 0, processor.load32(control.phase, .relaxed, at: .audit).value != RunControl.isOver {
            let piece = min(left, 5_000_000)
            processor.sleep(nanoseconds: piece, at: .work)
            left -= piece
        }
    }

    /// False where the producer was told to stop, or leaves.
    // Not inlined twice: its frame is all of a suspended processor's stack that each insertion comes by.
    @inline(never)
    private func perform(
        _ insertions: [Insertion], of commands: Span<Command>, _ sampler: inout Sampler,
        _ observers: inout (own: ProducerObserver, main: ProducerObserver), _ outcome: inout ProducerOutcome,
        on processor: inout P
    ) -> Bool {
        let insertions = insertions.span
        // Once for all insertions: what is passed on out of `self` is copied at each call.
        let (own, main) = (own, main)
        for index in insertions.indices {
            let phase = processor.load32(control.phase, .relaxed, at: .audit).value
            if phase != RunControl.measures || outcome.insertionsLeft == 0 {
                guard phase == RunControl.warmsUp, outcome.insertionsLeft > 0 else {
                    outcome.fallbacks += fallbacks(in: insertions, before: index)
                    return false
                }
                outcome.isWarmingUp = true
            } else if outcome.isWarmingUp {
                outcome.beginMeasuring(counts: observers.own.counts + observers.main.counts, now: processor.clock())
                observers.own.gathers?.removeAll()
                observers.main.gathers?.removeAll()
            }
            let insertion = insertions[index]
            if insertion.maps >= 0 {
                // Piece by piece: each takes its own time.
                for _ in 0..<insertion.maps { processor.spend(nanoseconds: control.mapNanoseconds, at: .work) }
                processor.spend(nanoseconds: control.unmapNanoseconds, at: .work)
            }
            let start = Int(insertion.start)
            let list = commands.extracting(start..<(start &+ Int(insertion.count)))
            sampler.step()
            let next = Ahead(insertions, index &+ 1)
            if insertion.toMain {
                issue(list, insertion, next, to: main, &observers.main, sampler, &outcome, on: &processor)
            } else {
                issue(list, insertion, next, to: own, &observers.own, sampler, &outcome, on: &processor)
            }
            outcome.insertionsLeft &-= 1
            outcome.commands &+= UInt64(truncatingIfNeeded: insertion.count)
        }
        return true
    }

    @inline(__always)
    private func issue(
        _ list: Span<Command>, _ insertion: Insertion, _ next: Ahead, to queue: Algorithm, _ observer: inout ProducerObserver,
        _ sampler: Sampler, _ outcome: inout ProducerOutcome, on processor: inout P
    ) {
        observer.listSum = insertion.sum
        observer.next = next
        observer.comparesProgress = sampler.comparesProgress
        observer.isSampled = sampler.measuresLatency
        let begun = sampler.measuresLatency ? processor.clock() : 0
        let result = queue.issue(list, sync: insertion.sync, on: &processor, observer: &observer)
        if sampler.measuresLatency {
            let ended = processor.clock()
            if let latencies, !outcome.isWarmingUp {
                latencies.insertion.record(observer.insertedAt &- begun)
                if insertion.sync && result == .done { latencies.sync.record(ended &- observer.insertedAt) }
            }
        }
        precondition(result != .neverFits, "the scenario's validation lets no insertion through that cannot fit")
    }

    private func fallbacks(in insertions: Span<Insertion>, before end: Int) -> UInt64 {
        var count: UInt64 = 0
        for index in 0..<end where insertions[index].toMain { count += UInt64(insertions[index].count) }
        return count
    }
}

/// Picks the insertions that are measured and compared, each one in so many.
struct Sampler {
    private let latencyEvery: Int
    private let progressEvery: Int
    private var untilLatency: Int
    private var untilProgress: Int
    private(set) var measuresLatency = false
    private(set) var comparesProgress = false

    init(latencyEvery: Int, progressEvery: Int) {
        self.latencyEvery = latencyEvery
        self.progressEvery = progressEvery
        untilLatency = latencyEvery
        untilProgress = progressEvery
    }

    @inline(__always)
    mutating func step() {
        untilLatency &-= 1
        measuresLatency = untilLatency == 0
        if measuresLatency { untilLatency = latencyEvery }
        untilProgress &-= 1
        comparesProgress = untilProgress == 0
        if comparesProgress { untilProgress = progressEvery }
    }
}
