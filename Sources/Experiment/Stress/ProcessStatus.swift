import Foundation

/// What the operating system says of this process. Nil of systems without /proc.
enum ProcessStatus {
    struct Size: Equatable, Sendable {
        var residentBytes: Int
        var threads: Int
    }

    static var size: Size? {
        guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return nil }
        func number(_ key: String) -> Int? {
            guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(key + ":") }) else { return nil }
            return line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) }
        }
        guard let resident = number("VmRSS"), let threads = number("Threads") else { return nil }
        return Size(residentBytes: resident * 1024, threads: threads)
    }

    /// Seconds for which the thread of that number has had a processor, to a hundredth.
    static func processorSeconds(ofThread number: Int) -> Double? {
        guard let text = try? String(contentsOfFile: "/proc/self/task/\(number)/stat", encoding: .utf8), let end = text.lastIndex(of: ")") else { return nil }
        // Behind the name, which may hold anything: utime and stime are fields 14 and 15 of the line, in ticks.
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return nil }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}
