import Machine
@testable import SimulatedMachine
import TestSupport
import Testing

@Suite struct EndingTests {
    @Test("Two processors that wait for each other are a deadlock, which names both and no other")
    func deadlock() {
        let bench = Bench(cores: [0, 4, 9])
        let ending = bench.run { agent, processor in
            guard agent != 1 else { return processor.spend(nanoseconds: 50_000, at: .work) }
            _ = processor.wait64(bench.lines[agent], at: .awaitOwner) { $0 == 1 }
            processor.store64(bench.lines[2 - agent], 1, .release, at: .handOver)
        }
        #expect(ending == .deadlock(["processor 0 watchesLine", "processor 2 watchesLine"]))
    }

    @Test("A device that nobody writes to is named too")
    func deadlockOfTheDevice() {
        let bench = Bench(cores: [0], devices: 2)
        let ending = bench.run { agent, processor in
            var idle = Poll(timeout: .max)
            if agent == 2 { _ = processor.poll(&idle, at: .fetchProd) }
        }
        #expect(ending == .deadlock(["device agent 1 waitsForRegister"]))
    }

    /// What happened when, to the picosecond.
    private func trace(of program: UInt64, seed: UInt64) -> [String] {
        var generator = SeededGenerator(seed: program)
        var model = MachineModel.random(&generator)
        model.memory.window = 20_000
        let agents = Int.random(in: 2...9, using: &generator)
        let bench = Bench(model, cores: Array((0..<16).shuffled(using: &generator).prefix(agents)), devices: 1, lines: 2, seed: seed)
        let seeds = (0..<agents).map { _ in generator.next() }
        let ending = bench.run { agent, processor in
            guard agent < agents else {
                for _ in 0..<20 {
                    processor.spend(nanoseconds: 130, at: .execute)
                    processor.dmaWrite64(bench.lines[1], processor.dmaRead64(bench.lines[0], at: .fetchEntries), at: .completeSync)
                    bench.note(processor)
                }
                return
            }
            var generator = SeededGenerator(seed: seeds[agent])
            for _ in 0..<60 {
                let word = bench.lines.randomElement(using: &generator)!.advanced(by: Int.random(in: 0..<8, using: &generator))
                var value: UInt64 = 0
                switch Int.random(in: 0..<5, using: &generator) {
                case 0: value = processor.fetchAdd64(word, 1, .full, at: .allocate).value
                case 1: value = processor.load64(word, .acquire, at: .allocate).value
                case 2: processor.store64(word, generator.next(), .release, at: .handOver)
                case 3: value = processor.wait64(word, at: .awaitSync, timeout: 400) { $0 & 1 == 1 }?.value ?? 0
                default: processor.spend(nanoseconds: 100, at: .work)
                }
                bench.note(processor, value)
            }
        }
        #expect(ending == .completed)
        return bench.notes.map { "\($0.agent) \($0.time) \($0.value)" } + ["\(bench.machine.operations) \(bench.machine.allLineStatistics) \(bench.machine.now)"]
    }

    @Test("The same seed gives the same run to the picosecond, another seed another one", arguments: Array(UInt64(1)...25))
    func determinism(program: UInt64) {
        let first = trace(of: program, seed: 5)
        #expect(trace(of: program, seed: 5) == first)
        #expect(trace(of: program, seed: 6) != first)
    }
}
