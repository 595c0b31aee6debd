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
    var isECMDQ = false
    let audit: AuditPlacement

    var devicePlacement: DeviceQueuePlacement {
        DeviceQueuePlacement(
            geometry: placement.geometry, slots: placement.slots, prod: placement.prod, cons: placement.cons,
            gerror: placement.gerror, gerrorn: placement.gerrorn, rules: rules,
            consFlags: isECMDQ ? ECMDQRegisters.enableAcknowledge : 0)
    }
}

/// The memory of one run, and where everything in it is.
struct RunSetup: Sendable {
    static let addressBase: UInt64 = 0x8000_0000

    /// The main queue, then the VCMDQs, VINTF by VINTF, or the ECMDQs, one for each producer.
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
        func place(producers: Range<Int>) -> (QueuePlacement, AuditPlacement) {
            let placement = QueuePlacement(
                geometry: geometry, layout: scenario.layout.placementLayout, addressBase: Self.addressBase,
                queuedProducers: scenario.algorithm == .spinlockOnFailure ? scenario.producers : 0, plan: &plan)
            return (placement, AuditPlacement(
                geometry: geometry, producers: producers, hasRecords: scenario.checks == .full, plan: &plan))
        }
        running = plan.reserveLine().low
        phase = plan.reserveLine().low
        ready = plan.reserveLine().low
        var queues: [RunQueue] = []
        let all = 0..<scenario.producers
        let (main, mainAudit) = place(producers: all)
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
                    let (placement, audit) = place(producers: all)
                    queues.append(RunQueue(
                        name: "VINTF\(vintf)/LVCMDQ\(index)", placement: placement, completion: .consUnsignalled,
                        rules: CommandRules(opcodes: opcodes), audit: audit))
                }
            }
        }
        if scenario.queue == .ecmdq {
            for producer in all {
                let (placement, audit) = place(producers: producer..<(producer + 1))
                // Enabled before the run, as the driver does at probe.
                plan.setInitial(Word64(placement.prod), to: UInt64(ECMDQRegisters.enable))
                plan.setInitial(Word64(placement.cons), to: UInt64(ECMDQRegisters.enableAcknowledge))
                // Errors are reported by the GERROR words that each queue of a run has: they toggle and are acknowledged
                // as an ECMDQ's CONS.ERR and PROD.ERRACK, which share bits with the pointers and would be written by producers.
                queues.append(RunQueue(
                    name: "ECMDQ\(producer)", placement: placement, completion: scenario.sync == .msi ? .msi : .cons,
                    rules: CommandRules(), isECMDQ: true, audit: audit))
            }
        }
        self.queues = queues
        self.plan = plan
    }

    /// Queues of the run, the main one included.
    static func queueCount(of scenario: Scenario) -> Int {
        switch scenario.queue {
        case .main: 1
        case .vcmdq: 1 + scenario.vintfs * scenario.vcmdqsPerVINTF
        case .ecmdq: 1 + scenario.producers
        }
    }

    /// The number of the queue that a producer uses.
    static func ownQueue(of producer: Int, in scenario: Scenario) -> Int {
        switch scenario.queue {
        case .main: return 0
        case .ecmdq: return 1 + producer
        case .vcmdq:
            let assignment = VINTFAssignment(producers: scenario.producers, vintfs: scenario.vintfs)
            return 1 + assignment.queue(of: producer, queuesPerVINTF: scenario.vcmdqsPerVINTF)
        }
    }
}

extension Word64 {
    /// The register's word and the one behind it.
    fileprivate init(_ register: Register32) { self.init(offset: register.word.offset) }
}
