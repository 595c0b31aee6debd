import SimulatedMachine

/// What was recorded of a simulated run, to be written as Chrome trace-event JSON.
///
/// The format is that of the "Trace Event Format" document of Chromium's catapult project, which Perfetto reads. See docs/timeline.md.
package struct Timeline: Equatable, Sendable {
    package var trace: Trace
    /// What was asked for.
    package var asked: TraceOptions

    package init(trace: Trace, asked: TraceOptions) {
        self.trace = trace
        self.asked = asked
    }

    /// Writes the JSON piece by piece; equal timelines give equal bytes.
    package func write<Failure: Error>(to sink: ([UInt8]) throws(Failure) -> Void) throws(Failure) {
        let marks = TimelineMarks(trace)
        var writer = TimelineWriter(trace)
        writer.writeHead()
        for mark in marks.inOrder {
            writer.write(mark)
            if let piece = writer.takePiece() { try sink(piece) }
        }
        writer.writeEnd()
        try sink(writer.takeRest())
    }

    package var text: String {
        var bytes: [UInt8] = []
        write { bytes += $0 }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Phase {
    /// As a slice of a timeline, or a row of a table, is called.
    package var title: String {
        switch self {
        case .allocate: "allocate"
        case .waitForSpace: "wait for space"
        case .write: "write"
        case .lock: "lock"
        case .publish: "publish"
        case .waitForOwner: "wait for owner"
        case .gather: "gather"
        case .doorbell: "doorbell"
        case .waitForSync: "wait for sync"
        case .unlock: "unlock"
        case .ownWork: "own work"
        case .other: "other"
        case .idle: "idle"
        case .fetch: "fetch"
        case .waitForEngine: "wait for engine"
        case .execute: "execute"
        case .complete: "CMD_SYNC"
        }
    }
}
