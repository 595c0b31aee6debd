@testable import cmdqsim
import Foundation

extension JSON {
    static func read<Value: Decodable>(_: Value.Type, _ text: String) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }

    /// Every key of every object in a text, and the values that stand under it.
    static func keys(in text: String) throws -> Set<String> {
        var keys: Set<String> = []
        func visit(_ value: Any) {
            if let object = value as? [String: Any] {
                keys.formUnion(object.keys)
                object.values.forEach(visit)
            } else if let array = value as? [Any] {
                array.forEach(visit)
            }
        }
        visit(try JSONSerialization.jsonObject(with: Data(text.utf8)))
        return keys
    }
}
