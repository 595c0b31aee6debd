/// One constant of a machine as a machine file names it.
///
/// The table `MachineField.all` is the only place where a name, its range and its meaning stand: reading, writing, checking
/// and the reference in docs/machine-files.md follow from it.
package struct MachineField: Sendable {
    package enum Section: String, CaseIterable, Sendable { case topology, processor, memory, device, workload }

    package enum Kind: Sendable {
        /// Picoseconds.
        case time(ClosedRange<UInt64>, WritableKeyPath<MachineModel, UInt64> & Sendable)
        case count(ClosedRange<Int>, WritableKeyPath<MachineModel, Int> & Sendable)
        /// One of two words.
        case choice(no: String, yes: String, WritableKeyPath<MachineModel, Bool> & Sendable)
    }

    package let section: Section
    /// As in the file, within the section.
    package let key: String
    package let kind: Kind
    /// What it says, without a full stop.
    package let meaning: String

    package var path: String { "\(section.rawValue).\(key)" }

    package static func named(_ path: String) -> MachineField? { byPath[path] }

    private static let byPath = Dictionary(uniqueKeysWithValues: all.map { ($0.path, $0) })
}

/// Values as text.
extension MachineField {
    /// What a value must be.
    package var allowed: String {
        switch kind {
        case .time(let range, _):
            "allowed is a time from \(TimeText.render(range.lowerBound)) to \(TimeText.render(range.upperBound)), in ps, ns or us"
        case .count(let range, _): "allowed is a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .choice(let no, let yes, _): "allowed is \(yes) or \(no)"
        }
    }

    package var unit: String {
        switch kind {
        case .time: "time"
        case .count: "number"
        case .choice: "word"
        }
    }

    package func text(in model: MachineModel) -> String {
        switch kind {
        case .time(_, let place): TimeText.render(model[keyPath: place])
        case .count(_, let place): "\(model[keyPath: place])"
        case .choice(let no, let yes, let place): model[keyPath: place] ? yes : no
        }
    }

    /// - Returns: what is wrong with the text; nil where nothing is, and the model then has the value
    func set(_ text: String, in model: inout MachineModel) -> String? {
        let problem: String?
        switch kind {
        case .time(_, let place):
            switch TimeText.parse(text) {
            case .success(let time):
                model[keyPath: place] = time
                problem = nil
            case .failure(let refusal): problem = refusal.reason
            }
        case .count(_, let place):
            if let count = Int(text), !text.hasPrefix("+") {
                model[keyPath: place] = count
                problem = nil
            } else {
                problem = "is no whole number"
            }
        case .choice(let no, let yes, let place):
            problem = text == yes || text == no ? nil : "is unknown"
            model[keyPath: place] = text == yes
        }
        if let problem { return "\(quoted(text)) \(problem)" }
        return rangeProblem(in: model).map { "\(quoted(text)) \($0)" }
    }

    func rangeProblem(in model: MachineModel) -> String? {
        switch kind {
        case .time(let range, let place): Self.problem(of: model[keyPath: place], in: range)
        case .count(let range, let place): Self.problem(of: model[keyPath: place], in: range)
        case .choice: nil
        }
    }

    private static func problem<Value: Comparable & BinaryInteger>(of value: Value, in range: ClosedRange<Value>) -> String? {
        if range.contains(value) { return nil }
        return value < 0 ? "is negative" : value < range.lowerBound ? "is too small" : "is too large"
    }
}

