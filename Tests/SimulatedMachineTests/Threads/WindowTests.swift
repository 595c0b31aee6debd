import Machine
@testable import SimulatedMachine
import Testing

/// What is in a thread's window while it waits asks for its line then; a line takes 100 ns, and the constants are made up.
@Suite struct WindowTests {
    private enum Wait: CaseIterable { case load, update }
    private enum Late: CaseIterable { case store, update, entries }
    private enum Loop: CaseIterable { case wait, poll }

    /// How long a thread needs for an access that waits for a line and another so much later, to a line that must be brought too.
    private static func time(_ wait: Wait, apart: UInt64, _ late: Late, window: UInt64 = 44_800, loop: Loop? = nil, operations: Int = 0) throws -> UInt64 {
        var model = TwoThreads.model
        model.processor.step = 0
        model.processor.loadHit = 0
        model.processor.storeHit = 0
        model.processor.atomicHit = 0
        // Time must pass while a thread polls.
        model.processor.relax = 1000
        // A memory operation is 14 instructions of 448, and a command of the device 48.
        model.device.tlbInvalidation = window * 48 / 434
        var plan = MemoryPlan()
        let (first, second, flag, other) = (plan.reserveLine(), plan.reserveLine(), plan.reserveLine().low, plan.reserveLine().low)
        final class Result { var time: UInt64 = 0 }
        let result = Result()
        try TwoThreads.run(model, plan) { agent, processor in
            if agent == 1 {
                for word in [first, second] { _ = processor.fetchAdd64(word, 1, .full, at: .work) }
                processor.store32(flag, 1, .release, at: .work, dependingOn: .none)
                processor.spend(nanoseconds: 5000, at: .work)
                return processor.store32(other, 1, .release, at: .work, dependingOn: .none)
            }
            _ = processor.wait32(flag, at: .work) { $0 == 1 }
            processor.spend(nanoseconds: 1000, at: .work)
            processor.finish()
            var began = processor.clock()
            switch wait {
            case .load: _ = processor.load64(first, .relaxed, at: .work)
            case .update: _ = processor.fetchAdd64(first, 1, .full, at: .work)
            }
            let waited = processor.clock()
            switch loop {
            case .wait: _ = processor.wait32(other, at: .work) { $0 == 1 }
            case .poll:
                var poll = Poll(timeout: .max)
                while processor.load32(other, .acquire, at: .work).value == 0 { _ = processor.poll(&poll, at: .awaitSync) }
            case nil: break
            }
            began += processor.clock() - waited
            for _ in 0..<operations { _ = processor.load64(first, .relaxed, at: .work) }
            if apart > 0 { processor.spend(nanoseconds: apart, at: .work) }
            switch late {
            case .store: processor.store64(second, 7, .relaxed, at: .work, dependingOn: .none)
            case .update: _ = processor.fetchAdd64(second, 1, .full, at: .work)
            case .entries:
                let entry = [UInt64](repeating: 1, count: 2)
                processor.storeEntries(entry.span, from: second, at: .writeSlots, dependingOn: .none)
            }
            processor.finish()
            result.time = processor.clock() - began
        }
        return result.time
    }

    @Test(arguments: Wait.allCases, Late.allCases)
    private func whatIsInTheWindowAsksAhead(wait: Wait, late: Late) throws {
        #expect(try Self.time(wait, apart: 0, late) == 100)
        // It was asked for so much later.
        #expect(try Self.time(wait, apart: 40, late) == 140)
        #expect(try Self.time(wait, apart: 50, late) == 250)
        #expect(try Self.time(wait, apart: 50, late, window: 60_000) == 150)
    }

    /// A loop that ends after a look that failed: what follows was not foreseen.
    @Test(arguments: Wait.allCases, Loop.allCases)
    private func whatIsNotForeseenDoesNot(wait: Wait, loop: Loop) throws {
        #expect(try Self.time(wait, apart: 0, .store, loop: loop) == 200)
    }

    /// Each memory operation takes its place in the window.
    @Test(arguments: Wait.allCases)
    private func theWindowIsFullOfOperationsToo(wait: Wait) throws {
        #expect(try Self.time(wait, apart: 0, .store, operations: 30) == 100)
        #expect(try Self.time(wait, apart: 0, .store, operations: 32) == 200)
    }
}
