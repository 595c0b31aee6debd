import Machine
@testable import SimulatedMachine
import TestSupport

extension MachineModel {
    /// 16 cores with made-up constants, all different, so that a time tells what it is made of; nothing is drawn.
    static var small: MachineModel {
        var model = MachineModel(name: "small")
        model.topology.sockets = 2
        model.topology.diesPerSocket = 2
        model.topology.clustersPerDie = 2
        model.topology.coresPerCluster = 2
        model.processor.step = 1_000
        model.processor.loadHit = 1_500
        model.processor.storeHit = 400
        model.processor.atomicHit = 7_000
        model.processor.barrier = 230
        model.processor.relax = 11_000
        model.processor.wake = 2_100
        model.memory.transferInCluster = 31_000
        model.memory.transferInDie = 47_000
        model.memory.transferInSocket = 83_000
        model.memory.transferAcross = 171_000
        model.memory.homeInDie = 41_000
        model.memory.homeInSocket = 97_000
        model.memory.homeAcross = 193_000
        model.memory.setBusy(0)
        model.memory.window = 0
        model.memory.windowFromAfar = 0
        model.memory.sharedReadInterval = 3_300
        model.device.port = 5_500
        model.device.messageInterrupt = 25_700
        return model
    }

    /// Any machine: what must hold on all of them.
    static func random(_ generator: inout SeededGenerator) -> MachineModel {
        var model = MachineModel.small
        func time(_ range: ClosedRange<UInt64>) -> UInt64 { UInt64.random(in: range, using: &generator) }
        model.processor.step = time(100...9_000)
        model.processor.loadHit = time(100...4_000)
        model.processor.storeHit = time(0...2_000)
        model.processor.atomicHit = time(0...9_000)
        model.processor.barrier = time(0...3_000)
        model.processor.wake = time(0...50_000)
        model.memory.transferInCluster = time(1_000...60_000)
        model.memory.transferInDie = time(1_000...90_000)
        model.memory.transferInSocket = time(1_000...150_000)
        model.memory.transferAcross = time(1_000...400_000)
        model.memory.homeInDie = time(1_000...90_000)
        model.memory.homeInSocket = time(1_000...150_000)
        model.memory.homeAcross = time(1_000...400_000)
        model.memory.setBusy(time(0...120_000))
        model.memory.window = time(0...40_000)
        model.memory.windowFromAfar = time(0...40_000)
        model.memory.sharedReadInterval = time(0...9_000)
        model.memory.linkInterval = time(0...1) * time(0...200_000)
        model.memory.farAtomics = Bool.random(using: &generator)
        model.memory.farAtomicInterval = time(0...20_000)
        model.memory.failedExchangeOwns = Bool.random(using: &generator)
        model.memory.homeDie = Int(time(0...3))
        model.device.die = Int(time(0...3))
        model.device.registerWrite = time(0...200_000)
        model.device.registerRead = time(0...100_000)
        model.device.port = time(0...50_000)
        return model
    }
}

/// A simulated machine with some lines of memory, and a register with a line of its own.
final class Bench {
    let model: MachineModel
    let memory: MachineMemory
    let machine: SimulatedMachine
    let lines: [Word64]
    let register: Register32
    /// What agents noted, in the order in which they did.
    private(set) var notes: [(agent: Int, time: UInt64, value: UInt64)] = []

    init(_ model: MachineModel = .small, cores: [Int], devices: Int = 0, lines count: Int = 8, seed: UInt64 = 1) {
        var plan = MemoryPlan()
        lines = (0..<count).map { _ in plan.reserveLine() }
        register = plan.reserveRegister()
        self.model = model
        memory = MachineMemory(plan: plan)
        machine = SimulatedMachine(model: model, memory: memory, cores: cores, devices: devices, regions: [], seed: seed)!
        if devices > 0 { machine.attach(register, to: 0) }
    }

    func run(_ body: @escaping (Int, inout SimulatedProcessor) -> Void) -> SimulatedMachine.Ending {
        machine.run(turn: {}, body)
    }

    func note(_ processor: SimulatedProcessor, _ value: UInt64 = 0) {
        let time = processor.time
        notes.append((processor.agent, time, value))
    }

    func values(of agent: Int) -> [UInt64] { notes.filter { $0.agent == agent }.map(\.value) }
    func times(of agent: Int) -> [UInt64] { notes.filter { $0.agent == agent }.map(\.time) }
}

extension MemoryModel {
    /// The same from wherever the line comes.
    mutating func setBusy(_ time: UInt64) {
        (busyInCluster, busyInDie, busyInSocket, busyAcross) = (time, time, time, time)
    }
}
