import SimulatedMachine

/// The bytes of a timeline. Numbers are written by whole-number arithmetic, so that they are the same everywhere.
struct TimelineWriter {
    private let trace: Trace
    private var bytes: [UInt8] = []
    private var isFirst = true

    /// Processes of the timeline: the processors are threads of the one, the device's queues of the other.
    private enum Group {
        static let processors = 1
        static let device = 2
    }

    private static let pieceSize = 1 << 16

    init(_ trace: Trace) {
        self.trace = trace
        bytes.reserveCapacity(Self.pieceSize + 1024)
    }

    /// What has been written, where it is enough to be handed on.
    mutating func takePiece() -> [UInt8]? {
        guard bytes.count >= Self.pieceSize else { return nil }
        return takeRest()
    }

    mutating func takeRest() -> [UInt8] {
        let piece = bytes
        bytes.removeAll(keepingCapacity: true)
        return piece
    }

    mutating func writeHead() {
        put("{\"displayTimeUnit\":\"ns\",\"otherData\":{\"schema\":\"cmdqsim.timeline/1\",\"leftOut\":\(trace.leftOut)},\"traceEvents\":[")
        name(process: Group.processors, "processors", order: 0)
        for processor in 0..<trace.processors { name(thread: processor + 1, of: Group.processors, "processor \(processor)") }
        name(process: Group.device, "device", order: 1)
        for (number, queue) in trace.queues.enumerated() { name(thread: number + 1, of: Group.device, queue.name) }
    }

    mutating func writeEnd() { put("\n]}\n") }

    mutating func write(_ mark: TimelineMark) {
        switch mark.kind {
        case .slice(let insertion): slice(trace.events[mark.event], insertion.map { trace.events[$0] })
        case .arrowStart(let id): arrow("s", id, trace.events[mark.event], mark.time)
        case .arrowEnd(let id): arrow("f", id, trace.events[mark.event], mark.time)
        case .occupancy: occupancy(trace.events[mark.event])
        case .waiters(let waiters): self.waiters(waiters, at: mark.time)
        }
    }

    // Events

    private mutating func slice(_ event: TraceEvent, _ insertion: TraceEvent?) {
        begin("X")
        place(of: event)
        put(",\"ts\":")
        put(time: event.start)
        put(",\"dur\":")
        put(time: event.end - event.start)
        put(",\"name\":\"\(event.phase.title)\",\"cat\":\"\(isOfDevice(event) ? "device" : "processor")\"")
        if let insertion {
            let queue = trace.queues[Int(insertion.queue)]
            let last = index(insertion.slot &+ insertion.count &- 1, queue)
            put(",\"args\":{\"queue\":")
            put(quoted: queue.name)
            put(",\"slots\":\"\(index(insertion.slot, queue))..\(last)\",\"attempts\":\(insertion.attempts)}")
        } else if event.slot != TraceEvent.noSlot {
            put(",\"args\":{\"slot\":\(index(event.slot, trace.queues[Int(event.queue)]))}")
        }
        put("}")
    }

    private mutating func arrow(_ kind: String, _ id: Int, _ event: TraceEvent, _ time: UInt64) {
        begin(kind)
        place(of: event)
        put(",\"ts\":")
        put(time: time)
        put(",\"name\":\"covered by\",\"cat\":\"sync\",\"id\":\(id)")
        // To the slice that it ends in, not the next one.
        if kind == "f" { put(",\"bp\":\"e\"") }
        put("}")
    }

    private mutating func occupancy(_ event: TraceEvent) {
        begin("C")
        put(",\"pid\":\(Group.device),\"ts\":")
        put(time: event.start)
        put(",\"name\":")
        put(quoted: "entries in \(trace.queues[Int(event.queue)].name)")
        put(",\"args\":{\"entries\":\(event.count)}}")
    }

    private mutating func waiters(_ waiters: Waiters, at time: UInt64) {
        begin("C")
        put(",\"pid\":\(Group.processors),\"ts\":")
        put(time: time)
        put(",\"name\":\"waiting processors\",\"args\":{")
        for (series, phase) in Waiters.phases.enumerated() {
            put("\(series > 0 ? "," : "")\"\(phase.title)\":\(waiters.counts[series])")
        }
        put("}}")
    }

    // Their parts

    private func isOfDevice(_ event: TraceEvent) -> Bool { Int(event.agent) >= trace.processors }

    private mutating func place(of event: TraceEvent) {
        if isOfDevice(event) {
            put(",\"pid\":\(Group.device),\"tid\":\(event.queue + 1)")
        } else {
            put(",\"pid\":\(Group.processors),\"tid\":\(event.agent + 1)")
        }
    }

    private func index(_ pointer: UInt32, _ queue: TraceQueue) -> UInt32 { pointer & (queue.pointerMask >> 1) }

    private mutating func name(process: Int, _ name: String, order: Int) {
        begin("M")
        put(",\"pid\":\(process),\"name\":\"process_name\",\"args\":{\"name\":\"\(name)\"}}")
        begin("M")
        put(",\"pid\":\(process),\"name\":\"process_sort_index\",\"args\":{\"sort_index\":\(order)}}")
    }

    private mutating func name(thread: Int, of process: Int, _ name: String) {
        begin("M")
        put(",\"pid\":\(process),\"tid\":\(thread),\"name\":\"thread_name\",\"args\":{\"name\":")
        put(quoted: name)
        put("}}")
        begin("M")
        put(",\"pid\":\(process),\"tid\":\(thread),\"name\":\"thread_sort_index\",\"args\":{\"sort_index\":\(thread)}}")
    }

    private mutating func begin(_ kind: String) {
        put(isFirst ? "\n{\"ph\":\"" : ",\n{\"ph\":\"")
        isFirst = false
        put(kind)
        put("\"")
    }

    // Bytes

    private mutating func put(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// Picoseconds as microseconds with six digits behind the point.
    private mutating func put(time: UInt64) {
        put("\(time / 1_000_000).")
        var divisor: UInt64 = 100_000
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(time / divisor % 10))
            divisor /= 10
        }
    }

    private mutating func put(quoted text: String) {
        put("\"")
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20: put("\\u00\(byte < 0x10 ? "0" : "")\(String(byte, radix: 16))")
            default: bytes.append(byte)
            }
        }
        put("\"")
    }
}
