import Machine

/// Everything that decides a run. Equal scenarios ask for equal runs.
package struct Scenario: Codable, Equatable, Sendable {
    package var machine = MachineChoice.native
    /// Of meaning on a simulated machine only.
    package var simulation = SimulationParameters()
    package var queue = QueueKind.main
    package var algorithm = Algorithm.linux
    /// The form of the queue lock; of algorithms that compare and swap only.
    package var lock = LockForm.counted
    /// How a CMD_SYNC on the main queue or an ECMDQ completes. VCMDQs always complete by CONS polling.
    package var sync = SyncMode.msi
    package var layout = LayoutKind.linux
    /// Linux's CMDQ_FORCE_SYNC (MMU-700 erratum 2812531): batches of 63, each with a sync.
    package var forceSync = false

    /// Producer threads, 1 to 1024.
    package var producers = 1
    /// VINTFs that the producers are spread over, 1 to 64; only with `queue == .vcmdq`.
    package var vintfs = 1
    /// Logical VCMDQs of each VINTF, 1 to 128, at most 128 over all VINTFs; only with `queue == .vcmdq`.
    package var vcmdqsPerVINTF = 1
    /// Whose VINTFs they are: a guest's takes only some commands, the others go to the main queue.
    package var vintfOwner = VINTFOwner.guest

    /// The ring has 2^N entries; 7 to 19, from 1 with `allowSmallRing`.
    package var log2Entries = QueueKind.main.defaultLog2Entries
    package var allowSmallRing = false

    package var workload = WorkloadKind.dma(.init())
    /// Commands per insertion, each insertion with one sync, 1 to 2^19. Nil: as the workload has it
    /// (one sync per unmap, the recorded syncs). A recorded stream takes none.
    package var batch: Int?
    package var length = RunLength.commands(1_000_000)
    package var repeats = 5
    package var warmups = 1

    package var device = DeviceParameters()
    package var backoff = Backoff.standard
    package var pinned = false
    package var seed: UInt64 = 1
    /// How long a CMD_SYNC may take before it is given up, in milliseconds. Linux has 1,000.
    package var timeoutMilliseconds = 10_000
    /// Latency of one insertion in so many is measured; 0: of none, 1: of each.
    package var latencySampling = 64
    /// What is checked while the clock runs.
    package var checks = CheckLevel.standard
    /// A fault to be made, so that the checks can be seen to catch it.
    package var fault: SeededFault?
    /// What happens to producers and device at their worst moments.
    package var disturbances: [Disturbance] = []
    /// Which producers come late or leave early.
    package var attendance: [Attendance] = []

    package init() {}
}

package enum QueueKind: String, Codable, CaseIterable, Sendable { 
    case main, vcmdq
    /// One enhanced command queue for each producer, as for each CPU.
    case ecmdq

    /// log2 of the entries of a queue for which nothing else is asked: 12, and 8 for an ECMDQ, as in the posted driver.
    package var defaultLog2Entries: Int { self == .ecmdq ? 8 : 12 }
}

package enum LockForm: String, Codable, CaseIterable, Sendable { case counted, legacy }

package enum SyncMode: String, Codable, CaseIterable, Sendable { case msi, cons }

package enum LayoutKind: String, Codable, CaseIterable, Sendable { case linux, padded }

package enum VINTFOwner: String, Codable, CaseIterable, Sendable { case guest, host }

package enum RunLength: Codable, Equatable, Sendable {
    /// Over all producers, CMD_SYNCs not counted; 1 or more.
    case commands(Int)
    /// Seconds of the measured part, above 0.
    case seconds(Double)
    /// As long as the workload is: a recorded stream once. Synthetic ones have no end of their own.
    case workload
}

package enum CheckLevel: String, Codable, CaseIterable, Sendable {
    /// Order of slots, a sum over all commands and their slots, every sync's own evidence, the device's progress
    /// at some syncs: nothing that moves a cache line more than now and then. Warm-ups are checked in full.
    case standard
    /// Besides, every list with its identity, and the device's record at each sync: says where something is wrong.
    case full
}

/// What the SMMU's time goes to, in nanoseconds; 0 is as fast as the host.
package struct DeviceParameters: Codable, Equatable, Sendable {
    /// Threads that the queues are divided over, 1 to 64.
    package var threads = 1
    package var tlbiNanoseconds = 0
    package var syncNanoseconds = 0
    /// For each fetch: up to 16 entries, as far as the first CMD_SYNC.
    package var fetchNanoseconds = 0
    /// CONS is written after so many commands, 1 to 2^19, and always where it must be.
    package var consEvery = 16
    /// Commands that one queue may have executed before the next has its turn, 1 to 2^19.
    package var turnLimit = 256

    package init() {}
}
