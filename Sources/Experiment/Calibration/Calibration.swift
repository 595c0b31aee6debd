import Machine
import SimulatedMachine

/// Samples of what decides how long an insertion takes on this host, taken in turn so that each has its share of the host's fast and slow phases.
package struct Calibration: Sendable {
    private var lines: [LineTimes] = []
    private var threads: [ThreadTimes] = []
    private var paths: [PathTimes] = []
    private var contended: [Double] = []
    private var stored: [Double] = []
    private var turns: [ThreadTurns] = []
    private var delays: [InsertionDelays] = []

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
            contended.append(try ContendedLine.measure())
            stored.append(try StoredLines.measure())
            if let delay = try SpaceLooks.measure() { delays.append(delay) }
            if samples % 4 == 1 { turns.append(try ThreadTurns.measure(milliseconds: 20)) }
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
    /// Of the latest samples.
    var recentRead: Double { MeasuredTime(lines.suffix(4).map(\.read)).median }

    /// The two cores of a virtual machine may be near each other at one time and far at another, and fast or slow. What is measured must be taken
    /// at one time together: in the middle fifth of the samples by the read.
    private func figure<Sample>(_ samples: [Sample], _ value: (Sample) -> Double) -> MeasuredTime {
        let ordered = samples.indices.sorted { lines[$0].read < lines[$1].read }
        let first = ordered.count * 2 / 5
        let central = ordered[first..<min(ordered.count, max(ordered.count * 3 / 5, first + 1))]
        return MeasuredTime(samples.map(value), central: central.map { value(samples[$0]) })
    }

    var read: MeasuredTime { figure(lines, \.read) }
    var readAgain: MeasuredTime { figure(lines, \.readAgain) }
    var readInterval: MeasuredTime { figure(lines, \.readInterval) }
    var writeInterval: MeasuredTime { figure(stored) { $0 } }
    var handOver: MeasuredTime { figure(contended) { $0 } }
    var atomicHit: MeasuredTime { figure(lines, \.atomicHit) }
    var loadHit: MeasuredTime { figure(lines, \.loadHit) }
    var look: MeasuredTime { figure(threads, \.look) }
    var yield: MeasuredTime { figure(threads, \.yield) }
    var contextSwitch: MeasuredTime { figure(threads, \.contextSwitch) }
    var timeSlice: MeasuredTime { MeasuredTime(turns.flatMap(\.lengths)) }
    /// Means of all: interruptions are rare, and come in bursts.
    var interruptions: (count: Int, interval: Double, length: Double)? {
        let count = turns.map(\.interruptions).reduce(0, +)
        guard count > 0 else { return nil }
        let interrupted = turns.map(\.interrupted).reduce(0, +)
        return (Int(count), (turns.map(\.time).reduce(0, +) - interrupted) / count, interrupted / count)
    }
    var insertion: MeasuredTime { figure(paths, \.insertion) }
    var missingSpace: MeasuredTime { MeasuredTime(delays.map(\.missing)) }
    var resumption: MeasuredTime { MeasuredTime(delays.map(\.resumed)) }
    var insertedCommand: MeasuredTime { figure(paths, \.insertedCommand) }
    var execution: MeasuredTime { figure(paths, \.execution) }
    var executedCommand: MeasuredTime { figure(paths, \.executedCommand) }
}
