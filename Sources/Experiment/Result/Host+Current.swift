import Foundation
import Machine

extension Host {
    /// This machine, as its operating system describes it.
    package static var current: Host {
        var system = utsname()
        uname(&system)
        let architecture = withUnsafeBytes(of: &system.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        return Host(
            processor: processorName ?? architecture, cores: NativeThreads.availableProcessors,
            architecture: architecture, operatingSystem: ProcessInfo.processInfo.operatingSystemVersionString,
            memoryBytes: ProcessInfo.processInfo.physicalMemory)
    }

    private static var processorName: String? {
        guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else { return nil }
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].hasPrefix("model name") {
                return parts[1].trimmingCharacters(in: .whitespaces)
            }
        }
        return nil
    }
}
