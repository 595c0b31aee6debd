import Machine
@testable import SimulatedMachine
import Testing

/// Lines that a thread asks for at one time come one after the other; a line takes 100 ns, and the constants are made up.
@Suite struct LineIntervalTests {
    private static let lineCount = 8

    private static var model: MachineModel {
        var model = TwoThreads.model
        model.processor.step = 0
        model.processor.storeHit = 1000
        model.processor.loadHit = 0
        return model
    }

    /// Until when, from its look at PROD on, the device's reads take of a list of lines that another thread has written, and then of three more:
    /// one at once, one after a nanosecond, and one at once.
    private static func reads(interval: UInt64) -> [UInt64] {
        var model = Self.model
        model.memory.readInterval = interval
        let bench = Bench(model, cores: [0], devices: 1, lines: lineCount + 3)
        let ending = bench.run { agent, processor in
            if agent == 0 {
                for line in bench.lines { processor.store64(line, 1, .relaxed, at: .writeSlots) }
                processor.finish()
                processor.store32(bench.register.word, 1, .release, at: .work, dependingOn: .none)
                return
            }
            var idle = Poll(timeout: .max)
            while processor.ownRegister(bench.register, at: .fetchProd) == 0 { _ = processor.poll(&idle, at: .fetchProd) }
            let seen = processor.time
            for line in bench.lines[1..<lineCount] { processor.dmaPrefetch(line, at: .fetchEntries) }
            for (number, line) in bench.lines.enumerated() {
                if number == lineCount + 1 { processor.spend(nanoseconds: 1, at: .execute) }
                let value = processor.dmaRead64(line, at: .fetchEntries)
                bench.note(processor, value == 1 ? processor.time - seen : .max)
            }
        }
        #expect(ending == .completed)
        return bench.values(of: 1)
    }

    @Test(arguments: [0, 1_000, 30_000] as [UInt64])
    func linesThatAreReadComeOneAfterTheOther(interval: UInt64) {
        let times = Self.reads(interval: interval)
        // None is asked for before the look has succeeded; the first entry's is asked for last.
        let list = 100_000 + UInt64(Self.lineCount - 1) * interval
        #expect(Array(times.prefix(Self.lineCount)) == Array(repeating: list, count: Self.lineCount))
        // A read does not wait for the one right before it; after anything else it does.
        #expect(times[Self.lineCount] == list + interval)
        #expect(times[Self.lineCount + 1] == list + interval + 1000 + 100_000)
        #expect(times[Self.lineCount + 2] == times[Self.lineCount + 1] + interval)
    }

    /// What 8 lines take a thread to write and to have written, where another has copies or it has them itself, in picoseconds.
    private static func writes(interval: UInt64) throws -> (others: UInt64, own: UInt64) {
        var model = Self.model
        model.memory.writeInterval = interval
        var plan = MemoryPlan()
        let (entries, flag) = (plan.reserve(bytes: lineCount * 64, alignment: 64), plan.reserveLine().low)
        let words = Array(repeating: UInt64(0), count: lineCount * 8)
        final class Times { var all: [UInt64] = [] }
        let times = Times()
        try TwoThreads.run(model, plan) { agent, processor in
            func write() {
                processor.storeEntries(words.span, from: entries, at: .writeSlots, dependingOn: .none)
                processor.finish()
            }
            if agent == 1 {
                write()
                return processor.store32(flag, 1, .release, at: .work, dependingOn: .none)
            }
            _ = processor.wait32(flag, at: .work) { $0 == 1 }
            processor.spend(nanoseconds: 10_000, at: .work)
            for _ in 0..<2 {
                let began = processor.time
                write()
                times.all.append(processor.time - began)
            }
        }
        return (times.all[0], times.all[1])
    }

    @Test(arguments: [0, 1_000, 30_000] as [UInt64])
    func storesLeaveTheBufferLineByLine(interval: UInt64) throws {
        let times = try Self.writes(interval: interval)
        // 64 words enter the buffer in 64 ns, and the first line is there after 100.
        #expect(times.others == 100_000 + UInt64(Self.lineCount - 1) * interval)
        #expect(times.own == 64_000)
    }
}
