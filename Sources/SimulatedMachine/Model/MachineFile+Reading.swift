import Yams

extension MachineFile {
    /// - Parameter file: what errors call it
    /// - Throws: the first thing that is wrong, with its line
    package init(yaml text: String, file: String) throws(MachineFileError) {
        let document = try MachineDocument(text, file: file)
        self = try MachineFileReader(document: document).read()
    }
}

/// Turns a document into a machine.
struct MachineFileReader {
    let document: MachineDocument
    private var model = MachineModel(name: "")
    private var provenance: [String: Provenance] = [:]
    /// The line of each value.
    private var lines: [String: Int] = [:]

    private static let headKeys = ["schema", "name", "description"]
    private static let rootKeys = headKeys + MachineField.Section.allCases.map(\.rawValue)
    private static let form = "allowed is {value: ..., source: \"...\"}, with fitted: true or estimated: true where it is"

    init(document: MachineDocument) { self.document = document }

    consuming func read() throws(MachineFileError) -> MachineFile {
        let root = try document.entries(of: document.root, path: "", allowed: Self.rootKeys)
        for key in Self.headKeys where root[key] == nil { throw missing(key, line: 1) }
        let schema = try text(root, "schema")
        guard schema == MachineFile.schema else {
            throw fail(root["schema"], "schema", "\(quoted(schema)) is unknown; allowed is \(MachineFile.schema)")
        }
        model.name = try text(root, "name")
        if let problem = MachineFile.nameProblem(model.name) { throw fail(root["name"], "name", problem) }
        let description = try text(root, "description")
        for section in MachineField.Section.allCases {
            guard let entry = root[section.rawValue] else { throw missing(section.rawValue, line: 1) }
            try read(section, entry)
        }
        if let problem = model.topologyProblem {
            throw document.failure(lines[problem.path] ?? 1, "\(problem.path): \(problem.text)")
        }
        return try MachineFile(model: model, description: description, provenance: provenance)
    }

    private mutating func read(_ section: MachineField.Section, _ entry: MachineDocument.Entry) throws(MachineFileError) {
        let fields = MachineField.all.filter { $0.section == section }
        let entries = try document.entries(of: entry, path: section.rawValue, allowed: fields.map(\.key))
        // In the order of the file, so that the first error is the first one there.
        for field in fields.sorted(by: { (entries[$0.key]?.line ?? .max) < (entries[$1.key]?.line ?? .max) }) {
            guard let value = entries[field.key] else {
                throw document.failure(
                    entry.line, "\(field.path): is missing from section '\(section.rawValue)'; \(field.allowed)")
            }
            try read(field, value)
        }
    }

    private mutating func read(_ field: MachineField, _ entry: MachineDocument.Entry) throws(MachineFileError) {
        guard case .mapping = entry.node else {
            let shown = entry.node.scalar.map { "\(quoted($0.string)) stands alone" } ?? "is a list"
            throw fail(entry, field.path, "\(shown); \(Self.form)")
        }
        let parts = try document.entries(of: entry, path: field.path, allowed: ["value", "source", "fitted", "estimated"])
        guard parts["value"] != nil else { throw fail(entry, field.path, "has no value; \(Self.form)") }
        let valueText = try text(parts, "value", of: field.path, allowed: field.allowed)
        if let problem = field.set(valueText, in: &model) {
            throw fail(parts["value"], field.path, "\(problem); \(field.allowed)")
        }
        lines[field.path] = parts["value"]?.line
        let isFitted = try flag(parts, "fitted", of: field.path)
        let isEstimated = try flag(parts, "estimated", of: field.path)
        guard !(isFitted && isEstimated) else {
            throw fail(entry, field.path, "is both fitted and estimated; one of them is allowed")
        }
        let source = parts["source"] == nil ? "" : try text(parts, "source", of: field.path, allowed: "a text is needed")
        guard isFitted || isEstimated || !source.isEmpty else {
            throw fail(entry, field.path, "has no source, and is neither fitted nor estimated; \(Self.form)")
        }
        provenance[field.path] = Provenance(isFitted ? .fitted : isEstimated ? .estimated : .sourced, source: source)
    }

    private func flag(_ parts: [String: MachineDocument.Entry], _ key: String, of path: String) throws(MachineFileError) -> Bool {
        guard let entry = parts[key] else { return false }
        switch entry.node.scalar?.string {
        case "true": return true
        case "false": return false
        case let other:
            throw fail(entry, path, "\(key): \(other.map { "\(quoted($0)) is unknown" } ?? "is no word"); allowed is true or false")
        }
    }

    private func text(_ entries: [String: MachineDocument.Entry], _ key: String) throws(MachineFileError) -> String {
        try text(entries, key, of: key, allowed: "a text is needed")
    }

    /// The text of a scalar that is not empty.
    private func text(
        _ entries: [String: MachineDocument.Entry], _ key: String, of path: String, allowed: String
    ) throws(MachineFileError) -> String {
        guard let entry = entries[key] else { throw missing(path, line: 1) }
        let what = key == path || key == "value" ? "" : "\(key): "
        guard let scalar = entry.node.scalar else { throw fail(entry, path, "\(what)is a mapping or a list; \(allowed)") }
        guard !scalar.string.allSatisfy(\.isWhitespace) else { throw fail(entry, path, "\(what)is empty; \(allowed)") }
        return scalar.string
    }

    private func missing(_ key: String, line: Int) -> MachineFileError {
        document.failure(line, "\(key): is missing; needed are \(Self.rootKeys.joined(separator: ", "))")
    }

    private func fail(_ entry: MachineDocument.Entry?, _ path: String, _ problem: String) -> MachineFileError {
        document.failure(entry?.line ?? 1, "\(path): \(problem)")
    }
}
