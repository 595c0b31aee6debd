import SimulatedMachine
import Testing

@testable import Experiment

@Suite struct TimeReportTests {
    static let scenarios: [Scenario] = [
        SimulatedRuns.scenario(producers: 1),
        SimulatedRuns.scenario(producers: 8),
        SimulatedRuns.scenario(producers: 8) { $0.sync = .cons },
        SimulatedRuns.scenario(producers: 16) { ($0.log2Entries, $0.allowSmallRing) = (4, true) },
        SimulatedRuns.scenario(producers: 8) { $0.lock = .legacy },
        SimulatedRuns.scenario(producers: 8) { $0.algorithm = .spinlock },
        SimulatedRuns.scenario(producers: 8) { ($0.algorithm, $0.sync) = (.spinlock, .cons) },
        SimulatedRuns.scenario(producers: 8) { $0.layout = .padded },
        SimulatedRuns.scenario(producers: 8) { ($0.queue, $0.vintfs, $0.vcmdqsPerVINTF) = (.vcmdq, 2, 2) },
    ]

    @Test("an agent's phases come to its running time, to the picosecond", arguments: scenarios)
    func sums(scenario: Scenario) throws {
        let outcome = try SimulatedRuns.run(scenario)
        #expect(outcome.violations.lines == [])
        let time = try #require(outcome.simulation).time
        #expect(time.processors.count == scenario.producers)
        for processor in time.processors {
            #expect(processor.phases.map(\.phase) == Phase.ofProcessors)
            #expect(processor.phases.reduce(0) { $0 + $1.picoseconds } == processor.runningPicoseconds)
            #expect(processor.runningPicoseconds > 0 && processor.runningPicoseconds <= time.picoseconds)
        }
        #expect(time.total.runningPicoseconds == time.processors.reduce(0) { $0 + $1.runningPicoseconds })
        #expect(time.total.phases.reduce(0) { $0 + $1.picoseconds } == time.total.runningPicoseconds)
        for device in time.devices {
            #expect(device.phases.map(\.phase) == Phase.ofDevices)
            #expect(device.phases.reduce(0) { $0 + $1.picoseconds } == device.runningPicoseconds)
        }
        let running = time.processors.map(\.runningPicoseconds) + time.devices.map(\.runningPicoseconds)
        #expect(time.picoseconds == running.max(), "all begin at 0, and the last one ends the run")
        // All that the device executed: 75 ns each.
        let executed = time.devices.reduce(0) { $0 + $1.phases.first { $0.phase == .execute }!.picoseconds }
        let completed = time.devices.reduce(0) { $0 + $1.phases.first { $0.phase == .complete }!.picoseconds }
        #expect(executed == outcome.executed * 75_000)
        #expect(completed == outcome.counts.syncs * 75_000)
    }

    @Test("the same for what is left after a warm-up", arguments: scenarios)
    func warmup(scenario: Scenario) throws {
        let whole = try #require(try SimulatedRuns.run(scenario.lasting(70_000, warmup: 0)).simulation).time
        let outcome = try SimulatedRuns.run(scenario.lasting(70_000, warmup: 30_000))
        let time = try #require(outcome.simulation).time
        #expect(time.picoseconds == whole.picoseconds - 30_000_000, "the clock is set back, and nothing else changes")
        for (processor, before) in zip(time.processors, whole.processors) {
            #expect(processor.phases.reduce(0) { $0 + $1.picoseconds } == processor.runningPicoseconds)
            #expect(processor.runningPicoseconds < before.runningPicoseconds)
            // An operation that was under way counts whole; and a processor whom nobody disturbs may have been a little ahead.
            #expect(processor.runningPicoseconds >= before.runningPicoseconds - 32_000_000)
        }
        #expect(time.total.allocations == outcome.measuredCounts.allocations)
        #expect(time.total.allocations < whole.total.allocations && time.total.allocations > 0)
        #expect(time.operations.total < whole.operations.total)
        #expect(time.lines.map(\.requests).reduce(0, +) < whole.lines.map(\.requests).reduce(0, +))
    }

    @Test("gathers, attempts and operations agree with what the producers counted", arguments: scenarios)
    func counts(scenario: Scenario) throws {
        let outcome = try SimulatedRuns.run(scenario)
        let time = try #require(outcome.simulation).time
        let gathers = time.total.gathers
        #expect(gathers.count == outcome.counts.doorbells)
        #expect(gathers.entries == outcome.issued + outcome.counts.syncs, "every entry is published once")
        #expect(gathers.sizes.reduce(0) { $0 + $1.count } == gathers.count)
        #expect(gathers.meanEntries == Double(gathers.entries) / Double(gathers.count))
        let largestBound = try #require(gathers.sizes.last?.upTo)
        #expect(gathers.largest <= largestBound && gathers.largest > largestBound / 2)
        #expect(time.total.allocations == outcome.counts.allocations)
        #expect(time.total.casAttempts == outcome.counts.casAttempts)
        #expect(time.processors.reduce(0) { $0 + $1.gathers.count } == gathers.count)
        let operations = time.operations
        #expect(
            operations.total
                == operations.loads + operations.stores + operations.updates + operations.registerAccesses + operations.deviceWords)
        let publications = time.total.phases.first { $0.phase == .write }!
        #expect(publications.operations >= outcome.counts.allocations)
    }

    @Test("lines of all queues are told apart by what they hold, and waits add up")
    func lines() throws {
        let main = try #require(try SimulatedRuns.run(SimulatedRuns.scenario(producers: 8)).simulation).time
        #expect(main.lines.map(\.name) == ["other", "llq", "owner_prod+lock", "valid map", "slots", "queue lock", "sync count"])
        for line in main.lines {
            #expect(line.transfers <= line.requests)
            #expect(line.queuedPicoseconds <= line.takenPicoseconds)
            #expect(line.meanQueueLength == Double(line.queuedPicoseconds) / Double(main.picoseconds))
        }
        func requests(_ name: String, _ time: TimeReport) -> UInt64 { time.lines.first { $0.name == name }?.requests ?? 0 }
        #expect(requests("llq", main) > 0 && requests("slots", main) > 0 && requests("queue lock", main) == 0)

        let spinlock = try #require(
            try SimulatedRuns.run(SimulatedRuns.scenario(producers: 8) { $0.algorithm = .spinlock }).simulation).time
        #expect(requests("queue lock", spinlock) > 0 && requests("valid map", spinlock) == 0)

        let queues = try #require(
            try SimulatedRuns.run(
                SimulatedRuns.scenario(producers: 8) { ($0.queue, $0.vintfs, $0.vcmdqsPerVINTF, $0.layout) = (.vcmdq, 2, 2, .padded) }
            ).simulation).time
        #expect(requests("VCMDQ llq", queues) > 0 && requests("llq", queues) == 0)
        #expect(requests("VCMDQ lock", queues) > 0 && requests("VCMDQ owner_prod", queues) > 0)
    }

    @Test("a contended queue is waited for longer than an own one")
    func contention() throws {
        let alone = try #require(try SimulatedRuns.run(SimulatedRuns.scenario(producers: 1)).simulation).time
        let many = try #require(try SimulatedRuns.run(SimulatedRuns.scenario(producers: 16)).simulation).time
        func llq(_ time: TimeReport) -> LineTime { time.lines.first { $0.name == "llq" }! }
        #expect(llq(alone).meanQueueLength == 0 && llq(many).meanQueueLength > 1 && llq(many).meanQueueLength < 16)
        #expect(alone.total.attemptsPerSuccess == 1)
        #expect(alone.total.gathers.largest == 4, "three commands and their CMD_SYNC")
        #expect(many.total.gathers.meanEntries >= alone.total.gathers.meanEntries)
    }

    @Test("equal runs give equal reports, recorded or not")
    func deterministic() throws {
        let scenario = SimulatedRuns.scenario(producers: 12).lasting(60_000, warmup: 20_000)
        let first = try #require(try SimulatedRuns.run(scenario).simulation)
        let second = try #require(try SimulatedRuns.run(scenario).simulation)
        let recorded = try #require(try SimulatedRuns.run(scenario, timeline: TraceOptions()).simulation)
        #expect(first.time == second.time)
        #expect(first.time == recorded.time, "who watches changes nothing")
        #expect(first.timeline == nil && recorded.timeline != nil)
    }
}

@Suite struct GatherSizeTests {
    @Test("each size belongs to the least power of two that holds it", arguments: [1, 2, 3, 4, 5, 63, 64, 65, 1 << 19] as [UInt32])
    func bucket(size: UInt32) {
        var sizes = GatherSizes()
        sizes.add(size)
        let index = sizes.counts.firstIndex(of: 1)!
        #expect(1 << index >= size && (index == 0 || 1 << (index - 1) < size))
        #expect(sizes.count == 1 && sizes.entries == UInt64(size) && sizes.largest == size)
    }

    @Test("merged sizes are those of all")
    func merging() {
        var (one, other, all) = (GatherSizes(), GatherSizes(), GatherSizes())
        for size in [3, 9, 27] as [UInt32] {
            one.add(size)
            other.add(size * 3)
            all.add(size)
            all.add(size * 3)
        }
        one.merge(other)
        #expect(one == all && one.largest == 81)
        one.removeAll()
        #expect(one == GatherSizes())
    }
}
