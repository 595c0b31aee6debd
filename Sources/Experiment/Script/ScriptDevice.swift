import CommandQueue
import Machine
import SMMUv3

/// The device of scripts, which the golden runs were recorded with: executes in order, completes
/// CMD_SYNCs, knows no errors. Simpler than `Device`'s on purpose: it must accept any words.
struct ScriptDevice: InlineAgent {
    let placement: QueuePlacement
    let configuration: ScriptConfiguration
    let tracing: Bool
    /// Lines of trace that have not been printed yet.
    var trace = ""
    private(set) var commands: UInt64 = 0
    private(set) var syncs: UInt64 = 0

    init(placement: QueuePlacement, configuration: ScriptConfiguration, tracing: Bool) {
        self.placement = placement
        self.configuration = configuration
        self.tracing = tracing
    }

    mutating func registerWritten(_ register: Register32, port: inout InlinePort) {
        guard register == placement.prod else { return }
        if tracing { trace += "db \(hex(port.ownRegister(placement.prod, at: .fetchProd), 8))\n" }
        if configuration.pace == .eager { execute(upTo: .max, port: &port) }
    }

    mutating func registerRead(_ register: Register32, port: inout InlinePort) {
        if register == placement.cons { polled(port: &port) }
    }

    mutating func polled(port: inout InlinePort) {
        switch configuration.pace {
        case .lazy: execute(upTo: .max, port: &port)
        case .step(let count): execute(upTo: count, port: &port)
        case .eager, .manual: break
        }
    }

    mutating func execute(upTo limit: Int, port: inout InlinePort) {
        let geometry = placement.geometry
        var done = 0
        while done < limit {
            let prod = port.ownRegister(placement.prod, at: .fetchProd)
            let cons = port.ownRegister(placement.cons, at: .fetchProd)
            guard !geometry.isEmpty(prod: prod, cons: cons) else { return }
            let slot = placement.slot(cons)
            let command = Command(
                word0: port.dmaRead64(slot, at: .fetchEntries),
                word1: port.dmaRead64(slot.advanced(by: 1), at: .fetchEntries))
            if tracing { trace += "hw \(hex(cons, 8)) \(hex(command.word0, 16)) \(hex(command.word1, 16))\n" }
            port.setOwnRegister(placement.cons, geometry.advance(cons, by: 1), at: .advanceCons)
            if command.isSync {
                syncs += 1
                complete(command, port: &port)
            } else {
                commands += 1
            }
            done += 1
        }
    }

    /// Scripts may hold any words: an MSI that does not hit the ring goes nowhere.
    private func complete(_ sync: Command, port: inout InlinePort) {
        guard sync.cs == CompletionSignal.irq.rawValue else { return }
        let offset = sync.msiAddress &- placement.slotsAddress
        guard offset < UInt64(placement.geometry.entries) * 16 else { return }
        port.dmaWrite32(Word32(offset: placement.slots.offset + Int(offset)), sync.msiData, at: .completeSync)
    }
}

/// Zero-padded lower-case hexadecimal.
func hex(_ value: some BinaryInteger, _ digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
}
