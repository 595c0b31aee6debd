/// Rows of comma-separated values as RFC 4180 has them, lines ended by a line feed.
struct CSV {
    private(set) var text = ""

    init(header: [String]) { append(header) }

    mutating func append(_ row: [String]) {
        text += Self.row(row) + "\n"
    }

    /// One row without its line feed.
    static func row(_ fields: [String]) -> String {
        fields.map(quoted).joined(separator: ",")
    }

    private static func quoted(_ field: String) -> String {
        // Scalars, because a carriage return and its line feed are one Character.
        guard field.unicodeScalars.contains(where: { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" }) else {
            return field
        }
        return "\"" + field.replacing("\"", with: "\"\"") + "\""
    }
}
