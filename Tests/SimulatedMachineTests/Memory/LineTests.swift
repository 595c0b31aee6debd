import Machine
@testable import SimulatedMachine
import Testing

/// What the small machine's topology makes of two of its cores.
private func distance(_ one: Int, _ other: Int, _ model: MachineModel) -> UInt64 {
    if one == other { return 0 }
    if one / 2 == other / 2 { return model.memory.transferInCluster }
    if one / 4 == other / 4 { return model.memory.transferInDie }
    if one / 8 == other / 8 { return model.memory.transferInSocket }
    return model.memory.transferAcross
}

private func home(_ core: Int, _ model: MachineModel) -> UInt64 {
    core < 4 ? model.memory.homeInDie : core < 8 ? model.memory.homeInSocket : model.memory.homeAcross
}

@Suite struct LineTests {
    let model = MachineModel.small
    /// A read-modify-write that hits.
    var hit: UInt64 { model.processor.step + model.processor.atomicHit }

    /// How long each of the named operations on line 0 takes, one after the other on an idle machine.
    private func durations(_ steps: [(core: Int, operation: (inout SimulatedProcessor, Word64) -> Void)]) -> [UInt64] {
        let cores = Array(Set(steps.map(\.core))).sorted()
        let bench = Bench(model, cores: cores)
        var durations = Array(repeating: UInt64(0), count: steps.count)
        let ending = bench.run { agent, processor in
            for (number, step) in steps.enumerated() where step.core == cores[agent] {
                processor.advance(to: UInt64(number + 1) * 10_000_000)
                let started = processor.time
                step.operation(&processor, bench.lines[0])
                durations[number] = processor.time - started
            }
        }
        #expect(ending == .completed)
        return durations
    }

    private func update(_ processor: inout SimulatedProcessor, _ word: Word64) { _ = processor.fetchAdd64(word, 1, .relaxed, at: .allocate) }
    private func load(_ processor: inout SimulatedProcessor, _ word: Word64) { _ = processor.load64(word, .relaxed, at: .allocate) }

    @Test("A transfer costs what the distance of its two cores says, a hit nothing but the hit", arguments: 0..<16)
    func transfers(from one: Int) {
        for other in 0..<16 {
            let times = durations([(one, update), (one, update), (other, update), (other, load), (one, load)])
            let way = distance(one, other, model)
            #expect(
                times == [
                    hit + home(one, model), hit, hit + way, model.processor.step + model.processor.loadHit,
                    model.processor.step + model.processor.loadHit + way,
                ], "from core \(one) to \(other)")
        }
    }

    @Test("A shared line comes from its home; to write it takes the way to the farthest copy")
    func sharing() {
        let read = model.processor.step + model.processor.loadHit
        var times = durations([(0, load), (1, load), (0, load), (1, update), (0, load), (0, load)])
        #expect(times == [read + 41_000, read + 41_000, read, hit + 47_000, read + 31_000, read])
        times = durations([(0, load), (5, load), (0, update)])
        #expect(times == [read + 41_000, read + 97_000, hit + 83_000])
        times = durations([(0, load), (5, load), (12, load), (2, load), (0, update), (12, load)])
        #expect(times == [read + 41_000, read + 97_000, read + 193_000, read + 41_000, hit + 171_000, read + 171_000])
        // Its own copy alone need not be invalidated: only the home is asked.
        times = durations([(2, load), (2, update)])
        #expect(times == [read + 41_000, hit + 41_000])
    }

    @Test("A compare-and-swap that fails has the line shared or exclusively, as the machine says", arguments: [true, false])
    func failedExchange(owns: Bool) {
        var model = model
        model.memory.failedExchangeOwns = owns
        let bench = Bench(model, cores: [0, 1])
        var times: [UInt64] = []
        let ending = bench.run { agent, processor in
            processor.advance(to: UInt64(agent + 1) * 10_000_000)
            if agent == 0 { return self.update(&processor, bench.lines[0]) }
            #expect(processor.compareExchange64(bench.lines[0], expected: 9, desired: 7, .relaxed, at: .allocate).value == 1)
            times.append(processor.time)
            self.update(&processor, bench.lines[0])
            times.append(processor.time)
        }
        #expect(ending == .completed)
        #expect(bench.memory.inspect(bench.lines[0]) == 2)
        #expect(times[0] == 20_000_000 + hit + 31_000)
        #expect(times[1] - times[0] == hit + (owns ? 0 : model.memory.transferInDie))
    }

    @Test("Requests of a busy line are served one after the other, in the order in which they came", arguments: [0, 64_000, 210_000] as [UInt64])
    func queueing(interval: UInt64) {
        var model = model
        model.memory.setBusy(interval)
        let cores = [3, 1, 14, 6, 0, 9, 2]
        let bench = Bench(model, cores: cores)
        let ending = bench.run { agent, processor in
            processor.time = 1_000_000 + UInt64(agent)
            self.update(&processor, bench.lines[0])
            bench.note(processor)
        }
        #expect(ending == .completed)
        var granted = 1_000_000 + model.processor.step + home(3, model)
        var expected = [granted + model.processor.atomicHit]
        for (last, next) in zip(cores, cores.dropFirst()) {
            granted += max(distance(last, next, model), interval)
            expected.append(granted + model.processor.atomicHit)
        }
        #expect((0..<cores.count).flatMap { bench.times(of: $0) } == expected)
    }

    @Test("A read-modify-write at the home takes the way there and back, and the next follows after its interval")
    func far() {
        var model = model
        model.memory.farAtomics = true
        model.memory.farAtomicInterval = 20_000
        let bench = Bench(model, cores: [0, 5, 2])
        let ending = bench.run { agent, processor in
            // All arrive at the home at the same time.
            processor.time = 1_000_000 - home([0, 5, 2][agent], model) / 2
            self.update(&processor, bench.lines[0])
            bench.note(processor)
        }
        #expect(ending == .completed)
        #expect(bench.memory.inspect(bench.lines[0]) == 3)
        let arrived: UInt64 = 1_001_000
        let ways = [0, 5, 2].map { home($0, model) / 2 }
        let done = (0..<3).map { bench.times(of: $0)[0] - ways[$0] }
        #expect(done.sorted() == [arrived, arrived + 20_000, arrived + 40_000])
    }

    @Test("The old owner still hits until the snoop arrives, and not after")
    func window() {
        // Core 8 asks at 2 us: half the way across, the snoop is at core 0.
        let asked: UInt64 = 2_000_000 + model.processor.step
        let taken = asked + model.memory.transferAcross / 2
        for early in [2, 30_000, 80_000] as [UInt64] {
            let bench = Bench(model, cores: [0, 8])
            let ending = bench.run { agent, processor in
                if agent == 0 { self.update(&processor, bench.lines[0]) }
                processor.advance(to: agent == 1 ? 2_000_000 : taken - model.processor.step - early)
                self.update(&processor, bench.lines[0])
                bench.note(processor)
                guard agent == 0 else { return }
                processor.advance(to: taken)
                self.update(&processor, bench.lines[0])
                bench.note(processor)
            }
            #expect(ending == .completed)
            #expect(bench.times(of: 0)[0] == taken - early + model.processor.atomicHit, "it hits")
            let granted = asked + model.memory.transferAcross
            #expect(bench.times(of: 1) == [granted + model.processor.atomicHit])
            #expect(bench.times(of: 0)[1] == granted + model.memory.transferAcross + model.processor.atomicHit, "it must ask")
            #expect(bench.memory.inspect(bench.lines[0]) == 4)
        }
    }

    @Test("A new owner keeps a line that is waited for between nothing and the window")
    func ownerWindow() {
        var model = model
        model.memory.window = 30_000
        model.memory.windowFromAfar = 30_000
        var all: Set<UInt64> = []
        for seed in UInt64(1)...20 {
            let bench = Bench(model, cores: [0, 1], seed: seed)
            _ = bench.run { agent, processor in
                processor.time = 1_000_000 + UInt64(agent)
                self.update(&processor, bench.lines[0])
                bench.note(processor)
            }
            let kept = bench.times(of: 1)[0] - bench.times(of: 0)[0] - model.memory.transferInCluster
            #expect(kept <= 30_000)
            all.insert(kept)
        }
        #expect(all.count > 15)
    }

    @Test("Requests and transfers are counted by region")
    func statistics() throws {
        let bench = Bench(model, cores: [0, 1])
        _ = bench.run { agent, processor in
            processor.advance(to: UInt64(agent + 1) * 1_000_000)
            self.update(&processor, bench.lines[0])
            self.update(&processor, bench.lines[0])
        }
        let other = try #require(bench.machine.allLineStatistics.first { $0.name == "other" }).statistics
        #expect(other.requests == 2)
        #expect(other.transfers == 1)
        #expect(other.taken == 41_000 + 31_000)
        #expect(other.queued == 0)
        #expect(bench.machine.operations.updates == 4)
    }
}
