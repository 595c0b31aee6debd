import Foundation

/// Results go to standard output; everything else goes to standard error.
enum StandardStreams {
    /// One line for the person at the terminal.
    static func note(_ line: String) {
        // Nothing can be said about a standard error that cannot be written.
        try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
    }

    static func printResults(_ text: String) throws(CommandFailure) {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
        } catch {
            throw CommandFailure(.cannotWrite, "standard output: cannot be written: \(reason(of: error))")
        }
    }

    /// The system's words for an error of a file operation.
    static func reason(of error: any Error) -> String {
        var error = error as NSError
        while let underlying = error.userInfo[NSUnderlyingErrorKey] as? NSError { error = underlying }
        if error.domain == NSPOSIXErrorDomain { return String(cString: strerror(Int32(error.code))) }
        return oneLine(error.localizedDescription)
    }
}
