/// The names in the form that was asked for.
enum CatalogueReport {
    static func render(_ items: [Catalogue.Item], format: OutputFormat) -> String {
        switch format {
        case .table:
            return TextColumns.render(
                items,
                [
                    TextColumn(title: "kind", isText: true, cell: \.kind),
                    TextColumn(title: "name", isText: true, cell: \.name),
                    TextColumn(title: "meaning", isText: true, cell: \.meaning),
                ], group: \.kind) + "\n"
        case .json: return JSON.render(items)
        case .csv:
            var csv = CSV(header: ["kind", "name", "meaning"])
            for item in items { csv.append([item.kind, item.name, item.meaning]) }
            return csv.text
        }
    }
}
