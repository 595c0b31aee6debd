import TextTable

/// A column of a table. Text stands left, numbers stand right.
struct TextColumn<Row> {
    var title: String
    var isText = false
    var cell: (Row) -> String
}

enum TextColumns {
    /// The table, a blank line wherever `group` changes; empty where there are no rows.
    static func render<Row>(
        _ rows: [Row], _ columns: [TextColumn<Row>], group: (Row) -> some Equatable
    ) -> String {
        let cells = rows.map { row in columns.map { $0.cell(row) } }
        let table = TextTable<[String]> { cells in
            zip(columns, cells).map { column, cell in
                Column(title: column.title, value: cell, align: column.isText ? .left : .right)
            }
        }
        guard let text = table.string(for: cells, style: Style.simple) else { return "" }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            String(line.trimmingSuffix { $0 == " " })
        }
        let header = 2
        for index in rows.indices.dropFirst().reversed() where group(rows[index]) != group(rows[index - 1]) {
            lines.insert("", at: header + index)
        }
        return lines.joined(separator: "\n").trimmingSuffix { $0 == "\n" }.description
    }

    static func render<Row>(_ rows: [Row], _ columns: [TextColumn<Row>]) -> String {
        render(rows, columns) { _ in 0 }
    }
}

extension StringProtocol {
    /// Without the characters at the end that satisfy `isTrimmed`.
    func trimmingSuffix(while isTrimmed: (Character) -> Bool) -> SubSequence {
        var end = endIndex
        while end > startIndex, isTrimmed(self[index(before: end)]) { end = index(before: end) }
        return self[..<end]
    }
}
