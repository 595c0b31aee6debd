import Experiment

/// A disturbance as a flag has it: `stall-device`, `pause-before-publishing:for=5ms,producer=0,first=100,every=1000`.
enum DisturbanceForm {
    static var kinds: String { Disturbance.Kind.allCases.map(\.rawValue).joined(separator: ", ") }

    static func parse(_ text: String) throws(FormError) -> Disturbance {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let kind = Disturbance.Kind(rawValue: String(parts[0])) else {
            throw FormError("'\(parts[0])' is no disturbance; allowed are \(kinds)")
        }
        var disturbance = Disturbance(kind)
        guard parts.count == 2 else { return disturbance }
        var seen: Set<String> = []
        for setting in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
            let pair = setting.split(separator: "=", maxSplits: 1).map(String.init)
            let allowed = kind.settings
            guard pair.count == 2, allowed.contains(pair[0]) else {
                throw FormError("'\(setting)' is no setting of \(kind.rawValue); allowed are \(allowed.map { "\($0)=..." }.joined(separator: ", "))")
            }
            guard seen.insert(pair[0]).inserted else { throw FormError("\(kind.rawValue): \(pair[0]) is given twice") }
            try set(pair[0], pair[1], of: &disturbance)
        }
        return disturbance
    }

    private static func set(_ key: String, _ value: String, of disturbance: inout Disturbance) throws(FormError) {
        switch key {
        case "for": disturbance.nanoseconds = try nanoseconds(value)
        case "producer": disturbance.producer = try SingleValue.integer(value, allowed: 0...(Scenario.Allowed.producers.upperBound - 1))
        case "first": disturbance.first = try SingleValue.integer(value, allowed: Scenario.Allowed.visits)
        default: disturbance.every = try SingleValue.integer(value, allowed: Scenario.Allowed.visits)
        }
    }

    private static func nanoseconds(_ text: String) throws(FormError) -> Int {
        let picoseconds = try VirtualTime.parse(text)
        let allowed = Scenario.Allowed.pause
        guard picoseconds.isMultiple(of: 1000), allowed.contains(Int(picoseconds / 1000)) else {
            throw FormError("a pause of \(text) is out of range; allowed are whole nanoseconds, \(allowed.lowerBound) ns to \(allowed.upperBound / 1_000_000_000) s")
        }
        return Int(picoseconds / 1000)
    }
}

extension Disturbance.Kind {
    fileprivate var settings: [String] {
        (hasDuration ? ["for"] : []) + (isOfDevice ? [] : ["producer"]) + ["first", "every"]
    }
}
