import Machine
@testable import SimulatedMachine
import Testing

/// Two threads of the simulated machine with a core each; a line takes 100 ns from one to the other, and the constants are made up.
enum TwoThreads {
    static var model: MachineModel {
        var model = MachineModel(name: "threads")
        model.topology.coresPerCluster = 2
        model.device.isThread = true
        model.processor.ordersStores = true
        model.memory.transferInCluster = 100_000
        model.memory.transferInDie = 100_000
        model.memory.homeInDie = 100_000
        model.memory.busyInCluster = 0
        // Only what follows a wait at once is in the window with it.
        model.device.tlbInvalidation = 0
        return model
    }

    static func run(_ model: MachineModel, _ plan: MemoryPlan, _ body: @escaping (Int, inout SimulatedProcessor) -> Void) throws {
        let machine = try #require(SimulatedMachine(
            model: model, memory: MachineMemory(plan: plan), cores: [0, 1], devices: 0, regions: [], seed: 1, looksUntilYield: 0))
        #expect(machine.run(turn: {}, body) == .completed)
    }
}
