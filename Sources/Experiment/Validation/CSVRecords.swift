/// Comma-separated values with a header, read so that an error can name its line.
///
/// Written here because SwiftCSV (0.10.0) says neither in which line an error is, nor that a quote is left
/// open or that a row has too few or too many fields, and because it knows no comments.
///
/// Blank lines and lines that begin with `#` are skipped. A field may stand in double quotes, in which `""` is
/// one; a quoted field ends on its line. Spaces around a field, outside its quotes, do not count.
struct CSVRecords {
    /// One line, by the header's names.
    struct Row {
        fileprivate var file: String
        fileprivate var line: Int
        fileprivate var columns: [String: Int]
        fileprivate var fields: [String]

        /// Empty where the file does not have the column.
        subscript(column: String) -> String { columns[column].map { fields[$0] } ?? "" }

        var place: String { "\(file):\(line)" }

        func failure(_ problem: String, allowed: String) -> ScenarioError {
            CSVRecords.failure(file, line, problem, allowed: allowed)
        }
    }

    private(set) var rows: [Row] = []

    /// - Throws: the first bad line, as `ScenarioError.Kind.data`
    init(_ text: String, file: String, required: [String], optional: [String]) throws(ScenarioError) {
        var columns: [String: Int]?
        let content = text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...]
        // Scalars, because a carriage return and its line feed are one Character.
        let lines = content.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, scalars) in lines.enumerated() {
            let line = Self.trimmed(scalars)
            guard let first = line.first, first != "#" else { continue }
            let fields = try Self.fields(of: line, file: file, line: index + 1)
            guard let columns else {
                columns = try Self.header(fields, file: file, line: index + 1, required: required, optional: optional)
                continue
            }
            guard fields.count == columns.count else {
                throw Self.failure(
                    file, index + 1, "the line has \(fields.count) field\(fields.count == 1 ? "" : "s")",
                    allowed: "\(columns.count) are expected, as in the header")
            }
            rows.append(Row(file: file, line: index + 1, columns: columns, fields: fields))
        }
        guard columns != nil else {
            throw ScenarioError(.data, "\(file): there is no header; '\(required.joined(separator: ","))' is expected")
        }
        guard !rows.isEmpty else {
            throw ScenarioError(.data, "\(file): there is no line after the header; at least one is expected")
        }
    }

    private static func header(
        _ fields: [String], file: String, line: Int, required: [String], optional: [String]
    ) throws(ScenarioError) -> [String: Int] {
        let known = required + optional
        var columns: [String: Int] = [:]
        for (index, name) in fields.enumerated() {
            guard known.contains(name) else {
                throw failure(file, line, "the header has a column \(quoted(name))", allowed: "allowed are \(known.joined(separator: ", "))")
            }
            guard columns.updateValue(index, forKey: name) == nil else {
                throw failure(file, line, "the header has the column \(quoted(name)) twice", allowed: "once is allowed")
            }
        }
        if let missing = required.first(where: { columns[$0] == nil }) {
            throw failure(
                file, line, "the header has no column \(quoted(missing))", allowed: "needed are \(required.joined(separator: ", "))")
        }
        return columns
    }

    private typealias Scalars = Substring.UnicodeScalarView

    private static func fields(of line: Scalars, file: String, line number: Int) throws(ScenarioError) -> [String] {
        var fields: [String] = []
        var rest = line
        while true {
            rest = rest.drop(while: isSpace)
            if rest.first == "\"" {
                rest.removeFirst()
                fields.append(try quotedField(&rest, file: file, line: number))
            } else {
                let end = rest.firstIndex(of: ",") ?? rest.endIndex
                let field = String(trimmed(rest[..<end]))
                guard !field.unicodeScalars.contains("\"") else {
                    throw failure(
                        file, number, "the field \(quoted(field)) has a quote in its middle",
                        allowed: "a field with quotes stands in quotes, and has each of its own twice")
                }
                fields.append(field)
                rest = rest[end...]
            }
            guard rest.popFirst() != nil else { return fields }
        }
    }

    /// Takes the field up to its closing quote and what follows up to the comma or the end of the line.
    private static func quotedField(_ rest: inout Scalars, file: String, line: Int) throws(ScenarioError) -> String {
        var field = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            if scalar != "\"" {
                field.append(scalar)
            } else if rest.first == "\"" {
                rest.removeFirst()
                field.append(scalar)
            } else {
                rest = rest.drop(while: isSpace)
                if let next = rest.first, next != "," {
                    throw failure(
                        file, line, "after the quoted field \(quoted(String(field))) stands \(quoted(String(next)))",
                        allowed: "a comma or the end of the line is allowed")
                }
                return String(field)
            }
        }
        throw failure(
            file, line, "the quote before \(quoted(String(field))) is not closed", allowed: "a quoted field ends on its line")
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" || scalar == "\r" }

    private static func trimmed(_ scalars: Scalars) -> Scalars {
        var scalars = scalars.drop(while: isSpace)
        while let last = scalars.last, isSpace(last) { scalars.removeLast() }
        return scalars
    }

    fileprivate static func failure(_ file: String, _ line: Int, _ problem: String, allowed: String) -> ScenarioError {
        ScenarioError(.data, "\(file):\(line): \(problem); \(allowed)")
    }

    /// As it stands in an error: a line that is no text at all must not fill the terminal.
    static func quoted(_ text: String) -> String {
        text.count > 60 ? "'\(text.prefix(60))...'" : "'\(text)'"
    }
}

/// The values of fields.
extension CSVRecords.Row {
    /// - Throws: where the field is empty
    func text(_ column: String) throws(ScenarioError) -> String {
        guard !self[column].isEmpty else { throw failure("\(column) is empty", allowed: "a text is expected") }
        return self[column]
    }

    /// A value of the enumeration, by its name.
    /// - Parameters:
    ///   - values: Those that are allowed; nil: all.
    ///   - standard: What an empty field or a missing column means; nil: it is an error.
    func name<Value>(_ column: String, from values: [Value]? = nil, or standard: Value? = nil) throws(ScenarioError) -> Value
    where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
        if self[column].isEmpty, let standard { return standard }
        guard let value = Value(rawValue: self[column]) else {
            throw failure(
                "\(column) \(CSVRecords.quoted(self[column])) is unknown",
                allowed: "allowed are \((values ?? Array(Value.allCases)).map(\.rawValue).joined(separator: ", "))")
        }
        return value
    }

    func integer(_ column: String, in range: ClosedRange<Int>) throws(ScenarioError) -> Int {
        let allowed = "allowed is \(range.lowerBound) to \(range.upperBound)"
        let digits = self[column]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }) else {
            throw failure("\(column) \(CSVRecords.quoted(digits)) is no whole number", allowed: allowed)
        }
        // A number too large for Int is out of range all the same.
        guard let value = Int(digits), range.contains(value) else {
            throw failure("\(column) \(CSVRecords.quoted(digits)) is out of range", allowed: allowed)
        }
        return value
    }

    /// A decimal number above 0, with or without an exponent.
    func positiveNumber(_ column: String) throws(ScenarioError) -> Double {
        let allowed = "a number above 0, such as 453000, 1.1 or 4.53e5, is expected"
        let text = self[column]
        // Double also reads hexadecimal digits, infinities and NaN.
        guard text.utf8.allSatisfy({ "0123456789.+-eE".utf8.contains($0) }), let value = Double(text) else {
            throw failure("\(column) \(CSVRecords.quoted(text)) is no number", allowed: allowed)
        }
        guard value > 0, value.isFinite else {
            throw failure("\(column) \(CSVRecords.quoted(text)) is out of range", allowed: allowed)
        }
        return value
    }
}
