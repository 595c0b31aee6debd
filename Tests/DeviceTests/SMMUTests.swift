import Device
import Machine
import SMMUv3
import Testing

@Suite("Many queues in turn")
struct SMMUTests {
    /// Queues of 64 entries in one memory.
    struct Queues {
        let placements: [DeviceQueuePlacement]
        let memory: MachineMemory
        var served: [ServedQueue<Sequence>]
        let turnLimit: UInt32
        let order: Order

        init(count: Int, turnLimit: UInt32) {
            var plan = MemoryPlan()
            let geometry = QueueGeometry(log2Entries: 6)
            let placements = (0..<count).map { _ in
                DeviceQueuePlacement(
                    geometry: geometry, slots: plan.reserve(bytes: 1024), prod: plan.reserveRegister(), cons: plan.reserveRegister(),
                    gerror: plan.reserveRegister(), gerrorn: plan.reserveRegister(), rules: CommandRules())
            }
            let byteCount = plan.byteCount
            let order = Order()
            self.order = order
            served = placements.enumerated().map { number, placement in
                ServedQueue(
                    DeviceQueue(placement: placement, addresses: AddressMap(base: 0, byteCount: byteCount), timing: DeviceTiming()),
                    observer: Sequence(number: number, order: order))
            }
            self.turnLimit = turnLimit
            self.placements = placements
            memory = MachineMemory(plan: plan)
        }

        mutating func round(_ port: inout NativeProcessor) -> UInt32 {
            let turnLimit = turnLimit
            var span = served.mutableSpan
            return SMMU.serve(&span, turnLimit: turnLimit, port: &port)
        }

        func insert(_ commands: [Command], into queue: Int) {
            let placement = placements[queue]
            var pointer = memory.inspect(placement.prod)
            for command in commands {
                let slot = placement.slots.advanced(by: Int(placement.geometry.index(pointer)) * 2)
                memory.set(slot, to: command.word0)
                memory.set(slot.advanced(by: 1), to: command.word1)
                pointer = placement.geometry.advance(pointer, by: 1)
            }
            memory.set(placement.prod, to: pointer)
        }
    }

    struct Sequence: DeviceObserver {
        let number: Int
        let order: Order
        mutating func executed<Port: DevicePort>(_ commands: Span<Command>, from pointer: UInt32, port: inout Port) {
            order.numbers += Array(repeating: number, count: commands.count)
        }
    }
    final class Order { var numbers: [Int] = [] }

    @Test("each queue has a turn of at most the limit, one after the other")
    func fairness() {
        var queues = Queues(count: 3, turnLimit: 4)
        queues.insert(tlbis(10), into: 0)
        queues.insert(tlbis(2), into: 1)
        queues.insert(tlbis(5), into: 2)
        var port = NativeProcessor(memory: queues.memory, backoff: .spin)
        let rounds = (0..<4).map { _ in queues.round(&port) }
        #expect(rounds == [10, 5, 2, 0])
        let expected = [(0, 4), (1, 2), (2, 4), (0, 4), (2, 1), (0, 2)].flatMap { Array(repeating: $0.0, count: $0.1) }
        #expect(queues.order.numbers == expected)
        #expect(queues.placements.map { queues.memory.inspect($0.cons) } == [10, 2, 5])
    }

    @Test("a queue that is fed in every round keeps no other waiting")
    func noStarvation() {
        var queues = Queues(count: 2, turnLimit: 8)
        queues.insert(tlbis(30), into: 1)
        var port = NativeProcessor(memory: queues.memory, backoff: .spin)
        for round in 1...3 {
            queues.insert(tlbis(20), into: 0)
            _ = queues.round(&port)
            // The third turn brings what PROD said when it was last read: PROD is read where a turn begins with nothing left.
            #expect(queues.served[0].queue.executedCommands == UInt64(min(8 * round, 20)))
            #expect(queues.served[1].queue.executedCommands == UInt64(8 * round))
        }
    }

    @Test("a queue that stops does not stop the others")
    func stoppedQueue() {
        var queues = Queues(count: 2, turnLimit: .max)
        queues.insert([Command(word0: 0xff, word1: 0)], into: 0)
        queues.insert(tlbis(3), into: 1)
        var port = NativeProcessor(memory: queues.memory, backoff: .spin)
        #expect(queues.served[0].queue.error == .none)
        #expect(queues.round(&port) == 3)
        #expect(queues.served.map(\.queue.error) == [.illegal, .none])
        queues.insert(tlbis(3), into: 1)
        #expect(queues.round(&port) == 3)
        #expect(queues.memory.inspect(queues.placements[1].gerror) == 0)
    }
}
