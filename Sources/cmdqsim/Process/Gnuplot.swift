import Dispatch
import Foundation

/// The plotting program, fed through a pipe.
struct Gnuplot {
    enum Form: String, CaseIterable {
        case svg, png

        var terminal: String {
            switch self {
            case .svg: "set terminal svg size 960,640 font 'sans,14' background rgb 'white' noenhanced"
            case .png: "set terminal pngcairo size 960,640 font 'sans,11' background rgb 'white' noenhanced"
            }
        }
    }

    static let tool = "gnuplot"
    private let executable: URL
    private let form: Form
    private let file: OutputFile

    /// Finds what would keep the plot from being drawn, before anything runs.
    init(path: String, flag: String) throws(CommandFailure) {
        guard let form = Form.allCases.first(where: { path.lowercased().hasSuffix(".\($0.rawValue)") }) else {
            throw CommandFailure(.usage, "\(flag) \(path): the name says the form; \(Form.allCases.map { ".\($0.rawValue)" }.joined(separator: " and ")) are allowed")
        }
        self.form = form
        guard let executable = Self.find() else {
            throw CommandFailure(.usage, "\(flag) needs \(Self.tool), which is not on the search path; scripts/install-dependencies installs it (Debian's gnuplot-nox)")
        }
        self.executable = executable
        file = try OutputFile(path: path, flag: flag)
    }

    func isSameFile(as other: OutputFile) -> Bool { file.isSameFile(as: other) }

    /// Draws what the script says and replaces the file with it.
    func draw(_ script: String) throws(CommandFailure) {
        let picture = try render(form.terminal + "\n" + script)
        // A program that was ended on the way leaves a part.
        let isWhole = form == .svg ? picture.suffix(64).contains("</svg>") : picture.suffix(12).contains("IEND")
        guard isWhole else { throw failure("the picture is not whole") }
        try file.writePieces { sink throws(CommandFailure) in try sink([UInt8](picture)) }
    }

    private func render(_ script: String) throws(CommandFailure) -> Data {
        let errors = FileManager.default.temporaryDirectory.appendingPathComponent("cmdqsim-\(UUID().uuidString).stderr")
        defer { try? FileManager.default.removeItem(at: errors) }
        // A gnuplot that ends early must not end this process.
        let previous = signal(SIGPIPE, SIG_IGN)
        let isWritten = DispatchGroup()
        defer {
            // The thread that writes may meet the closed pipe later than this one sees the end.
            isWritten.wait()
            signal(SIGPIPE, previous)
        }
        do {
            try Data().write(to: errors, options: .withoutOverwriting)
            let process = Process()
            process.executableURL = executable
            let (input, output) = (Pipe(), Pipe())
            process.standardInput = input
            process.standardOutput = output
            // A file rather than a third pipe that nobody might read in time.
            process.standardError = try FileHandle(forWritingTo: errors)
            try process.run()
            let writer = input.fileHandleForWriting
            // On a thread of its own: the picture may come before the whole script is read.
            isWritten.enter()
            Thread.detachNewThread {
                try? writer.write(contentsOf: Data(script.utf8))
                try? writer.close()
                isWritten.leave()
            }
            let picture = try output.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            guard process.terminationReason == .exit, process.terminationStatus == 0 else {
                let words = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
                throw failure(oneLine(words).isEmpty ? "it ended with status \(process.terminationStatus)" : oneLine(words))
            }
            return picture
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw failure(StandardStreams.reason(of: error))
        }
    }

    private func failure(_ reason: String) -> CommandFailure {
        CommandFailure(.cannotWrite, "\(file.path): \(Self.tool) could not draw it: \(reason)")
    }

    private static func find() -> URL? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").map { URL(fileURLWithPath: String($0)).appendingPathComponent(tool) }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }
}

extension Data {
    fileprivate func contains(_ word: String) -> Bool { range(of: Data(word.utf8)) != nil }
}
