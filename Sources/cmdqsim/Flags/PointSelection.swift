import Experiment

/// What `validate` is asked to predict and to show.
struct PointSelection {
    /// `-` is standard input.
    var pointsFile: String?
    /// Nil: all.
    var tables: [String]?
    /// Nil: all.
    var machine: String?

    /// The shipped values of the tables and the machine, then all points of the file.
    /// - Throws: exit 64 or 65, where a file is bad, a name is unknown or nothing is left
    func validation() throws(CommandFailure) -> Validation {
        let shipped: [PublishedPoint]
        let references: [ReferenceValue]
        var own: [PublishedPoint] = []
        do throws(ScenarioError) {
            shipped = try PublishedMeasurements.points(
                machines: Predictor.machines, isKnownMachine: Predictor.machineNames.contains)
            references = try PublishedMeasurements.references()
        } catch {
            throw CommandFailure(error)
        }
        if let pointsFile { own = try Self.read(pointsFile) }
        try checkTables(shipped: shipped.map(\.table) + references.map(\.table), own: own.map(\.table))
        if let machine, !Predictor.isKnownMachine(machine), !references.contains(where: { $0.machine == machine }) {
            throw CommandFailure(.usage, "--machine '\(machine)' is unknown; allowed are \(Predictor.machines)")
        }

        let points = shipped.filter { isChosen(table: $0.table, machine: $0.run.machine) } + own
        let shown = references.filter { isChosen(table: $0.table, machine: $0.machine) }
        guard !points.isEmpty || !shown.isEmpty else {
            let machines = (shipped.map(\.run.machine) + references.map(\.machine)).unique.joined(separator: ", ")
            throw CommandFailure(
                .usage, "no shipped value is of the chosen tables and machine; shipped are values of \(machines), and --points adds others")
        }
        return Validation(points: points, references: shown)
    }

    private func isChosen(table: String, machine: String) -> Bool {
        tables?.contains(table) != false && (self.machine == nil || self.machine == machine)
    }

    private func checkTables(shipped: [String], own: [String]) throws(CommandFailure) {
        let known = (shipped + own).unique
        guard let unknown = tables?.first(where: { !known.contains($0) }) else { return }
        throw CommandFailure(.usage, "--tables: there is no table '\(unknown)'; allowed are \(known.joined(separator: ", "))")
    }

    private static func read(_ path: String) throws(CommandFailure) -> [PublishedPoint] {
        let text = try InputFile.readText(path)
        do throws(ScenarioError) {
            return try PointsFile.read(
                text, file: path == "-" ? "standard input" : path, machines: Predictor.machines,
                isKnownMachine: Predictor.isKnownMachine)
        } catch {
            throw CommandFailure(error)
        }
    }
}
