import Experiment

/// How cmdqsim ends.
enum ExitStatus: Int32 {
    case good = 0
    /// The run found a failure: a violated check.
    case failureFound = 1
    /// EX_USAGE.
    case usage = 64
    /// EX_DATAERR.
    case badData = 65
    /// EX_IOERR: results could not be written after all.
    case cannotWrite = 74
    /// 128 + SIGINT.
    case interrupted = 130
    /// 128 + SIGTERM.
    case terminated = 143
}

/// Why a command ends without its work done. The message is one line: what, where, what is allowed.
struct CommandFailure: Error, Equatable {
    var status: ExitStatus
    var message: String

    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }

    init(_ error: ScenarioError) {
        switch error.kind {
        case .usage: self.init(.usage, error.message)
        case .data: self.init(.badData, error.message)
        }
    }

    /// What is printed. A data error begins with the file's name, as compilers write it.
    var line: String {
        let text = oneLine(message)
        return status == .badData ? text : "cmdqsim: \(text)"
    }
}

/// A text on one line: line breaks and the spaces after them become one space, other control characters,
/// which a terminal would obey, their escapes.
func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline)
        .map { $0.trimmingPrefix { $0 == " " } }
        .filter { !$0.isEmpty }
        .joined(separator: " ")
        .unicodeScalars.map { $0.properties.generalCategory == .control ? $0.escaped(asASCII: true) : String($0) }
        .joined()
}
