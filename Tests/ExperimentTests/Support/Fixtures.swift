import Foundation
import Testing

/// Files that the tests carry, xz-compressed.
enum Fixtures {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures")

    /// The decompressed text of `Fixtures/NAME.xz`.
    static func text(_ name: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["xz", "-dc", folder.appending(path: "\(name).xz").path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "xz could not decompress \(name)")
        return String(decoding: data, as: UTF8.self)
    }

    /// The golden runs of the queue algorithm, by name.
    static var goldenRuns: [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".script.xz") }.map { String($0.dropLast(".script.xz".count)) }.sorted()
    }
}
