import Foundation

/// The files of the checkout that these tests were compiled in.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Paths relative to the root, sorted, of the files below the folders (or of the files themselves) whose name passes.
    /// Hidden files and build folders are left out.
    static func files(in places: [String], where isWanted: (String) -> Bool) -> [String] {
        places.flatMap { place -> [String] in
            let url = root.appendingPathComponent(place)
            guard let walk = FileManager.default.enumerator(at: url, includingPropertiesForKeys: nil, options: .skipsHiddenFiles)
            else { return [] }
            return walk.compactMap { ($0 as? URL).map { relativePath(of: $0) } }
        }.filter { path in isWanted(path) && !isFolder(path) }.sorted()
    }

    static func text(of path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path)
    }

    static func size(of path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: root.appendingPathComponent(path).path)
        return (attributes[.size] as? Int) ?? 0
    }

    static let swiftFiles = files(in: ["Sources", "Tests", "Benchmarks/Sources", "Benchmarks/Benchmarks"]) { $0.hasSuffix(".swift") }
    static let cFiles = files(in: ["Sources"]) { $0.hasSuffix(".h") || $0.hasSuffix(".c") }
    static let manifests = ["Package.swift", "Benchmarks/Package.swift"]
    static let scripts = files(in: ["scripts"]) { _ in true }
    static let documents = files(in: ["docs", "Sources", "Tests", "Benchmarks"]) { $0.hasSuffix(".md") }
        + ["README.md", "CONTRIBUTING.md"]
    static let samples = files(in: ["Sources/Workload/Samples"]) { _ in true }

    private static func relativePath(of url: URL) -> String {
        let components = url.standardizedFileURL.pathComponents
        return components.dropFirst(root.standardizedFileURL.pathComponents.count).joined(separator: "/")
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
