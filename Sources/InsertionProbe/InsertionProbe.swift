import CommandQueue
import Machine
import SMMUv3

/// One producer's insertions on the inline machine, for instruction counts and benchmarks: commands
/// encoded beforehand, no statistics, and a device that costs next to nothing.
///
/// Public so that `Benchmarks/`, a package of its own, can drive what it measures.
public struct InsertionProbe {
    public enum Completion: String, CaseIterable, Sendable { case msi, cons }

    let queue: LinuxQueue
    var processor: InlineProcessor<ProbeDevice>
    let commands: [Command]
    let sync: Bool

    /// - Parameters:
    ///   - batch: Commands per insertion, 0 to 64; 0 only with `sync`.
    ///   - sync: Whether a CMD_SYNC follows.
    ///   - log2Entries: 7 to 19.
    public init(batch: Int, sync: Bool, completion: Completion = .msi, log2Entries: Int = 12) {
        precondition((0...64).contains(batch) && (batch > 0 || sync) && (7...19).contains(log2Entries))
        var plan = MemoryPlan()
        let placement = QueuePlacement(
            geometry: QueueGeometry(log2Entries: log2Entries), layout: .linux, addressBase: 0x8000_0000, plan: &plan)
        queue = LinuxQueue(placement: placement, completion: completion == .msi ? .msi : .cons, lock: .counted)
        processor = InlineProcessor(memory: MachineMemory(plan: plan), agent: ProbeDevice(placement: placement))
        commands = (0..<batch).map { Command(word0: 0x0001_0000_0000_0012, word1: UInt64($0) << 12 | 1) }
        self.sync = sync
    }

    /// Inserts `calls` times; returns the software prod afterwards, which depends on all of them.
    @inline(never)
    public mutating func insert(calls: Int) -> UInt32 {
        var observer = NoQueueObserver()
        let commands = commands
        for _ in 0..<calls {
            guard queue.issue(commands.span, sync: sync, on: &processor, observer: &observer) == .done else {
                preconditionFailure("an insertion failed")
            }
        }
        return processor.load32(queue.placement.pointers.low, .relaxed, at: .audit).value
    }
}

/// Consumes everything the moment that PROD is written, without looking at it.
struct ProbeDevice: InlineAgent {
    let placement: QueuePlacement

    /// Never inlined: counts leave it out by its name.
    @inline(never)
    mutating func registerWritten(_ register: Register32, port: inout InlinePort) {
        let prod = port.ownRegister(placement.prod, at: .fetchProd)
        port.setOwnRegister(placement.cons, prod, at: .advanceCons)
        // The last entry is a CMD_SYNC, if there is one: its MSI clears the low half of its first word.
        port.dmaWrite32(placement.slot(prod &- 1).low, 0, at: .completeSync)
    }

    mutating func registerRead(_ register: Register32, port: inout InlinePort) {}
    mutating func polled(port: inout InlinePort) {}
}
