import Foundation

/// The bytes of a trace file, decompressed where they are xz or gzip data, whatever the file is called.
struct TraceFile {
    var path: String
    var text: [UInt8]

    init(path: String) throws(TraceError) {
        self.path = path
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw TraceError(
                .unreadable, file: path, problem: "cannot be read (\(Self.reason(error, path)))", expected: "a readable trace file"
            )
        }
        text = if let decompressor = Decompressor(recognizing: data.prefix(8)) {
            try decompressor.decompress(path: path)
        } else {
            [UInt8](data)
        }
        guard !text.isEmpty else {
            throw TraceError(file: path, problem: "there is nothing in it", expected: "a recorded command stream")
        }
    }

    /// In the operating system's words, which Foundation's do not always have, and in one line.
    private static func reason(_ error: any Error, _ path: String) -> String {
        var isDirectory: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue {
            return "Is a directory"
        }
        return switch (error as? CocoaError)?.code {
        case .fileReadNoSuchFile, .fileNoSuchFile: "No such file or directory"
        case .fileReadNoPermission: "Permission denied"
        default: error.localizedDescription.split(whereSeparator: \.isNewline).joined(separator: " ")
        }
    }
}
