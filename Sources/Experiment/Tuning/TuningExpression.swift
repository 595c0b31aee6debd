/// A text that is no goal, expression or constraint: what is wrong, from which character on (from 1), and what is allowed.
package struct TuningSyntaxError: Error, Equatable, CustomStringConvertible {
    package var problem: String
    package var position: Int

    package init(_ problem: String, at position: Int) {
        self.problem = problem
        self.position = position
    }

    package var description: String { "at character \(position): \(problem)" }
}

/// Metrics and numbers with units, joined by `+ - * /` and parentheses.
///
///     sum     = product {("+" | "-") product}
///     product = factor {("*" | "/") factor}
///     factor  = "-" factor | "(" sum ")" | metric | number [unit]
///     unit    = "ns" | "us" | "ms" | "s" | "k" | "M" | "G"
///
/// Times are in nanoseconds; a time is added to and compared with times only.
package indirect enum TuningExpression: Equatable, Sendable {
    case number(Double)
    case metric(TuningMetric)
    case negated(TuningExpression)
    case sum(TuningExpression, TuningExpression)
    case difference(TuningExpression, TuningExpression)
    case product(TuningExpression, TuningExpression)
    case quotient(TuningExpression, TuningExpression)

    /// Nil where a metric of it has no value, or it comes to none: a division by 0.
    package func value(of figures: TuningFigures) -> Double? {
        func both(_ a: TuningExpression, _ b: TuningExpression, _ join: (Double, Double) -> Double) -> Double? {
            guard let a = a.value(of: figures), let b = b.value(of: figures) else { return nil }
            let value = join(a, b)
            return value.isFinite ? value : nil
        }
        switch self {
        case .number(let value): return value
        case .metric(let metric): return figures[metric]
        case .negated(let a): return a.value(of: figures).map(-)
        case .sum(let a, let b): return both(a, b, +)
        case .difference(let a, let b): return both(a, b, -)
        case .product(let a, let b): return both(a, b, *)
        case .quotient(let a, let b): return both(a, b, /)
        }
    }

    /// Every metric that it needs.
    package var metrics: Set<TuningMetric> {
        switch self {
        case .number: []
        case .metric(let metric): [metric]
        case .negated(let a): a.metrics
        case .sum(let a, let b), .difference(let a, let b), .product(let a, let b), .quotient(let a, let b): a.metrics.union(b.metrics)
        }
    }
}

/// A text that is being read.
struct TuningParser {
    private let characters: [Character]
    private var next = 0
    /// Where the text begins in a larger one.
    private let offset: Int
    private var depth = 0
    /// Deeper parentheses are a mistake.
    private static let deepest = 64

    init(_ text: some StringProtocol, offset: Int = 0) {
        characters = Array(text)
        self.offset = offset
    }

    typealias Value = (expression: TuningExpression, dimension: TuningDimension)

    /// The whole text is one expression.
    static func expression(_ text: some StringProtocol, offset: Int = 0) throws(TuningSyntaxError) -> Value {
        var parser = TuningParser(text, offset: offset)
        let value = try parser.sum()
        parser.skipSpaces()
        guard parser.isAtEnd else { throw parser.error("'\(parser.rest)' is not expected; allowed are + - * / and the end") }
        return value
    }

    var isAtEnd: Bool { next == characters.count }
    var rest: String { String(characters[next...]) }
    private var peek: Character? { isAtEnd ? nil : characters[next] }

    func error(_ problem: String, at position: Int? = nil) -> TuningSyntaxError {
        TuningSyntaxError(problem, at: offset + (position ?? next) + 1)
    }

    mutating func skipSpaces() { while peek == " " { next += 1 } }

    mutating func sum() throws(TuningSyntaxError) -> Value {
        var left = try product()
        while true {
            skipSpaces()
            let position = next
            guard let sign = peek, sign == "+" || sign == "-" else { return left }
            next += 1
            let right = try product()
            guard left.dimension == right.dimension else {
                throw error(
                    "'\(sign)' stands between \(left.dimension.words) and \(right.dimension.words); both must be alike, as in p99-sync/1us",
                    at: position)
            }
            left.expression = sign == "+" ? .sum(left.expression, right.expression) : .difference(left.expression, right.expression)
        }
    }

    private mutating func product() throws(TuningSyntaxError) -> Value {
        var left = try factor()
        while true {
            skipSpaces()
            guard let sign = peek, sign == "*" || sign == "/" else { return left }
            next += 1
            let right = try factor()
            left = sign == "*"
                ? (.product(left.expression, right.expression), TuningDimension(ofTime: left.dimension.ofTime + right.dimension.ofTime))
                : (.quotient(left.expression, right.expression), TuningDimension(ofTime: left.dimension.ofTime - right.dimension.ofTime))
        }
    }

    private mutating func factor() throws(TuningSyntaxError) -> Value {
        skipSpaces()
        guard depth < Self.deepest else { throw error("parentheses and signs are nested deeper than \(Self.deepest), which is as many as are allowed") }
        depth += 1
        defer { depth -= 1 }
        guard let first = peek else { throw error("the expression ends where a metric or a number is expected") }
        switch first {
        case "-":
            next += 1
            let value = try factor()
            return (.negated(value.expression), value.dimension)
        case "(":
            let position = next
            next += 1
            let value = try sum()
            skipSpaces()
            guard peek == ")" else { throw error(isAtEnd ? "the parenthesis opened at character \(offset + position + 1) is not closed" : "'\(rest)' is not expected; ) is") }
            next += 1
            return value
        case let digit where digit.isASCII && digit.isNumber: return try number()
        default: return try metric()
        }
    }

    mutating func metric() throws(TuningSyntaxError) -> Value {
        skipSpaces()
        // The longest name that fits, and a whole word: p99-sync is no difference.
        let rest = rest
        let fitting = TuningMetric.allCases.filter { metric in
            guard rest.hasPrefix(metric.rawValue) else { return false }
            let after = rest.dropFirst(metric.rawValue.count).first
            return !(after.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false)
        }
        guard let found = fitting.max(by: { $0.rawValue.count < $1.rawValue.count }) else {
            let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
            throw error("'\(word.isEmpty ? rest.prefix(1) : word)' is no metric and no number; metrics are \(TuningMetric.names)")
        }
        next += found.rawValue.count
        return (.metric(found), found.dimension)
    }

    private static let units: [String: (factor: Double, dimension: TuningDimension)] = [
        "": (1, .number), "k": (1e3, .number), "M": (1e6, .number), "G": (1e9, .number),
        "ns": (1, .time), "us": (1e3, .time), "ms": (1e6, .time), "s": (1e9, .time),
    ]

    mutating func number() throws(TuningSyntaxError) -> Value {
        skipSpaces()
        let start = next
        while let digit = peek, digit.isASCII, digit.isNumber || digit == "." { next += 1 }
        let digits = String(characters[start..<next])
        let unitStart = next
        while let letter = peek, letter.isLetter { next += 1 }
        let unit = String(characters[unitStart..<next])
        guard let value = Double(digits), value.isFinite else { throw error("'\(digits.isEmpty ? rest : digits)' is no number", at: start) }
        guard let (factor, dimension) = Self.units[unit] else {
            throw error("'\(unit)' is no unit; allowed are ns, us, ms, s, and k, M, G", at: unitStart)
        }
        return (.number(value * factor), dimension)
    }

    /// One of `<=`, `<`, `>=`, `>`.
    mutating func comparison() throws(TuningSyntaxError) -> TuningConstraint.Comparison {
        skipSpaces()
        for comparison in TuningConstraint.Comparison.allCases where rest.hasPrefix(comparison.rawValue) {
            next += comparison.rawValue.count
            return comparison
        }
        throw error("a comparison is expected; allowed are <, <=, >, >=")
    }

    /// `/s` behind a number of commands.
    mutating func skipPerSecond() {
        if rest.hasPrefix("/s") { next += 2 }
    }
}
