/// A machine to be simulated: everything that decides how long something takes on it.
///
/// All times are in picoseconds. `docs/machine-model.md` says what each means and what follows from it.
package struct MachineModel: Equatable, Sendable {
    package var name: String
    package var topology = Topology()
    package var processor = ProcessorModel()
    package var memory = MemoryModel()
    package var device = DeviceModel()
    package var workload = WorkloadModel()

    package init(name: String) { self.name = name }
}

/// Processors are numbered through: cores of a cluster, clusters of a die, dies of a socket.
package struct Topology: Equatable, Sendable {
    package var sockets = 1
    package var diesPerSocket = 1
    package var clustersPerDie = 1
    package var coresPerCluster = 1

    package init() {}

    package var dies: Int { sockets * diesPerSocket }
    package var coresPerDie: Int { clustersPerDie * coresPerCluster }
    package var cores: Int { dies * coresPerDie }
}

package struct ProcessorModel: Equatable, Sendable {
    /// Between two memory operations of the algorithm: the instructions around them.
    package var step: UInt64 = 3_000
    /// A load that hits.
    package var loadHit: UInt64 = 1_500
    /// A store that hits, or enters the store buffer.
    package var storeHit: UInt64 = 400
    /// A read-modify-write on a line that the core holds.
    package var atomicHit: UInt64 = 6_600
    /// A barrier beyond the wait for what it orders.
    package var barrier: UInt64 = 0
    /// One step of a polling loop beyond the look itself (`cpu_relax`).
    package var relax: UInt64 = 10_000
    /// Waking from WFE once the event or the loss of the line has arrived.
    package var wake: UInt64 = 0
    /// Polling loops wait for events (WFE), where the device sends them.
    package var waitsForEvents = true
    /// Stores become visible in the order in which they were made, and read-modify-writes wait for all stores before them (x86).
    package var ordersStores = false
    /// Giving the core away (`sched_yield`) where no other thread waits for it; where one does; and when one that does not give it away loses it.
    /// Of a device that is a thread only.
    package var yield: UInt64 = 0
    package var contextSwitch: UInt64 = 0
    package var timeSlice: UInt64 = 3_000_000_000
    /// Something else has a thread's core now and then: from one such time to the next, drawn evenly from 0 to twice this (0: never), and for how
    /// long. Of a device that is a thread only, as the next.
    package var interruptionInterval: UInt64 = 0
    package var interruption: UInt64 = 0
    /// What it costs a thread beyond its memory operations that there is no space in the queue, which its processor did not foresee.
    package var unforeseen: UInt64 = 0
    /// The first insertion of a thread that has been given its core again, beyond what it takes otherwise.
    package var resumption: UInt64 = 0

    package init() {}
}

package struct MemoryModel: Equatable, Sendable {
    /// From the request of a line to its arrival, by where its last owner is.
    package var transferInCluster: UInt64 = 35_000
    package var transferInDie: UInt64 = 36_000
    package var transferInSocket: UInt64 = 80_000
    package var transferAcross: UInt64 = 165_000
    /// The same from the last-level cache at the line's home, by where the home is.
    package var homeInDie: UInt64 = 39_000
    package var homeInSocket: UInt64 = 80_000
    package var homeAcross: UInt64 = 165_000
    /// The least time between two grants of a line that others wait for, by where its last owner is.
    package var busyInCluster: UInt64 = 41_000
    package var busyInDie: UInt64 = 103_000
    package var busyInSocket: UInt64 = 107_000
    package var busyAcross: UInt64 = 166_000
    /// How long a new owner keeps a line that others wait for, at the most: drawn evenly from 0 to this.
    package var window: UInt64 = 12_000
    /// The same where the line came from another die.
    package var windowFromAfar: UInt64 = 10_000
    /// Between two reads of a shared line that its home serves.
    package var sharedReadInterval: UInt64 = 3_000
    /// Between two lines that a device that is a thread reads without waiting for either.
    package var readInterval: UInt64 = 0
    /// Between two stores to lines that must be brought, where stores become visible in their order.
    package var writeInterval: UInt64 = 0
    /// A transfer across sockets keeps the link busy for so long.
    package var linkInterval: UInt64 = 0
    /// Read-modify-writes are executed at the line's home, one each `farAtomicInterval`.
    package var farAtomics = false
    package var farAtomicInterval: UInt64 = 0
    /// A compare-and-exchange that fails has pulled the line exclusive.
    package var failedExchangeOwns = true
    /// A thread that reads a line which another has written has it alone then.
    package var readTakesWritten = false
    /// The die where the queue's memory is.
    package var homeDie = 0

    package init() {}
}

package struct DeviceModel: Equatable, Sendable {
    /// The device is a thread like the processors' are, as on the native machine: its registers are words in memory that it polls, and it reads
    /// and writes memory through its own core's cache. Threads share cores where there are more threads than cores.
    package var isThread = false
    /// The die that the device is attached to.
    package var die = 0
    /// A register write from the core to the device, beyond half the way to a home on its die and back; a read, beyond the whole.
    package var registerWrite: UInt64 = 0
    package var registerRead: UInt64 = 0
    /// Between the device and the interconnect, each way.
    package var port: UInt64 = 0
    /// One fetch, of up to 16 entries, beyond reading the memory.
    package var fetch: UInt64 = 0
    /// Execution of a command.
    package var tlbInvalidation: UInt64 = 75_000
    package var configurationInvalidation: UInt64 = 75_000
    package var atcInvalidation: UInt64 = 75_000
    package var sync: UInt64 = 75_000
    /// From the completion of a CMD_SYNC to its MSI's leaving.
    package var messageInterrupt: UInt64 = 25_000
    /// CMD_SYNCs with CS = SIG_SEV send an event.
    package var sendsEvents = true
    /// The command queue's entries, as their logarithm: what the driver makes of IDR1.CMDQS.
    package var log2Entries = 16

    /// Queues of VINTFs: how many there are in all; 0: the machine has no CMDQV.
    package var virtualQueues = 0
    /// A queue's turn at the shared execution engine ends after so many commands, or after so long.
    package var turnCommands = 32
    package var turnTime: UInt64 = 256_000
    /// The share of execution that several queues do at once, in thousandths: 0 is one after the other.
    package var parallelShare = 0
    /// Enhanced command queues: how many there are; 0: the machine has none.
    package var enhancedQueues = 0

    package init() {}
}

/// What the processors do beside the queue.
package struct WorkloadModel: Equatable, Sendable {
    /// Map a buffer of 4 KiB and fill it.
    package var map: UInt64 = 700_000
    /// Unmap it, without its invalidation.
    package var unmap: UInt64 = 700_000
    /// By how much each piece of work varies, in thousandths to either side, evenly.
    package var variation = 600

    package init() {}
}
