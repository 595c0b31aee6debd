import Experiment
import ExploringMachine
import Machine
import SMMUv3
import SimulatedMachine

/// Everything that has a name on the command line.
enum Catalogue {
    struct Item: Encodable, Equatable {
        var kind: String
        var name: String
        var meaning: String
    }

    static let kinds = [
        "workloads", "algorithms", "queues", "locks", "syncs", "layouts", "backoffs", "machines", "disturbances", "models", "mutations",
        "opcodes",
    ]

    static var items: [Item] {
        workloads + algorithms + queues + locks + syncs + layouts + backoffs + machines + disturbances + models + mutations + opcodes
    }

    private static var workloads: [Item] {
        items("workloads", [
            ("dma", "map and unmap buffers for DMA: TLBI_NH_VA per page (or range), a sync per unmap"),
            ("dma-map-50", "map 50 buffers of a page and fill them, then unmap them, a sync each; any number in place of 50"),
            ("mix", "commands drawn at random by weight, see --mix"),
            ("lone-sync", "CMD_SYNCs alone, one after the other"),
        ]) + SampleNames.described.map { Item(kind: "workloads", name: $0.name, meaning: $0.meaning) }
    }

    private static var algorithms: [Item] {
        Algorithm.allCases.map { algorithm in
            let meaning =
                switch algorithm {
                case .linux: "Linux since 5.3: allocation by compare-and-swap, one owner publishes for all"
                case .spinlockOnFailure: "linux, but who fails once goes on under a fair spinlock (proposed in 2020); main queue only"
                case .fetchAdd: "linux, but allocation by one fetch-and-add, space checked after it (proposed in 2020); main queue only"
                case .spinlock: "Linux before 5.3: one spinlock around the insertion; main queue only"
                case .mutex: "one mutex around the insertion; main queue only"
                }
            return Item(kind: "algorithms", name: algorithm.rawValue, meaning: meaning)
        }
    }

    private static var queues: [Item] {
        QueueKind.allCases.map { queue in
            let meaning =
                switch queue {
                case .main: "one command queue that all producers share"
                case .vcmdq: "virtual command queues, one or more in each VINTF"
                case .ecmdq: "enhanced command queues, one for each producer"
                }
            return Item(kind: "queues", name: queue.rawValue, meaning: meaning)
        }
    }

    private static var locks: [Item] {
        LockForm.allCases.map { lock in
            let meaning =
                switch lock {
                case .counted: "the shared/exclusive queue lock in its new form"
                case .legacy: "the shared/exclusive queue lock in its old form"
                }
            return Item(kind: "locks", name: lock.rawValue, meaning: meaning)
        }
    }

    private static var syncs: [Item] {
        SyncMode.allCases.map { sync in
            let meaning =
                switch sync {
                case .msi: "the SMMU writes an MSI into the CMD_SYNC's own slot"
                case .cons: "the producer polls CONS; what VCMDQs always do"
                }
            return Item(kind: "syncs", name: sync.rawValue, meaning: meaning)
        }
    }

    private static var layouts: [Item] {
        LayoutKind.allCases.map { layout in
            let meaning =
                switch layout {
                case .linux: "cache lines shared as Linux shares them"
                case .padded: "every contended word on a cache line of its own"
                }
            return Item(kind: "layouts", name: layout.rawValue, meaning: meaning)
        }
    }

    private static var backoffs: [Item] { items("backoffs", Backoff.forms.map { ($0.form, $0.meaning) }) }

    private static var machines: [Item] {
        MachinePreset.allCases.map { preset in
            let machine = try? MachineFile.preset(named: preset.rawValue)
            return Item(kind: "machines", name: preset.rawValue, meaning: machine?.description ?? "")
        }
    }

    private static var disturbances: [Item] { items("disturbances", Disturbance.Kind.allCases.map { ($0.rawValue, $0.summary) }) }

    private static var models: [Item] {
        MemoryModel.allCases.map { model in
            let meaning =
                switch model {
                case .sc: "explore: every access in order"
                case .tso: "explore: x86, a store may stay behind later loads"
                case .arm: "explore: Armv8, with the dependencies that the algorithm names"
                case .c11: "explore: C11's relaxed, acquire and release accesses; no dependency orders anything"
                }
            return Item(kind: "models", name: model.rawValue, meaning: meaning)
        }
    }

    private static var mutations: [Item] { items("mutations", ProtocolMutation.allCases.map { ($0.rawValue, $0.summary) }) }

    private static var opcodes: [Item] {
        Opcode.allCases.map { opcode in
            let digits = String(opcode.rawValue, radix: 16)
            return Item(
                kind: "opcodes", name: opcode.name,
                meaning: "0x" + String(repeating: "0", count: 2 - digits.count) + digits)
        }
    }

    private static func items(_ kind: String, _ pairs: [(String, String)]) -> [Item] {
        pairs.map { Item(kind: kind, name: $0.0, meaning: $0.1) }
    }
}
