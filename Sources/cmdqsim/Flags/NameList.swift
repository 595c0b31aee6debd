/// A list of names of one kind, separated by commas. What is named twice counts once, at its first place.
struct NameList<Value: Equatable>: Equatable {
    var values: [Value]

    /// - Parameter parse: the value of one name, or nil where it names none
    /// - Parameter allowed: what the error says is allowed
    init(_ text: String, allowed: String, parse: (String) -> Value?) throws(FormError) {
        var values: [Value] = []
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard !item.isEmpty else { throw FormError("an item is empty; allowed are \(allowed)") }
            guard let value = parse(String(item)) else {
                throw FormError("'\(item)' is unknown; allowed are \(allowed)")
            }
            if !values.contains(value) { values.append(value) }
        }
        self.values = values
    }
}

extension NameList where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    static var names: String { Value.allCases.map(\.rawValue).joined(separator: ", ") }

    init(_ text: String) throws(FormError) {
        try self.init(text, allowed: Self.names, parse: Value.init(rawValue:))
    }
}
