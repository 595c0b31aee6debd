import Machine
import SimulatedMachine

/// Samples of what decides how long an insertion takes on this host, taken in turn so that each has its share of the host's fast and slow phases.
package struct Calibration: Sendable {
    private var lines: [LineTimes] = []
    private var threads: [ThreadTimes] = []
    private var paths: [PathTimes] = []
    private var slices: [Double] = []

    package init() {}

    package var samples: Int { lines.count }

    /// Adds one sample of everything; takes a few milliseconds.
    package mutating func sample() throws(ScenarioError) {
        guard NativeThreads.availableProcessors >= 2 else {
            throw ScenarioError(.usage, "a line cannot move between cores where this process may run on one only; 2 or more are needed")
        }
        do throws(NativeThreads.StartError) {
            lines.append(try LineTimes.measure())
            threads.append(try ThreadTimes.measure())
            if samples % 4 == 1 { slices += try ThreadTimes.measureTimeSlices(milliseconds: 20) }
        } catch {
            throw ScenarioError(.usage, "thread \(error.agent + 1) cannot be started or pinned (error \(error.errorNumber))")
        }
        paths.append(try PathTimes.measure())
    }
}

/// A measured quantity, in nanoseconds.
package struct MeasuredTime: Sendable {
    package var median: Double
    /// The middle half of the samples.
    package var quartiles: ClosedRange<Double>
    package var samples: Int

    /// - Parameter central: the values whose median counts; nil: all
    init(_ values: [Double], central: [Double]? = nil) {
        let middle = (central ?? values).sorted()
        let values = values.sorted()
        samples = values.count
        median = middle.isEmpty ? 0 : middle[middle.count / 2]
        quartiles = values.isEmpty ? 0...0 : values[values.count / 4]...values[values.count * 3 / 4]
    }
}

// What the machine file gets
extension Calibration {
    /// The two cores of a virtual machine may be near each other at one time and far at another. What lines take must be taken at one time
    /// together: in the middle fifth of the samples by the whole way.
    private func line(_ figure: (LineTimes) -> Double) -> MeasuredTime {
        let ordered = lines.sorted { $0.oneWay < $1.oneWay }
        let central = ordered[(ordered.count * 2 / 5)..<max(ordered.count * 3 / 5, min(ordered.count, ordered.count * 2 / 5 + 1))]
        return MeasuredTime(lines.map(figure), central: central.map(figure))
    }

    var read: MeasuredTime { line(\.read) }
    var readAhead: MeasuredTime { line(\.readAhead) }
    var storeAhead: MeasuredTime { line(\.storeAhead) }
    var oneWay: MeasuredTime { line(\.oneWay) }
    var atomicHit: MeasuredTime { MeasuredTime(lines.map(\.atomicHit)) }
    var loadHit: MeasuredTime { MeasuredTime(lines.map(\.loadHit)) }
    var look: MeasuredTime { MeasuredTime(threads.map(\.look)) }
    var yield: MeasuredTime { MeasuredTime(threads.map(\.yield)) }
    var contextSwitch: MeasuredTime { MeasuredTime(threads.map(\.contextSwitch)) }
    var timeSlice: MeasuredTime { MeasuredTime(slices) }
    var insertion: MeasuredTime { MeasuredTime(paths.map(\.insertion)) }
    var insertedCommand: MeasuredTime { MeasuredTime(paths.map(\.insertedCommand)) }
    var execution: MeasuredTime { MeasuredTime(paths.map(\.execution)) }
    var executedCommand: MeasuredTime { MeasuredTime(paths.map(\.executedCommand)) }
}
