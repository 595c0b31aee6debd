import Experiment

/// What a person should know of a timeline that was written.
enum TimelineNote {
    /// Nil where everything is in it.
    static func text(of timeline: Timeline) -> String? {
        let trace = timeline.trace
        if let fullAt = trace.fullAt {
            return "timeline: full at \(microseconds(fullAt)) us of virtual time; \(Numbers.grouped(trace.leftOut)) later events are left out; "
                + "--timeline-events above \(timeline.asked.events) or a window by --timeline-from and --timeline-to shows them"
        }
        guard trace.outside > 0 else { return nil }
        let outside = Numbers.grouped(trace.outside)
        if timeline.asked.from == nil, timeline.asked.to == .max {
            return "timeline: \(outside) events of the warm-up are left out; --timeline-from 0s shows them"
        }
        return trace.events.isEmpty
            ? "timeline: empty: all \(outside) events are outside of the window" : "timeline: \(outside) events are outside of the window"
    }

    /// Exact, from picoseconds.
    static func microseconds(_ picoseconds: UInt64) -> String {
        let fraction = String(picoseconds % 1_000_000)
        return "\(picoseconds / 1_000_000)." + String(repeating: "0", count: 6 - fraction.count) + fraction
    }
}
