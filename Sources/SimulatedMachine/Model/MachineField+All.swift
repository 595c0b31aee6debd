// One line for each constant. Whoever adds one adds it to the presets, and lets the tests write docs/machine-files.md anew.
extension MachineField {
    package static let all: [MachineField] = [
        .count(.topology, "sockets", \.topology.sockets, 1...16, "sockets"),
        .count(.topology, "dies-per-socket", \.topology.diesPerSocket, 1...16, "dies of a socket"),
        .count(.topology, "clusters-per-die", \.topology.clustersPerDie, 1...mostCores, "clusters of a die"),
        .count(.topology, "cores-per-cluster", \.topology.coresPerCluster, 1...mostCores, "cores of a cluster; 1 where cores have no clusters"),

        .time(.processor, "instructions", \.processor.step, some, "the instructions before each memory operation of the algorithm"),
        .time(.processor, "load-hit", \.processor.loadHit, some, "a load that hits in the core's own cache"),
        .time(.processor, "store-hit", \.processor.storeHit, any, "a store that hits, or enters the store buffer"),
        .time(.processor, "atomic-hit", \.processor.atomicHit, any, "a read-modify-write on a line that the core holds"),
        .time(.processor, "barrier", \.processor.barrier, any, "a barrier, beyond the wait for what it orders"),
        .time(.processor, "poll-pause", \.processor.relax, any, "a step of a polling loop beyond its look (cpu_relax), where no event ends the wait"),
        .time(.processor, "event-wake-up", \.processor.wake, any, "waking from WFE, once the event or the loss of the line has arrived"),
        .choice(.processor, "store-order", \.processor.ordersStores, "weak", "total", "stores become visible in any order (weak), or in their own (total); read-modify-writes then wait for the stores before them"),
        .time(.processor, "yield", \.processor.yield, any, "giving the core away where no other thread waits for it (sched_yield); of a device that is a thread only, as the next two"),
        .time(.processor, "context-switch", \.processor.contextSwitch, any, "giving the core to another thread"),
        .time(.processor, "time-slice", \.processor.timeSlice, slice, "a thread that others wait for loses its core after so long"),
        .time(.processor, "interruption-interval", \.processor.interruptionInterval, work, "between two times at which something else has a thread's core, drawn evenly from 0 to twice this; 0: never; of a device that is a thread only, as the next two"),
        .time(.processor, "interruption", \.processor.interruption, any, "how long it has the core then"),
        .time(.processor, "unforeseen", \.processor.unforeseen, any, "finding no space in the queue, which a processor does not foresee, beyond its memory operations"),
        .time(.processor, "resumption", \.processor.resumption, any, "the first insertion of a thread that has been given its core again, beyond what an insertion takes otherwise"),
        .choice(.processor, "waits-for-events", \.processor.waitsForEvents, "false", "true", "polling loops wait for events (WFE) where the device sends them"),

        .time(.memory, "transfer-in-cluster", \.memory.transferInCluster, way, "a line from another core of the cluster: from request to arrival"),
        .time(.memory, "transfer-in-die", \.memory.transferInDie, way, "the same from another cluster of the die"),
        .time(.memory, "transfer-in-socket", \.memory.transferInSocket, way, "the same from another die of the socket"),
        .time(.memory, "transfer-across-sockets", \.memory.transferAcross, way, "the same from another socket"),
        .time(.memory, "home-in-die", \.memory.homeInDie, way, "a line from the last-level cache at its home, there and back, where the home is on the die"),
        .time(.memory, "home-in-socket", \.memory.homeInSocket, way, "the same where the home is on another die of the socket"),
        .time(.memory, "home-across-sockets", \.memory.homeAcross, way, "the same where the home is on another socket"),
        .time(.memory, "busy-line-in-cluster", \.memory.busyInCluster, any, "least time between two grants of a line that others wait for, where it comes from the cluster"),
        .time(.memory, "busy-line-in-die", \.memory.busyInDie, any, "the same where it comes from another cluster of the die"),
        .time(.memory, "busy-line-in-socket", \.memory.busyInSocket, any, "the same where it comes from another die of the socket"),
        .time(.memory, "busy-line-across-sockets", \.memory.busyAcross, any, "the same where it comes from another socket"),
        .time(.memory, "owner-window", \.memory.window, any, "a new owner keeps a line that others wait for at the most so long, drawn evenly from 0"),
        .time(.memory, "owner-window-from-afar", \.memory.windowFromAfar, any, "the same where the line came from another die"),
        .time(.memory, "shared-read-interval", \.memory.sharedReadInterval, any, "between two reads of a shared line that its home serves"),
        .time(.memory, "read-interval", \.memory.readInterval, any, "between two lines that a device that is a thread reads without waiting for either"),
        .time(.memory, "write-interval", \.memory.writeInterval, any, "between two stores to lines that must be brought, where stores become visible in their order"),
        .time(.memory, "socket-link-interval", \.memory.linkInterval, any, "a transfer across sockets keeps the link busy for so long"),
        .choice(.memory, "atomics", \.memory.farAtomics, "near", "far", "where a read-modify-write is executed: in the core's cache (near) or at the line's home (far)"),
        .time(.memory, "far-atomic-interval", \.memory.farAtomicInterval, any, "between two far atomics on one line"),
        .choice(.memory, "failed-compare-and-swap", \.memory.failedExchangeOwns, "shared", "exclusive", "how a compare-and-swap that fails has pulled the line"),
        .choice(.memory, "read-of-written", \.memory.readTakesWritten, "shared", "exclusive", "how a thread gets a line that it reads and another thread has written; of a device that is a thread only"),
        .count(.memory, "home-die", \.memory.homeDie, 0...255, "the die where the queue's memory is, from 0 through all sockets"),

        .choice(.device, "kind", \.device.isThread, "smmu", "thread", "what serves the queue: an SMMU, or a thread on a core, as on the native machine"),
        .count(.device, "die", \.device.die, 0...255, "the die that the SMMU is attached to"),
        .time(.device, "register-write", \.device.registerWrite, any, "a register write, beyond half the way to a home on the SMMU's die and back"),
        .time(.device, "register-read", \.device.registerRead, any, "a register read, beyond that whole way"),
        .time(.device, "port", \.device.port, any, "between the SMMU and the interconnect, each way"),
        .time(.device, "fetch", \.device.fetch, any, "a fetch of up to 16 commands, beyond the read of the memory"),
        .time(.device, "tlb-invalidation", \.device.tlbInvalidation, any, "execution of a TLBI command"),
        .time(.device, "configuration-invalidation", \.device.configurationInvalidation, any, "execution of a CFGI command"),
        .time(.device, "atc-invalidation", \.device.atcInvalidation, any, "execution of CMD_ATC_INV"),
        .time(.device, "sync", \.device.sync, any, "execution of CMD_SYNC"),
        .time(.device, "message-interrupt", \.device.messageInterrupt, any, "from the completion of a CMD_SYNC until its MSI leaves"),
        .choice(.device, "sends-events", \.device.sendsEvents, "false", "true", "a CMD_SYNC with CS = SIG_SEV sends an event"),
        .count(.device, "log2-entries", \.device.log2Entries, 1...19, "entries of the command queue, as their logarithm: what the driver makes of IDR1.CMDQS"),
        .count(.device, "virtual-queues", \.device.virtualQueues, 0...128, "VCMDQs that the machine has; 0: it has no CMDQV"),
        .count(.device, "turn-commands", \.device.turnCommands, 1...65_536, "a VCMDQ's turn at the execution engine ends after so many commands"),
        .time(.device, "turn-time", \.device.turnTime, way, "or after so long"),
        .count(.device, "parallel-share", \.device.parallelShare, 0...1000, "the share of execution that several queues do at once, in thousandths; 0: one after the other"),
        .count(.device, "enhanced-queues", \.device.enhancedQueues, 0...mostCores, "ECMDQs that the machine has; 0: none"),

        .time(.workload, "map", \.workload.map, work, "map a buffer of 4 KiB for DMA and fill it"),
        .time(.workload, "unmap", \.workload.unmap, work, "unmap it, without its invalidation"),
        .count(.workload, "variation", \.workload.variation, 0...1000, "by how much each piece of a processor's own work varies, to either side, evenly, in thousandths"),
    ]

    /// Cores that a machine may have.
    package static let mostCores = 4096

    /// Up to 1 ms.
    private static let any: ClosedRange<UInt64> = 0...1_000_000_000
    /// Nothing that a loop consists of takes no time at all: virtual time must go on.
    private static let some: ClosedRange<UInt64> = 100...1_000_000_000
    private static let way: ClosedRange<UInt64> = 1000...1_000_000_000
    private static let slice: ClosedRange<UInt64> = 1_000_000...1_000_000_000_000
    /// Up to 1 s.
    private static let work: ClosedRange<UInt64> = 0...1_000_000_000_000

    private static func time(
        _ section: Section, _ key: String, _ place: WritableKeyPath<MachineModel, UInt64> & Sendable, _ range: ClosedRange<UInt64>,
        _ meaning: String
    ) -> MachineField {
        MachineField(section: section, key: key, kind: .time(range, place), meaning: meaning)
    }

    private static func count(
        _ section: Section, _ key: String, _ place: WritableKeyPath<MachineModel, Int> & Sendable, _ range: ClosedRange<Int>,
        _ meaning: String
    ) -> MachineField {
        MachineField(section: section, key: key, kind: .count(range, place), meaning: meaning)
    }

    private static func choice(
        _ section: Section, _ key: String, _ place: WritableKeyPath<MachineModel, Bool> & Sendable, _ no: String, _ yes: String,
        _ meaning: String
    ) -> MachineField {
        MachineField(section: section, key: key, kind: .choice(no: no, yes: yes, place), meaning: meaning)
    }
}
