@testable import SimulatedMachine
import TestSupport
import Testing

@Suite struct TimeTextTests {
    @Test(arguments: [
        ("36 ns", 36_000), ("36ns", 36_000), ("0.4 ns", 400), ("0 ps", 0), ("250 ps", 250), ("1.1 us", 1_100_000), ("0.001 ns", 1),
        ("1.000001 us", 1_000_001), ("7.0 ps", 7), ("1.0000000 us", 1_000_000), ("18446744073709551615 ps", .max),
    ] as [(String, UInt64)])
    func parses(text: String, picoseconds: UInt64) {
        #expect(TimeText.parse(text) == .success(picoseconds))
    }

    @Test(arguments: [
        ("36", "has no unit"), ("", "is no time"), ("ns", "is no time"), ("-3 ns", "is negative"), ("- 3 ns", "is no time"),
        ("1e3 ns", "has an unknown unit 'e3 ns'"), ("3 s", "has an unknown unit 's'"), ("3 NS", "has an unknown unit 'NS'"),
        ("1.2.3 ns", "is no time"), (".5 ns", "is no time"), ("5. ns", "is no time"), ("0.0001 ns", "is finer than a picosecond"),
        ("0.5 ps", "is finer than a picosecond"), ("18446744073709551616 ps", "is too large"), ("+3 ns", "is no time"),
        ("３ ns", "is no time"), ("3 ns ns", "has an unknown unit 'ns ns'"), ("nan ns", "is no time"),
    ])
    func refuses(text: String, reason: String) {
        #expect(TimeText.parse(text) == .failure(TimeText.Refusal(reason: reason)))
    }

    @Test(arguments: [(0, "0 ns"), (1, "0.001 ns"), (36_000, "36 ns"), (400, "0.4 ns"), (1_100_000, "1.1 us"), (1_000_001, "1000.001 ns")] as [(UInt64, String)])
    func renders(picoseconds: UInt64, text: String) {
        #expect(TimeText.render(picoseconds) == text)
    }

    @Test(arguments: seeds)
    func whatIsRenderedIsParsed(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            let time = random.next() >> UInt64.random(in: 0..<64, using: &random)
            #expect(TimeText.parse(TimeText.render(time)) == .success(time), "seed \(seed)")
        }
    }
}
