import CommandQueue
import Device
import Machine
import SMMUv3

/// One queue of a run: the driver's view, the device's view and the self-check's words.
struct RunQueue: Sendable {
    let name: String
    let placement: QueuePlacement
    let completion: SyncCompletion
    let rules: CommandRules
    let audit: AuditPlacement

    var devicePlacement: DeviceQueuePlacement {
        DeviceQueuePlacement(
            geometry: placement.geometry, slots: placement.slots, prod: placement.prod, cons: placement.cons,
            gerror: placement.gerror, gerrorn: placement.gerrorn, rules: rules)
    }
}

/// The memory of one run, and where everything in it is.
struct RunSetup: Sendable {
    static let addressBase: UInt64 = 0x8000_0000

    /// The main queue, then the VCMDQs, VINTF by VINTF.
    let queues: [RunQueue]
    let plan: MemoryPlan
    /// Producers still at work; 0 tells the device to end when it has nothing left to do.
    let running: Word32
    /// What producers do next, see `RunControl`.
    let phase: Word32
    /// Agents that are ready; the clock starts when all are.
    let ready: Word32

    init(_ scenario: Scenario) {
        var plan = MemoryPlan()
        let geometry = QueueGeometry(log2Entries: scenario.log2Entries)
        func place() -> (QueuePlacement, AuditPlacement) {
            let placement = QueuePlacement(
                geometry: geometry, layout: scenario.layout.placementLayout, addressBase: Self.addressBase, plan: &plan)
            return (placement, AuditPlacement(
                geometry: geometry, producers: scenario.producers, hasRecords: scenario.checks == .full, plan: &plan))
        }
        running = plan.reserveLine().low
        phase = plan.reserveLine().low
        ready = plan.reserveLine().low
        var queues: [RunQueue] = []
        let (main, mainAudit) = place()
        queues.append(RunQueue(
            name: "main", placement: main, completion: scenario.sync == .msi ? .msi : .cons,
            rules: CommandRules(), audit: mainAudit))
        if scenario.queue == .vcmdq {
            var opcodes = OpcodeSet.all
            if scenario.vintfOwner == .guest {
                opcodes = .tegra241Guest
                opcodes.insert(.sync)
            }
            for vintf in 0..<scenario.vintfs {
                for index in 0..<scenario.vcmdqsPerVINTF {
                    let (placement, audit) = place()
                    queues.append(RunQueue(
                        name: "VINTF\(vintf)/LVCMDQ\(index)", placement: placement, completion: .consUnsignalled,
                        rules: CommandRules(opcodes: opcodes), audit: audit))
                }
            }
        }
        self.queues = queues
        self.plan = plan
    }

    /// The number of the queue that a producer uses.
    static func ownQueue(of producer: Int, in scenario: Scenario) -> Int {
        guard scenario.queue == .vcmdq else { return 0 }
        let assignment = VINTFAssignment(producers: scenario.producers, vintfs: scenario.vintfs)
        return 1 + assignment.queue(of: producer, queuesPerVINTF: scenario.vcmdqsPerVINTF)
    }
}
