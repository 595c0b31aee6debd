import Experiment

/// The results of a session in the form that was asked for.
enum Report {
    /// How a table shows the results.
    enum Shape {
        /// Rows beside one another.
        case comparison
        /// One result, line by line.
        case single
    }

    static func render(
        _ points: [Point], document: ResultDocument, asked: Int, format: OutputFormat, shape: Shape
    ) -> String {
        switch format {
        case .json: return JSON.render(document)
        case .csv: return ResultCSV.render(document)
        case .table:
            let table =
                switch shape {
                case .comparison: CompareTable.render(points)
                case .single: document.results.flatMap { [RunTable.render($0)] + ($0.time.map { [TimeTable.render($0)] } ?? []) }.joined(separator: "\n\n")
                }
            return (table.isEmpty ? "" : table + "\n\n") + Notes.render(document, asked: asked, shape: shape)
        }
    }
}
