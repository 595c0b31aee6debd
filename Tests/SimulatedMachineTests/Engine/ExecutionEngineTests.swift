import Machine
@testable import SimulatedMachine
import Testing

@Suite struct ExecutionEngineTests {
    private static let command: UInt64 = 100

    /// Each queue's agent executes so many commands of 100 ns; when each began, and by whom.
    private func run(queues: Int, commands: Int, share: Int, turn: UInt64 = 1_000_000_000, endsTurns: Bool = false) -> (log: [(Int, UInt64)], end: UInt64) {
        var model = MachineModel.small
        model.device.parallelShare = share
        model.device.turnTime = turn
        let bench = Bench(model, cores: [0], devices: queues)
        let ending = bench.run { agent, processor in
            guard agent > 0 else { return }
            for _ in 0..<commands {
                processor.spend(nanoseconds: Self.command, at: .execute)
                bench.note(processor, UInt64(agent - 1))
                if endsTurns { processor.endTurn() }
            }
            processor.endTurn()
        }
        #expect(ending == .completed)
        let log = bench.notes.sorted { ($0.time, $0.agent) < ($1.time, $1.agent) }.map { (Int($0.value), $0.time / 1000) }
        return (log, log.last?.1 ?? 0)
    }

    @Test("One queue has the engine at a time, up to the end of its turn")
    func serial() {
        let (log, end) = run(queues: 3, commands: 4, share: 0)
        #expect(end == 1200)
        #expect(log.map(\.0) == [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
        #expect(log.map(\.1) == (1...12).map { $0 * Self.command })
    }

    @Test("A turn ends when its time is over and another waits")
    func turnTime() {
        let (log, end) = run(queues: 2, commands: 5, share: 0, turn: 150_000)
        #expect(end == 1000)
        #expect(log.map(\.0) == [0, 0, 1, 1, 0, 0, 1, 1, 0, 1])
    }

    @Test("Turns that are ended go round")
    func roundRobin() {
        let (log, _) = run(queues: 3, commands: 3, share: 0, endsTurns: true)
        #expect(log.map(\.0) == [0, 1, 2, 0, 1, 2, 0, 1, 2])
    }

    @Test("The share that is parallel overlaps, the rest does not")
    func parallel() {
        #expect(run(queues: 4, commands: 5, share: 1000).end == 500)
        let (log, end) = run(queues: 4, commands: 5, share: 500)
        // The engine is busy 50 ns for each of 20 commands; the last then goes on for 50.
        #expect(end == 1050)
        #expect(log.map(\.1) == (0..<20).map { 100 + $0 * 50 })
        #expect(log.map(\.0) == (0..<20).map { Int($0) % 4 })
    }

    @Test("A queue that is alone does not wait for an engine")
    func alone() {
        for share in [0, 500, 1000] { #expect(run(queues: 1, commands: 7, share: share).end == 700) }
    }
}
