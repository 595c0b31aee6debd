import Machine
import SimulatedMachine

/// What an insertion of one command with its CMD_SYNC consists of, where no other producer is there and the CMD_SYNC completes by MSI: memory
/// operations of `LinuxQueue`, by kind. Stores are words.
private enum InsertionOperations {
    static let loads = 6.0
    static let updates = 5.0
    static let storeOperations = 6.0
    static let storedWords = 7.0
    static var all: Double { loads + updates + storeOperations }
    /// Of the device's: PROD is read; CONS and the MSI are written.
    static let deviceLoads = 1.0
    static let deviceStores = 2.0
}

/// What comes to it where there is no space: the queue's exclusive lock is taken, CONS read, and the lock released.
private enum SpaceOperations {
    static let loads = 2.0
    static let updates = 2.0
    static let storedWords = 1.0
    static var all: Double { loads + updates + storedWords }
}

extension Calibration {
    /// The machine file of this host.
    package func machine() throws(MachineFileError) -> MachineFile {
        let host = Host.current
        var writer = HostMachine(processor: host.processor, cores: host.cores)
        writer.fill(from: self)
        return try writer.file()
    }
}

/// A machine file on its way.
private struct HostMachine {
    var model = MachineModel(name: "this-host")
    var provenance: [String: Provenance] = [:]
    let processor: String
    let cores: Int

    init(processor: String, cores: Int) {
        self.processor = processor.isEmpty ? "this host" : processor
        self.cores = min(max(cores, 1), MachineField.mostCores)
        model.topology.coresPerCluster = self.cores
        for field in MachineField.all { provenance[field.path] = Provenance(.sourced, source: "not used: the device is a thread") }
    }

    func file() throws(MachineFileError) -> MachineFile {
        try MachineFile(
            model: model, description: "The host that cmdqsim calibrate ran on: \(processor), \(cores) cores; the device is a thread",
            provenance: provenance)
    }

    private mutating func say(_ paths: String..., source: String) {
        for path in paths { provenance[path] = Provenance(.sourced, source: source) }
    }

    /// - Parameter lowest: nanoseconds; what the field takes at the least
    private mutating func set(
        _ path: WritableKeyPath<MachineModel, UInt64>, _ name: String, to nanoseconds: Double, lowest: Double = 0, from times: MeasuredTime..., how: String
    ) {
        model[keyPath: path] = UInt64((min(max(nanoseconds, lowest), 1e6) * 1000).rounded())
        say(name, source: source(of: times, how: how))
    }

    private func source(of times: [MeasuredTime], how: String) -> String {
        let spreads = times.map { "\(text($0.quartiles.lowerBound)) to \(text($0.quartiles.upperBound)) ns" }
        return "measured on \(processor): \(how); middle half of \(times[0].samples) samples \(spreads.joined(separator: "; "))"
    }

    private func text(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

    mutating func fill(from measured: Calibration) {
        fillTopology()
        fillProcessor(from: measured)
        fillMemory(from: measured)
        fillDevice(from: measured)
        model.workload.map = 0
        model.workload.unmap = 0
        model.workload.variation = 0
        say("workload.map", "workload.unmap", "workload.variation", source: "the native machine maps nothing")
    }

    private mutating func fillTopology() {
        say("topology.sockets", "topology.dies-per-socket", "topology.clusters-per-die", source: "not measured: all cores are taken as alike")
        say("topology.cores-per-cluster", source: "the cores that the process could run on")
    }

    private mutating func fillProcessor(from measured: Calibration) {
        // Two words to a command.
        let store = measured.insertedCommand.median / 2
        let path = measured.insertion.median - InsertionOperations.loads * measured.loadHit.median
            - InsertionOperations.updates * measured.atomicHit.median - InsertionOperations.storedWords * measured.insertedCommand.median / 2
        set(\.processor.step, "processor.instructions", to: path / InsertionOperations.all, lowest: 0.1, from: measured.insertion,
            how: "an insertion of one command with its CMD_SYNC, without the rest, over its \(Int(InsertionOperations.all)) memory operations")
        set(\.processor.loadHit, "processor.load-hit", to: measured.loadHit.median, lowest: 0.1, from: measured.loadHit, how: "a load after the other")
        set(\.processor.storeHit, "processor.store-hit", to: store, from: measured.insertedCommand, how: "half of what a further command of an insertion takes")
        set(\.processor.atomicHit, "processor.atomic-hit", to: measured.atomicHit.median, from: measured.atomicHit, how: "a fetch-and-add on a held line")
        model.processor.barrier = 0
        model.processor.wake = 0
        model.processor.waitsForEvents = false
        set(\.processor.relax, "processor.poll-pause", to: measured.look.median - measured.loadHit.median, from: measured.look,
            how: "the spin-wait hint with a look, without the look")
        set(\.processor.yield, "processor.yield", to: measured.yield.median, from: measured.yield, how: "sched_yield")
        set(\.processor.contextSwitch, "processor.context-switch", to: measured.contextSwitch.median, from: measured.contextSwitch,
            how: "two threads on one core that do nothing but sched_yield")
        if measured.timeSlice.samples > 0 {
            set(\.processor.timeSlice, "processor.time-slice", to: 0, from: measured.timeSlice, how: "turns of a thread that shares its core with another")
            model.processor.timeSlice = UInt64(min(max(measured.timeSlice.median, 1000), 1e9) * 1000)
        }
        setInterruptions(from: measured)
        let operations = SpaceOperations.loads * measured.loadHit.median + SpaceOperations.updates * measured.atomicHit.median
            + SpaceOperations.storedWords * store + SpaceOperations.all * Double(model.processor.step) / 1000
        set(\.processor.unforeseen, "processor.unforeseen", to: measured.missingSpace.median - operations, from: measured.missingSpace,
            how: "what an insertion takes longer where it finds no space, one in four by chance, on a core that was given to it just before; without the memory operations")
        set(\.processor.resumption, "processor.resumption", to: measured.resumption.median, from: measured.resumption,
            how: "what an insertion takes longer where the core was given to it just before")
        #if arch(x86_64)
        model.processor.ordersStores = true
        #endif
        say("processor.store-order", source: "the processor's architecture")
        say("processor.barrier", source: "left out: the wait for what a barrier orders is simulated")
    }

    private mutating func setInterruptions(from measured: Calibration) {
        guard let interruptions = measured.interruptions else {
            return say("processor.interruption-interval", "processor.interruption", source: "none were seen on \(processor) while it was measured")
        }
        model.processor.interruptionInterval = UInt64(min(max(interruptions.interval, 1000), 1e9) * 1000)
        model.processor.interruption = UInt64(min(max(interruptions.length, 0), 1e6) * 1000)
        say("processor.interruption-interval", "processor.interruption",
            source: "measured on \(processor): times of 2 to 100 us in which a thread that looks at the clock all the time does not have its core; mean of \(interruptions.count)")
    }

    private mutating func fillMemory(from measured: Calibration) {
        let read = "a load of a line that another core has written"
        set(\.memory.transferInCluster, "memory.transfer-in-cluster", to: measured.read.median, lowest: 1, from: measured.read, how: read)
        // Another core's copy is reached and gives way in the time in which a written line is reached and comes.
        let same = "\(read), taken for the invalidation of another core's copy too"
        set(\.memory.transferInDie, "memory.transfer-in-die", to: measured.read.median, lowest: 1, from: measured.read, how: same)
        set(\.memory.homeInDie, "memory.home-in-die", to: measured.read.median, lowest: 1, from: measured.read, how: same)
        model.memory.transferInSocket = model.memory.transferInDie
        model.memory.transferAcross = model.memory.transferInDie
        model.memory.homeInSocket = model.memory.homeInDie
        model.memory.homeAcross = model.memory.homeInDie
        let handOver = "two cores that do nothing but try to compare-and-swap one word by turns: from one's turn to the other's"
        set(\.memory.busyInCluster, "memory.busy-line-in-cluster", to: measured.handOver.median, from: measured.handOver, how: handOver)
        set(\.memory.busyInDie, "memory.busy-line-in-die", to: measured.handOver.median, from: measured.handOver, how: handOver)
        set(\.memory.readInterval, "memory.read-interval", to: measured.readInterval.median, from: measured.readInterval,
            how: "loads of lines that another core has written, none of which waits for another, from line to line")
        set(\.memory.writeInterval, "memory.write-interval", to: measured.writeInterval.median, from: measured.writeInterval,
            how: "a word is stored to each of 16 adjacent lines of which another core has copies; what the 15 after the first take")
        // Halfway between a hit and a transfer: nothing lies there but what is seen in a few samples only.
        model.memory.readTakesWritten = measured.readAgain.median > (measured.loadHit.median + measured.read.median) / 2
        say("memory.read-of-written", source: source(
            of: [measured.readAgain], how: "a load of a line that this core has written and another has read since, which misses where that took the line"))
        model.memory.busyInSocket = 0
        model.memory.busyAcross = 0
        model.memory.window = 0
        model.memory.windowFromAfar = 0
        model.memory.sharedReadInterval = 0
        say("memory.busy-line-in-socket", "memory.busy-line-across-sockets", "memory.owner-window", "memory.owner-window-from-afar", "memory.shared-read-interval",
            source: "left out: all cores are taken as alike, and with those of this host hardly any line has two that wait for it")
        say("memory.transfer-in-socket", "memory.transfer-across-sockets", "memory.home-in-socket", "memory.home-across-sockets",
            "memory.socket-link-interval", "memory.home-die", source: "not used: all cores are taken as alike")
        say("memory.atomics", "memory.far-atomic-interval", "memory.failed-compare-and-swap",
            source: "taken as near: each core has its own cache; a compare-and-swap pulls the line exclusive")
    }

    private mutating func fillDevice(from measured: Calibration) {
        model.device.isThread = true
        say("device.kind", source: "the native machine's device is a thread")
        let how = "the device's part of a further command of an insertion"
        let inOperations = (InsertionOperations.deviceLoads + InsertionOperations.deviceStores) * Double(model.processor.step) / 1000
            + measured.loadHit.median + InsertionOperations.deviceStores * Double(model.processor.storeHit) / 1000
        set(\.device.tlbInvalidation, "device.tlb-invalidation", to: measured.executedCommand.median, from: measured.executedCommand, how: how)
        set(\.device.configurationInvalidation, "device.configuration-invalidation", to: measured.executedCommand.median, from: measured.executedCommand, how: how)
        set(\.device.atcInvalidation, "device.atc-invalidation", to: measured.executedCommand.median, from: measured.executedCommand, how: how)
        set(\.device.sync, "device.sync", to: measured.execution.median - measured.executedCommand.median - inOperations, from: measured.execution,
            how: "the device's part of an insertion of one command with its CMD_SYNC, without the command and the memory operations")
        model.device.messageInterrupt = 0
        model.device.sendsEvents = false
        model.device.log2Entries = 12
        say("device.log2-entries", source: "what cmdqsim gives the native machine's queue unless told otherwise")
    }
}
