import Machine

/// An execution as the choices that lead to it, one for each event: who, where, and what it reads or where it comes in coherence order.
package struct ScheduleStep: Codable, Equatable, Sendable {
    package var agent: Int
    /// The site's name: a schedule that fits no more is noticed by it.
    package var site: String
    /// A read's: the agent and the index of the event that it reads from; empty for the initial value, nil for the newest.
    package var source: [Int]?
    /// A write's place among the writes to its location that are there already; nil: behind all.
    package var position: Int?
    /// A wait that is given up.
    package var timeout: Bool?
}

extension ScheduleStep {
    /// The choices that lead to an execution that is recorded in steps.
    package static func schedule(of steps: [ExecutionStep]) -> [ScheduleStep] {
        var positions: [Int: [Int]] = [:]
        return steps.map { step in
            var choice = ScheduleStep(agent: step.agent, site: "\(step.site)", timeout: step.isTimedOut ? true : nil)
            if step.isWrite, let position = step.position {
                let location = (step.offset & ~7) << 7 | (step.bit ?? (step.isSeparateHalf ? step.offset & 4 | 64 : 0))
                choice.position = positions[location, default: []].count { $0 < position }
                positions[location, default: []].append(position)
            } else if !step.isWrite, step.position != nil {
                choice.source = if case .event(let agent, let index) = step.source { [agent, index] } else { [] }
            }
            return choice
        }
    }
}

/// A schedule that is followed.
struct Script {
    let steps: FixedBuffer<Step>
    let count: Int
    var cursor = 0
    /// What does not fit.
    var misfit: String?

    struct Step: BitwiseCopyable {
        var agent: Int
        var site: UInt8
        /// A read's: -1 initial, -2 the newest. With `sourceIndex`.
        var sourceAgent: Int
        var sourceIndex: Int
        /// -1: behind all.
        var position: Int
        var isTimeout = false
    }

    /// Nil where a step names no site.
    init?(_ schedule: [ScheduleStep], agents: Int) {
        var all: [Step] = []
        for step in schedule {
            guard let site = Site.allCases.first(where: { "\($0)" == step.site }), (0..<agents).contains(step.agent),
                step.source.map({ $0.isEmpty || $0.count == 2 && (0..<agents).contains($0[0]) && (0..<LocalSet.capacity).contains($0[1]) }) ?? true
            else { return nil }
            all.append(
                Step(
                    agent: step.agent, site: site.rawValue, sourceAgent: step.source.map { $0.first ?? -1 } ?? -2,
                    sourceIndex: step.source?.last ?? 0, position: step.position ?? -1, isTimeout: step.timeout ?? false))
        }
        count = all.count
        steps = FixedBuffer(count: count, repeating: Step(agent: 0, site: 0, sourceAgent: 0, sourceIndex: 0, position: 0))
        for (number, step) in all.enumerated() { steps[number] = step }
    }

    /// The step that is next; nil behind the last.
    @inline(__always)
    var current: Step? { cursor < count ? steps[cursor] : nil }

    /// Takes the next step for an agent's event at the site; nil where it is another's or there is none.
    mutating func take(agent: Int, site: UInt8) -> Step? {
        guard let step = current else { return nil }
        guard step.agent == agent, step.site == site else {
            misfit = "step \(cursor + 1) of the schedule is agent \(step.agent) at \(Site(rawValue: step.site)!), "
                + "and here it is agent \(agent) at \(Site(rawValue: site)!)"
            return nil
        }
        cursor += 1
        return step
    }
}
