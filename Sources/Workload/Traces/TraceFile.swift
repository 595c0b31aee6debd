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
                .unreadable, file: path, problem: "cannot be read (\(Self.reason(error)))", expected: "a readable trace file"
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

    /// The operating system's own words for the error, where there are some.
    private static func reason(_ error: any Error) -> String {
        var innermost = error as NSError
        while let underlying = innermost.userInfo[NSUnderlyingErrorKey] as? NSError { innermost = underlying }
        if innermost.domain == NSPOSIXErrorDomain { return String(cString: strerror(Int32(innermost.code))) }
        return innermost.localizedDescription
    }
}
