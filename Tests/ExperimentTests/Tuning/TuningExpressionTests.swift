import Testing
import TestSupport

@testable import Experiment

@Suite struct TuningExpressionTests {
    private static var figures: TuningFigures {
        var figures = TuningFigures(throughput: 3e6)
        figures.p50Sync = 2_000
        figures.p99Sync = 20_000
        figures.p999Insertion = 500
        return figures
    }

    private func value(_ text: String) throws -> Double? {
        try TuningParser.expression(text).expression.value(of: Self.figures)
    }

    @Test(arguments: [
        ("throughput", 3e6), ("1+2*3", 7), ("(1+2)*3", 9), ("8/4/2", 1), ("5-2-1", 2), ("-2*-3", 6), ("--4", 4), (" 1 + 2 ", 3), ("1.5k", 1500),
        ("throughput/1M", 3), ("p99-sync", 20_000), ("p99-sync/1us", 20), ("p99-sync-p50-sync", 18_000), ("p99-sync - 1us", 19_000),
        ("throughput/1M-p99-sync/100us", 2.8), ("2*(throughput/1M)-(p999-insertion/1us)", 5.5), ("throughput*p99-sync/1s", 60), ("1s/1ms", 1000),
        ("2G/1k", 2e6), ("1ns", 1),
    ])
    func values(text: String, expected: Double) throws {
        let value = try #require(try value(text))
        #expect(abs(value - expected) < 1e-9 * max(1, abs(expected)), "\(text) is \(value)")
    }

    @Test func whatIsNotThereHasNoValue() throws {
        #expect(try value("p999-sync") == nil)
        #expect(try value("1/(throughput-3M)") == nil)
        #expect(try value("0*p99-insertion") == nil)
    }

    @Test(arguments: [
        ("", 1, "ends"), ("1+", 3, "ends"), ("(1", 3, "opened at character 1 is not closed"), ("1)", 2, "')' is not expected"), ("p98-sync", 1, "'p98-sync' is no metric"),
        ("throughput+p99-sync", 11, "stands between a number and a time"), ("1us*1us-1us", 8, "a time to the power of 2"), ("3x", 2, "'x' is no unit"),
        ("1..2", 1, "'1..2' is no number"), ("throughput throughput", 12, "is not expected"), ("throughputs", 1, "is no metric"), ("2 * $", 5, "'$' is no metric"),
        ("p99-sync/1min", 11, "'min' is no unit"), (String(repeating: "(", count: 100) + "1", 65, "nested deeper"),
    ])
    func errorsSayWhere(text: String, position: Int, words: String) {
        let error = #expect(throws: TuningSyntaxError.self) { try TuningParser.expression(text) }
        #expect(error?.position == position && error?.problem.contains(words) == true, "\(text): \(error.map { "\($0)" } ?? "")")
    }

    /// An expression drawn at random, written down, is read as the same.
    @Test(arguments: seeds)
    func whatIsWrittenIsRead(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for round in 0..<500 {
            let drawn = Self.drawn(depth: 4, &generator)
            let read = try TuningParser.expression(Self.text(drawn)).expression
            #expect(read.value(of: Self.figures) == drawn.value(of: Self.figures), "seed \(seed), round \(round): \(Self.text(drawn))")
        }
    }

    /// Without a dimension, so that any two can be added.
    private static func drawn(depth: Int, _ generator: inout SeededGenerator) -> TuningExpression {
        if depth == 0 || Int.random(in: 0..<4, using: &generator) == 0 {
            return Bool.random(using: &generator) ? .metric(.throughput) : .number(Double(Int.random(in: 0...1000, using: &generator)))
        }
        let (a, b) = (drawn(depth: depth - 1, &generator), drawn(depth: depth - 1, &generator))
        return [.sum(a, b), .difference(a, b), .product(a, b), .quotient(a, b), .negated(a)].randomElement(using: &generator)!
    }

    /// With no more parentheses than the left-to-right reading needs.
    private static func text(_ expression: TuningExpression) -> String {
        func inner(_ expression: TuningExpression) -> String {
            switch expression {
            case .number, .metric: text(expression)
            default: "(\(text(expression)))"
            }
        }
        return switch expression {
        case .number(let value): "\(Int(value))"
        case .metric(let metric): metric.rawValue
        case .negated(let a): "-\(inner(a))"
        case .sum(let a, let b): "\(text(a)) + \(inner(b))"
        case .difference(let a, let b): "\(text(a)) - \(inner(b))"
        case .product(let a, let b): "\(inner(a)) * \(inner(b))"
        case .quotient(let a, let b): "\(inner(a))/\(inner(b))"
        }
    }

    @Test func goals() throws {
        #expect(try TuningGoal("throughput") == .throughput)
        #expect(try !TuningGoal("p99-sync").isMaximized)
        #expect(try TuningGoal("weighted:throughput/p99-sync").isMaximized)
        #expect(try TuningGoal("weighted:max:throughput").isMaximized)
        let least = try TuningGoal("weighted:min:p99-sync+p50-sync")
        #expect(!least.isMaximized && least.unit == "ns" && least.metrics == [.p99Sync, .p50Sync])
        for (text, position, words) in [
            ("p98-sync", 1, "is no goal"), ("weighted:", 10, "ends"), ("weighted:min:1+2", 14, "names no metric"), ("weighted:throughput+*", 21, "no metric"),
        ] {
            let error = #expect(throws: TuningSyntaxError.self) { try TuningGoal(text) }
            #expect(error?.position == position && error?.problem.contains(words) == true, "\(text): \(error.map { "\($0)" } ?? "")")
        }
    }

    @Test func constraints() throws {
        let bound = try TuningConstraint(" p99-sync <= 20us ")
        #expect(bound.metric == .p99Sync && bound.comparison == .atMost && bound.bound == 20_000 && bound.isUpper)
        #expect(bound.violation(of: Self.figures) == 0)
        #expect(try TuningConstraint("p99-sync<20us").violation(of: Self.figures) > 0)
        #expect(try TuningConstraint("p99-sync<10us").violation(of: Self.figures) == 1)
        #expect(try TuningConstraint("throughput>=3M").violation(of: Self.figures) == 0)
        #expect(try TuningConstraint("throughput>3000k/s").violation(of: Self.figures) > 0)
        #expect(try TuningConstraint("throughput>4M").violation(of: Self.figures) == 0.25)
        #expect(try TuningConstraint("p999-sync<1s").violation(of: Self.figures) == .infinity)
        for (text, position, words) in [
            ("", 1, "no metric"), ("p99-sync", 9, "a comparison is expected"), ("p99-sync=20us", 9, "allowed are <"), ("p99-sync<", 10, "no number"),
            ("p99-sync<20", 10, "a time in ns"), ("throughput<20us", 12, "commands per second"), ("p99-sync<20us!", 14, "is not expected"),
            ("20us>p99-sync", 1, "no metric"),
        ] {
            let error = #expect(throws: TuningSyntaxError.self) { try TuningConstraint(text) }
            #expect(error?.position == position && error?.problem.contains(words) == true, "\(text): \(error.map { "\($0)" } ?? "")")
        }
    }
}
