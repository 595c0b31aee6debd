import Foundation

enum JSON {
    /// Pretty-printed, keys sorted, ended by a line feed.
    static func render(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // A rate of a run that took no time has no JSON number.
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        guard let data = try? encoder.encode(value) else {
            preconditionFailure("a result document holds only what JSON can say")
        }
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    /// One line for what a decoder did not like.
    static func describe(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return oneLine("\(error)") }
        let (context, detail): (DecodingError.Context, String) =
            switch error {
            case .typeMismatch(let type, let context): (context, "a value of type \(type) is expected")
            case .valueNotFound(let type, let context): (context, "null, where a value of type \(type) is expected")
            case .keyNotFound(let key, let context): (context, "the key '\(key.stringValue)' is missing")
            case .dataCorrupted(let context):
                (context, context.codingPath.isEmpty ? corruption(context) : context.debugDescription)
            @unknown default: (.init(codingPath: [], debugDescription: ""), oneLine("\(error)"))
            }
        let path = context.codingPath.map(\.stringValue).joined(separator: ".")
        return oneLine(path.isEmpty ? detail : "\(path): \(detail)")
    }

    private static func corruption(_ context: DecodingError.Context) -> String {
        guard let cause = context.underlyingError else { return context.debugDescription }
        let words = (cause as NSError).userInfo[NSDebugDescriptionErrorKey] as? String
        return "no valid JSON: \(words ?? "\(cause)")"
    }
}
