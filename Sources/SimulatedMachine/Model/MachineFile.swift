import Foundation

/// A machine with the provenance of each of its constants: what a machine file says. docs/machine-files.md has the format.
package struct MachineFile: Equatable, Sendable {
    package static let schema = "cmdqsim.machine/1"

    package let model: MachineModel
    /// One line on what machine it is.
    package let description: String
    /// By `MachineField.path`; every field has one.
    package let provenance: [String: Provenance]

    /// - Throws: what a file could not say: a value out of its range, a field without provenance
    package init(model: MachineModel, description: String, provenance: [String: Provenance]) throws(MachineFileError) {
        func fail(_ path: String, _ problem: String) -> MachineFileError {
            MachineFileError(.data, "machine \(quoted(model.name)): \(path): \(problem)")
        }
        if let problem = Self.nameProblem(model.name) { throw fail("name", problem) }
        if description.allSatisfy(\.isWhitespace) { throw fail("description", "is empty; a text is needed") }
        for field in MachineField.all {
            if let problem = field.rangeProblem(in: model) {
                throw fail(field.path, "\(quoted(field.text(in: model))) \(problem); \(field.allowed)")
            }
            guard let provenance = provenance[field.path] else { throw fail(field.path, "has no provenance") }
            if provenance.kind == .sourced, provenance.source.allSatisfy(\.isWhitespace) {
                throw fail(field.path, "has no source, and is neither fitted nor estimated")
            }
        }
        if let path = provenance.keys.sorted().first(where: { MachineField.named($0) == nil }) {
            throw fail(path, "is no field of a machine")
        }
        if let problem = model.topologyProblem { throw fail(problem.path, problem.text) }
        self.model = model
        self.description = description
        self.provenance = provenance
    }

    /// What is wrong with a machine's name.
    static func nameProblem(_ name: String) -> String? {
        let isGood = !name.isEmpty && name.count <= 64
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
        return isGood ? nil : "\(quoted(name)) is no name; allowed are 1 to 64 letters, digits, '-', '_' and '.'"
    }

    /// The fields that are fitted or estimated.
    package func fields(_ kind: Provenance.Kind) -> [MachineField] {
        MachineField.all.filter { provenance[$0.path]?.kind == kind }
    }
}

/// Where machines come from.
extension MachineFile {
    /// A file that is larger is none.
    static let mostBytes = 1 << 20

    /// The preset of this name, else the file at this path.
    package static func named(_ name: String) throws(MachineFileError) -> MachineFile {
        if let preset = try preset(named: name) { return preset }
        guard name.contains("/") || FileManager.default.fileExists(atPath: name) else {
            throw MachineFileError(.unreadable, "machine \(quoted(name)) is unknown; allowed are \(MachinePreset.allowed)")
        }
        return try load(path: name)
    }

    /// Nil where there is no preset of this name.
    package static func preset(named name: String) throws(MachineFileError) -> MachineFile? {
        guard let preset = MachinePreset(rawValue: name) else { return nil }
        return try MachineFile(yaml: preset.yaml, file: "\(name).yaml")
    }

    package static func load(path: String) throws(MachineFileError) -> MachineFile {
        let content: Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            content = try handle.read(upToCount: mostBytes + 1) ?? Data()
        } catch {
            throw MachineFileError(.unreadable, "\(path): cannot be read: \(reason(of: error)); a readable machine file is allowed")
        }
        guard content.count <= mostBytes else {
            throw MachineFileError(.data, "\(path): is no machine file: it has more than \(mostBytes) bytes")
        }
        guard let text = String(validating: content, as: UTF8.self) else {
            throw MachineFileError(.data, "\(path): is not UTF-8 text, as it must be")
        }
        return try MachineFile(yaml: text, file: path)
    }
}

/// The system's words for an error of a file operation.
private func reason(of error: any Error) -> String {
    var error = error as NSError
    while let underlying = error.userInfo[NSUnderlyingErrorKey] as? NSError { error = underlying }
    return error.domain == NSPOSIXErrorDomain ? String(cString: strerror(Int32(error.code))) : error.localizedDescription
}

extension MachineModel {
    /// What is wrong with where cores, memory and device are, each number by itself being allowed.
    var topologyProblem: (path: String, text: String)? {
        let parts = [topology.sockets, topology.diesPerSocket, topology.clustersPerDie, topology.coresPerCluster]
        let cores = parts.reduce(1) { min($0 * $1, MachineField.mostCores + 1) }
        if cores > MachineField.mostCores {
            return (
                "topology.cores-per-cluster",
                "\(parts.map(String.init).joined(separator: " x ")) cores are too many; allowed are up to \(MachineField.mostCores) cores in all"
            )
        }
        let last = topology.dies - 1
        for (path, die) in [("memory.home-die", memory.homeDie), ("device.die", device.die)] where die > last {
            return (path, "'\(die)' is a die that the topology does not have; allowed are 0 to \(last)")
        }
        return nil
    }
}
