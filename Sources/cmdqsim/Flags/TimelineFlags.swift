import ArgumentParser
import SimulatedMachine

/// What of a simulated run is recorded, and where to.
struct TimelineFlags: ParsableArguments {
    static let allowedEvents = 1...10_000_000

    @Option(
        help: ArgumentHelp("Write a timeline of the first measured repeat to a file, for Perfetto; simulated machines only.", valueName: "file"))
    var timeline: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Events of the timeline at most (default: 200k).", valueName: "n"),
        transform: { try SingleValue.integer($0, allowed: TimelineFlags.allowedEvents) })
    var timelineEvents: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Its window begins at this virtual time, as 1.2ms (default: with the measured part).", valueName: "time"),
        transform: { try VirtualTime.parse($0) })
    var timelineFrom: UInt64?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Its window ends at this virtual time (default: when it is full).", valueName: "time"),
        transform: { try VirtualTime.parse($0) })
    var timelineTo: UInt64?

    /// Nil where no timeline was asked for.
    ///
    /// - Throws: exit 64 where the flags do not fit together
    func options() throws(CommandFailure) -> TraceOptions? {
        guard timeline != nil else {
            guard timelineEvents == nil, timelineFrom == nil, timelineTo == nil else {
                throw CommandFailure(.usage, "--timeline-events, --timeline-from and --timeline-to need --timeline; a file is allowed there")
            }
            return nil
        }
        if let to = timelineTo, to <= timelineFrom ?? 0 {
            throw CommandFailure(.usage, "--timeline-to: the window ends before it begins; a time after --timeline-from is allowed")
        }
        return TraceOptions(from: timelineFrom, to: timelineTo ?? .max, events: timelineEvents ?? TraceOptions.standardEvents)
    }
}
