import ExploringMachine

/// An execution as Chrome trace-event JSON, as docs/timeline.md describes it for simulated runs: a track for each agent, a slice
/// for each access, an arrow from each write to those who read from it.
///
/// There is no time in an execution: each access takes a microsecond, one after the other in the order in which they are printed.
package struct ExplorationTimeline {
    private let steps: [ExecutionStep]
    private let exploration: QueueExploration
    private let violation: String

    package init(_ steps: [ExecutionStep], of exploration: QueueExploration, violation: String) {
        self.steps = steps
        self.exploration = exploration
        self.violation = violation
    }

    /// Equal executions give equal bytes.
    package var text: String {
        var lines: [String] = []
        for (process, name) in [(Self.processors, "processors"), (Self.device, "device")] {
            lines.append("{\"ph\":\"M\",\"pid\":\(process),\"name\":\"process_name\",\"args\":{\"name\":\"\(name)\"}}")
            lines.append("{\"ph\":\"M\",\"pid\":\(process),\"name\":\"process_sort_index\",\"args\":{\"sort_index\":\(process - 1)}}")
            for agent in 0..<exploration.scenario.agents where self.process(of: agent) == process {
                let head = "{\"ph\":\"M\",\"pid\":\(process),\"tid\":\(agent + 1),\"name\":"
                lines.append(head + "\"thread_name\",\"args\":{\"name\":\"\(exploration.agentName(agent))\"}}")
                lines.append(head + "\"thread_sort_index\",\"args\":{\"sort_index\":\(agent + 1)}}")
            }
        }
        let all = steps.enumerated().flatMap { events($0.offset, $0.element) }
        lines += all.sorted { ($0.time, $0.rank, $0.id) < ($1.time, $1.rank, $1.id) }.map(\.line)
        lines.append(
            "{\"ph\":\"i\",\(place(of: steps.last?.agent ?? 0)),\"ts\":\(Self.time(steps.count)),\"s\":\"g\",\"name\":\(Self.quoted(violation)),\"cat\":\"violation\"}")
        return "{\"displayTimeUnit\":\"ns\",\"otherData\":{\"schema\":\"cmdqsim.timeline/1\",\"leftOut\":0},\"traceEvents\":[\n"
            + lines.joined(separator: ",\n") + "\n]}\n"
    }

    /// A line, and what it is sorted by: of events at one time, slices before what starts or ends in them.
    private struct Event {
        var time: Int
        var rank: Int
        var id: Int
        var line: String
    }

    private static let processors = 1
    private static let device = 2

    private func process(of agent: Int) -> Int { exploration.isProcessor(agent) ? Self.processors : Self.device }

    private func place(of agent: Int) -> String { "\"pid\":\(process(of: agent)),\"tid\":\(agent + 1)" }

    private static func time(_ step: Int) -> String { "\(step).000000" }

    private func events(_ number: Int, _ step: ExecutionStep) -> [Event] {
        let category = process(of: step.agent) == Self.device ? "device" : "processor"
        var arguments = "\"step\":\"\(exploration.eventName(step.agent, step.index))\",\"access\":\"\(step.isWrite ? "write" : "read")\""
        arguments += ",\"word\":\(Self.quoted(exploration.wordName(step)))"
        arguments += ",\"value\":\"0x\(String(step.value, radix: 16))\""
        if let source = step.source { arguments += ",\"from\":\"\(exploration.sourceName(source))\"" }
        if step.newerWrites > 0 { arguments += ",\"newer\":\(step.newerWrites)" }
        if step.isTimedOut { arguments += ",\"timesOut\":true" }
        if step.isUnmet { arguments += ",\"waits\":true" }
        let slice =
            "{\"ph\":\"X\",\(place(of: step.agent)),\"ts\":\(Self.time(number)),\"dur\":1.000000,\"name\":\"\(step.site)\",\"cat\":\"\(category)\",\"args\":{\(arguments)}}"
        let own = Event(time: number, rank: 0, id: number, line: slice)
        guard case .event(let agent, let index) = step.source,
            let origin = steps[..<number].firstIndex(where: { $0.agent == agent && $0.index == index })
        else { return [own] }
        let arrow = "\"name\":\"reads from\",\"cat\":\"reads-from\",\"id\":\(number)"
        let start = "{\"ph\":\"s\",\(place(of: agent)),\"ts\":\(Self.time(origin)),\(arrow)}"
        let end = "{\"ph\":\"f\",\(place(of: step.agent)),\"ts\":\(Self.time(number)),\(arrow),\"bp\":\"e\"}"
        return [own, Event(time: origin, rank: 1, id: number, line: start), Event(time: number, rank: 2, id: number, line: end)]
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case _ where scalar.value < 0x20: quoted += "\\u00" + (scalar.value < 0x10 ? "0" : "") + String(scalar.value, radix: 16)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
