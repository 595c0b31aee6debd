import Foundation

extension OutputFile {
    /// Takes the pieces of a content.
    typealias Sink = ([UInt8]) throws(CommandFailure) -> Void

    /// Replaces the file's content by what `body` hands on, piece by piece; a content that was not finished never takes the old one's place.
    func writePieces(_ body: (Sink) throws(CommandFailure) -> Void) throws(CommandFailure) {
        let path = pathForPieces
        let isPlain = path != target || isRegular(path)
        let descriptor = open(path, O_WRONLY | O_CLOEXEC | (isPlain ? O_CREAT | O_TRUNC : 0), existingMode ?? 0o666)
        guard descriptor >= 0 else { throw failure(String(cString: strerror(errno))) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do throws(CommandFailure) {
            try body { piece throws(CommandFailure) in
                do {
                    try handle.write(contentsOf: Data(piece))
                } catch {
                    throw failure(StandardStreams.reason(of: error))
                }
            }
            if path != target, rename(path, target) != 0 { throw failure(String(cString: strerror(errno))) }
        } catch {
            if path != target { unlink(path) }
            throw error
        }
    }

    private func failure(_ reason: String) -> CommandFailure {
        CommandFailure(.cannotWrite, "\(path): cannot be written: \(reason)")
    }

    private func isRegular(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// The permissions of the file that is there.
    private var existingMode: mode_t? {
        var status = stat()
        return stat(target, &status) == 0 ? status.st_mode & 0o777 : nil
    }
}
