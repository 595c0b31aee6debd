/// When a producer comes and when it goes; one of which nothing is said is there from the beginning to the end.
package struct Attendance: Codable, Equatable, Sendable {
    /// Its number.
    package var producer: Int
    /// Microseconds from the start to its first insertion, up to a minute. On the native machine its thread sleeps until then.
    package var startMicroseconds = 0
    /// It leaves after so many insertions, 1 or more; nil: when the run is over.
    package var insertions: Int?

    package init(producer: Int) { self.producer = producer }
}

extension Scenario {
    func attendance(of producer: Int) -> Attendance? { attendance.first { $0.producer == producer } }

    func validateAttendance() throws(ScenarioError) {
        var seen: Set<Int> = []
        for one in attendance {
            guard (0..<producers).contains(one.producer) else {
                throw ScenarioError(.usage, "attendance: there is no producer \(one.producer); allowed is 0 to \(producers - 1)")
            }
            guard seen.insert(one.producer).inserted else {
                throw ScenarioError(.usage, "attendance: producer \(one.producer) is there twice; once is allowed")
            }
            guard Allowed.startMicroseconds.contains(one.startMicroseconds) else {
                throw ScenarioError(
                    .usage,
                    "attendance: startMicroseconds \(one.startMicroseconds) is out of range; allowed is \(Allowed.startMicroseconds.lowerBound) to \(Allowed.startMicroseconds.upperBound)")
            }
            guard one.insertions ?? 1 >= 1 else {
                throw ScenarioError(.usage, "attendance: insertions \(one.insertions ?? 0) is out of range; 1 or more is allowed")
            }
        }
    }
}

extension Scenario.Allowed {
    /// A minute.
    package static let startMicroseconds = 0...60_000_000
}
