/// The one value of a flag of `run`, read by the list parsers so that a list gets its own message.
enum SingleValue {
    static func integer(_ text: String, allowed: ClosedRange<Int>) throws(FormError) -> Int {
        try only(try IntegerList(text, allowed: allowed).values)
    }

    static func name<Value>(_ text: String, of: Value.Type = Value.self) throws(FormError) -> Value
    where Value: CaseIterable & RawRepresentable & Equatable, Value.RawValue == String {
        try only(try NameList<Value>(text).values)
    }

    static func only<Value>(_ values: [Value]) throws(FormError) -> Value {
        guard values.count == 1 else {
            throw FormError("one value is allowed here; 'cmdqsim compare' sweeps lists and ranges")
        }
        return values[0]
    }
}
