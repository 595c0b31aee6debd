import CommandQueue
import Machine
import SMMUv3

/// Runs scripts of queue calls on the inline machine and prints the state after each; see docs/script-language.md.
package struct ScriptRunner {
    private let fileName: String
    private let layout: QueuePlacement.Layout
    private let lock: QueueLock.Form

    package init(fileName: String, layout: LayoutKind, lock: LockForm) {
        self.fileName = fileName
        self.layout = layout.placementLayout
        self.lock = lock.queueLockForm
    }

    /// Runs the script; `emit` gets the output as it comes, whole lines at a time.
    package func run(_ text: String, emit: (String) -> Void) throws(ScriptError) {
        var queue: ScriptQueue?
        var tracing = false
        var number = 0
        // "\r\n" is one Character, so both ends of line are looked for.
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r\n" }) {
            number += 1
            guard line.contains(where: { $0 != " " && $0 != "\t" }), !line.hasPrefix("#") else { continue }
            do throws(ScriptProblem) {
                let call = try ScriptCall(parsing: line)
                if case .config(let configuration) = call {
                    tracing = configuration.trace ?? tracing
                    queue = ScriptQueue(configuration, tracing: tracing, layout: layout, lock: lock)
                }
                guard queue != nil else { throw ScriptProblem("the first call must be config") }
                emit(try queue!.perform(call, line: number))
            } catch {
                throw ScriptError(file: fileName, line: number, message: error.message)
            }
        }
    }
}

/// The queue of one `config`, with its machine and its batch.
private struct ScriptQueue {
    let queue: LinuxQueue
    let memory: MachineMemory
    var processor: InlineProcessor<ScriptDevice>
    var observer = NoQueueObserver()
    var batch: CommandBatch
    /// How many commands `gen` has made.
    var generated: UInt64 = 0

    init(_ configuration: ScriptConfiguration, tracing: Bool, layout: QueuePlacement.Layout, lock: QueueLock.Form) {
        let geometry = QueueGeometry(log2Entries: configuration.shift)
        // Placed once to learn where the ring comes to lie, then again so that it has the address asked for.
        var plan = MemoryPlan()
        let draft = QueuePlacement(geometry: geometry, layout: layout, addressBase: 0, plan: &plan)
        plan = MemoryPlan()
        let placement = QueuePlacement(
            geometry: geometry, layout: layout, addressBase: configuration.base &- UInt64(draft.slots.offset), plan: &plan)
        memory = MachineMemory(plan: plan)
        queue = LinuxQueue(placement: placement, completion: configuration.completion, lock: lock)
        processor = InlineProcessor(
            memory: memory, agent: ScriptDevice(placement: placement, configuration: configuration, tracing: tracing))
        batch = CommandBatch(rule: configuration.forceSync ? .forceSync : .standard)
    }

    /// The lines that the call prints.
    mutating func perform(_ call: ScriptCall, line: Int) throws(ScriptProblem) -> String {
        switch call {
        case .config: return report(line, "config", ret: 0)
        case .issue(let sync, let commands):
            return report(line, "issue", ret: try issue(commands, sync: sync))
        case .gen(let sync, let count, let vmid):
            return report(line, "gen", ret: try issue(generate(count, vmid: vmid), sync: sync))
        case .cmd(let ret, let command):
            return "\(line) cmd ret=\(ret) \(words(command))\n"
        case .issue1(let sync, let ret, let command):
            // The driver answers -EINVAL whatever the encoder's reason was.
            return report(line, "issue1", ret: ret == 0 ? try issue([command], sync: sync) : -22)
        case .batchInit:
            batch = CommandBatch(rule: batch.rule)
            return "\(line) batch_init\n"
        case .batchAdd(let ret, let command):
            if batch.commands.count == batch.rule.capacity {
                try checkProgress(batch.commands.count + (batch.rule.syncsFullBatch ? 1 : 0))
            }
            let outcome = ret == 0
                ? batch.add(command, to: queue, on: &processor, observer: &observer)
                : batch.makeRoom(in: queue, on: &processor, observer: &observer)
            return report(line, "batch_add num=\(batch.commands.count)", ret: Self.errno(outcome))
        case .batchSubmit:
            try checkProgress(batch.commands.count + 1)
            let outcome = batch.submit(to: queue, on: &processor, observer: &observer)
            return report(line, "batch_submit", ret: Self.errno(outcome))
        case .consume(let count):
            processor.withAgent { device, port in device.execute(upTo: count ?? .max, port: &port) }
            return report(line, "consume", ret: 0)
        case .skiperr(let code):
            return skip(code, line: line)
        case .dump: return dump()
        }
    }

    private mutating func issue(_ commands: [Command], sync: Bool) throws(ScriptProblem) -> Int {
        try checkProgress(commands.count + (sync ? 1 : 0))
        return Self.errno(queue.issue(commands.span, sync: sync, on: &processor, observer: &observer))
    }

    /// The driver waits for space for ever, so a script must not ask it to where nothing consumes.
    private func checkProgress(_ count: Int) throws(ScriptProblem) {
        let geometry = queue.placement.geometry
        guard processor.agent.configuration.pace == .manual, count <= Int(geometry.entries) else { return }
        let used = geometry.occupancy(
            prod: memory.inspect(queue.placement.pointers.low), cons: memory.inspect(queue.placement.cons))
        guard Int(used) + count <= Int(geometry.entries) else {
            throw ScriptProblem(
                "the queue has no space for \(count) more entries and hw=manual consumes nothing; consume first")
        }
    }

    private mutating func generate(_ count: Int, vmid: UInt16) -> [Command] {
        (0..<count).map { _ in
            defer { generated += 1 }
            return Command(
                word0: 0x12 | UInt64(vmid) << 32 | UInt64(UInt16(truncatingIfNeeded: count)) << 48,
                word1: (4096 &* generated) & 0xffff_ffff_ffff_f000)
        }
    }

    private mutating func skip(_ code: UInt8, line: Int) -> String {
        let placement = queue.placement
        let cons = memory.inspect(placement.cons)
        let recovery = ErrorRecovery(placement: placement, replacement: .sev)
        _ = recovery.skip(cons: cons, error: CommandError(cons: UInt32(code) << 24), on: &processor)
        let slot = placement.slot(cons)
        let command = Command(word0: memory.inspect(slot), word1: memory.inspect(slot.advanced(by: 1)))
        return "\(line) skiperr slot=\(placement.geometry.index(cons)) \(words(command))\n"
    }

    private func dump() -> String {
        let placement = queue.placement
        let entries = Int(placement.geometry.entries)
        var text = ""
        for index in 0..<entries {
            let slot = placement.slots.advanced(by: index * 2)
            let command = Command(word0: memory.inspect(slot), word1: memory.inspect(slot.advanced(by: 1)))
            text += "slot \(decimal(index, 5)) \(words(command))\n"
        }
        for index in 0..<max(1, entries / 64) {
            text += "valid \(decimal(index, 4)) \(hex(memory.inspect(placement.validMap.advanced(by: index)), 16))\n"
        }
        return text
    }

    /// The trace since the last call, and the call's own line.
    private mutating func report(_ line: Int, _ name: String, ret: Int) -> String {
        let placement = queue.placement
        let trace = processor.agent.trace
        processor.agent.trace = ""
        func word(_ word: Word32) -> String { hex(memory.inspect(word), 8) }
        return trace + "\(line) \(name) ret=\(ret)"
            + " prod=\(word(placement.pointers.low)) cons=\(word(placement.pointers.high))"
            + " owner=\(word(placement.ownerProd)) lock=\(Int32(bitPattern: memory.inspect(placement.lock)))"
            + " hwprod=\(word(placement.prod.word)) hwcons=\(word(placement.cons.word))"
            + " ncmd=\(processor.agent.commands) nsync=\(processor.agent.syncs)\n"
    }

    private static func errno(_ outcome: IssueOutcome) -> Int {
        switch outcome {
        case .done: 0
        case .syncTimedOut: -110
        case .neverFits: -22
        }
    }
}

private func words(_ command: Command) -> String { "\(hex(command.word0, 16)) \(hex(command.word1, 16))" }

private func decimal(_ value: Int, _ digits: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
}

extension LayoutKind {
    var placementLayout: QueuePlacement.Layout {
        switch self {
        case .linux: .linux
        case .padded: .padded
        }
    }
}

extension LockForm {
    var queueLockForm: QueueLock.Form {
        switch self {
        case .counted: .counted
        case .legacy: .legacy
        }
    }
}
