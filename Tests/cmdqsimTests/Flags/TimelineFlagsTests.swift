@testable import cmdqsim
import ArgumentParser
import SimulatedMachine
import Testing

@Suite struct TimelineFlagsTests {
    private func options(_ arguments: String...) throws -> TraceOptions? { try TimelineFlags.parse(arguments).options() }

    @Test func options() throws {
        #expect(try options() == nil)
        #expect(try options("--timeline", "t.json") == TraceOptions())
        #expect(
            try options("--timeline", "t", "--timeline-events", "5k", "--timeline-from", "1ms", "--timeline-to", "1.2ms")
                == TraceOptions(from: 1_000_000_000, to: 1_200_000_000, events: 5000))
    }

    @Test(arguments: [
        ["--timeline-events", "5"], ["--timeline-from", "1ms"], ["--timeline-to", "1ms"],
        ["--timeline", "t", "--timeline-from", "2ms", "--timeline-to", "1ms"], ["--timeline", "t", "--timeline-to", "0ns"],
    ])
    func thatDoNotFitTogether(arguments: [String]) throws {
        let flags = try TimelineFlags.parse(arguments)
        let failure = #expect(throws: CommandFailure.self) { try flags.options() }
        #expect(failure?.status == .usage)
        #expect(failure?.message.contains("allowed") == true)
    }

    @Test(arguments: [["--timeline", "t", "--timeline-events", "0"], ["--timeline", "t", "--timeline-events", "1G"]])
    func tooFewOrMany(arguments: [String]) {
        #expect(throws: (any Error).self) { try TimelineFlags.parse(arguments) }
    }

    @Test(arguments: [
        ("1ms", 1_000_000_000), ("1.2ms", 1_200_000_000), ("0.5s", 500_000_000_000), ("35ns", 35_000), ("250ps", 250), ("0.000001us", 1),
        ("0s", 0), ("007us", 7_000_000), ("18446744073709551615ps", UInt64.max),
    ] as [(String, UInt64)])
    func times(text: String, picoseconds: UInt64) throws {
        #expect(try VirtualTime.parse(text) == picoseconds)
    }

    @Test(arguments: ["", "ms", "1", "1.ms", ".5ms", "-1ms", "+1ms", "1 ms", "1.5ps", "1.0001ns", "1e3us", "18446744073709551616ps", "20000000s", "nans"])
    func noTimes(text: String) {
        #expect(throws: FormError.self) { try VirtualTime.parse(text) }
    }
}
