import Foundation

/// A file that results go to. Whether it can be written is found out when the value is made, before
/// anything runs; what is there stays until `write` has the whole new content.
struct OutputFile {
    /// As the user gave it.
    let path: String
    let target: String
    private let mode: Mode

    private enum Mode {
        /// A new file is written beside the target and renamed over it.
        case replace
        /// The target is a device, a pipe, or a file in a folder that takes no new file.
        case inPlace
    }

    /// - Throws: exit 64, naming the path and the flag.
    init(path: String, flag: String) throws(CommandFailure) {
        func refuse(_ reason: String) -> CommandFailure {
            CommandFailure(.usage, "\(flag) \(path): cannot be written: \(reason); a path in a writable folder is allowed")
        }
        guard !path.isEmpty else { throw CommandFailure(.usage, "\(flag): the path is empty; a path in a writable folder is allowed") }
        // A link's target is replaced, not the link.
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        self.path = path
        self.target = target

        var status = stat()
        if stat(target, &status) == 0 {
            let kind = status.st_mode & S_IFMT
            guard kind != S_IFDIR else { throw refuse("it is a folder") }
            guard access(target, W_OK) == 0 else { throw refuse(String(cString: strerror(errno))) }
            guard kind == S_IFREG else {
                mode = .inPlace
                return
            }
            mode = Self.probe(beside: target) == nil ? .replace : .inPlace
        } else {
            guard !path.hasSuffix("/") else { throw refuse("it names a folder") }
            if let reason = Self.probe(beside: target) { throw refuse(reason) }
            mode = .replace
        }
    }

    /// Makes a file beside `target` and removes it: the reason where that failed.
    private static func probe(beside target: String) -> String? {
        let neighbour = neighbour(of: target)
        let descriptor = open(neighbour, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return String(cString: strerror(errno)) }
        close(descriptor)
        unlink(neighbour)
        return nil
    }

    private static func neighbour(of target: String) -> String {
        let url = URL(fileURLWithPath: target)
        return url.deletingLastPathComponent()
            .appendingPathComponent(".\(url.lastPathComponent.prefix(200)).\(getpid())").path
    }

    /// Where pieces are written to: beside the target, or the target itself.
    var pathForPieces: String { mode == .replace ? Self.neighbour(of: target) : target }

    func isSameFile(as other: OutputFile) -> Bool { target == other.target && mode == .replace }

    /// Replaces the file's content.
    func write(_ text: String) throws(CommandFailure) {
        do {
            let content = Data(text.utf8)
            switch mode {
            case .inPlace:
                let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: target))
                defer { try? handle.close() }
                var status = stat()
                if stat(target, &status) == 0, status.st_mode & S_IFMT == S_IFREG {
                    try handle.truncate(atOffset: 0)
                }
                try handle.write(contentsOf: content)
            case .replace:
                try content.write(to: URL(fileURLWithPath: target), options: .atomic)
            }
        } catch {
            throw CommandFailure(.cannotWrite, "\(path): cannot be written: \(StandardStreams.reason(of: error))")
        }
    }
}
