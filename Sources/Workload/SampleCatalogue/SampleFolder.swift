import Foundation

/// Where the samples may be; the first folder that has the file counts.
///
/// The generated accessor of a package's resources ends the process where they are missing, so the
/// places are searched here.
struct SampleFolder {
    var candidates: [URL]

    /// Beside the executable or up to three folders above it (tests run from a bundle), then the sources
    /// that the program was built from.
    static var standard: SampleFolder {
        var places: [URL] = []
        var starts = [Bundle.main.bundleURL]
        if let executable = Bundle.main.executableURL { starts.append(parent(of: executable.resolvingSymlinksInPath())) }
        if let program = CommandLine.arguments.first, program.contains("/") {
            starts.append(parent(of: URL(fileURLWithPath: program).resolvingSymlinksInPath()))
        }
        for start in starts {
            var folder = start.standardizedFileURL
            for _ in 0...3 {
                places.append(folder.appendingPathComponent("cmdqsim_Workload.resources/Samples"))
                folder = parent(of: folder)
            }
        }
        places.append(parent(of: parent(of: URL(fileURLWithPath: #filePath))).appendingPathComponent("Samples"))
        var seen: Set<String> = []
        return SampleFolder(candidates: places.filter { seen.insert($0.path).inserted })
    }

    func path(of file: String) throws(TraceError) -> String {
        for folder in candidates {
            let path = folder.appendingPathComponent(file).path
            if FileManager.default.fileExists(atPath: path) { return path }
        }
        throw TraceError(
            .unreadable, file: file, problem: "the sample stream is not installed",
            expected: "it in one of \(candidates.map(\.path).joined(separator: ", "))"
        )
    }

    private static func parent(of url: URL) -> URL { url.deletingLastPathComponent() }
}
