import Foundation

/// One line on standard error that is written over as the runs go on; nothing where that is no terminal.
struct Progress {
    private let isShown: Bool
    private let total: Int

    init(total: Int, isShown: Bool = isatty(STDERR_FILENO) == 1) {
        self.total = total
        self.isShown = isShown
    }

    /// - Parameters:
    ///   - point: from 1
    ///   - repeats: finished ones, and how many there will be
    func show(point: Int, _ label: String, repeats: (finished: Int, all: Int)) {
        write("[\(point)/\(total)] repeat \(min(repeats.finished + 1, repeats.all))/\(repeats.all): \(label)")
    }

    /// - Parameter run: from 1
    func show(run: Int, _ label: String) { write("[\(run)/\(total)] \(label)") }

    func show(_ text: String) { write(text) }

    func clear() { write("") }

    private func write(_ text: String) {
        guard isShown else { return }
        // Carriage return, the text, erase to the end of the line.
        try? FileHandle.standardError.write(contentsOf: Data("\r\(text.prefix(79))\u{1B}[K".utf8))
    }
}
