import Experiment

/// Figures of a search as people read them.
enum TuningFigureText {
    /// With the interval's half width where there is one.
    static func value(_ estimate: TuningEstimate?, _ unit: String) -> String {
        guard let estimate else { return "-" }
        return number(estimate.value, unit)
    }

    static func interval(_ estimate: TuningEstimate?, _ unit: String) -> String {
        guard let low = estimate?.low, let high = estimate?.high else { return "-" }
        return "\(number(low, unit))..\(number(high, unit))"
    }

    static func number(_ value: Double, _ unit: String) -> String {
        switch unit {
        case "commands/s": Numbers.millions(value)
        case "ns": Numbers.fixed(value / 1000, value < 10_000 ? 3 : value < 100_000 ? 2 : 1)
        default: Numbers.significant(value)
        }
    }

    /// What the numbers are of.
    static func title(_ unit: String) -> String {
        switch unit {
        case "commands/s": "Mcmd/s"
        case "ns": "us"
        default: unit
        }
    }

    /// `+3.1%`, with its interval.
    static func percent(_ estimate: TuningEstimate?) -> String {
        guard let estimate else { return "-" }
        return signed(estimate.value)
    }

    static func percentWithInterval(_ estimate: TuningEstimate) -> String {
        guard let low = estimate.low, let high = estimate.high else { return signed(estimate.value) }
        return "\(signed(estimate.value)) (\(signed(low)) to \(signed(high)))"
    }

    static func signed(_ part: Double) -> String {
        guard part.isFinite else { return "-" }
        let text = Numbers.fixed(abs(part) * 100, abs(part) < 10 ? 1 : 0)
        return (text == "0.0" ? "" : part < 0 ? "-" : "+") + text + "%"
    }
}
