import ArgumentParser

struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List what the other commands know by name.",
        discussion: """
            Examples:
              cmdqsim list
              cmdqsim list workloads
              cmdqsim list opcodes backoffs --format json

            Kinds: \(Catalogue.kinds.joined(separator: ", ")).
            """)

    @Argument(
        help: ArgumentHelp("Kinds to list (default: all).", valueName: "kind"),
        transform: { try Self.kind($0) })
    var kinds: [String] = []

    @OptionGroup var form: FormatFlags

    func run() throws {
        let items = Catalogue.items.filter { kinds.isEmpty || kinds.contains($0.kind) }
        try StandardStreams.printResults(CatalogueReport.render(items, format: form.format ?? .table))
    }

    private static func kind(_ text: String) throws(FormError) -> String {
        guard Catalogue.kinds.contains(text) else {
            throw FormError("'\(text)' is unknown; allowed are \(Catalogue.kinds.joined(separator: ", "))")
        }
        return text
    }
}
