import Dispatch
import Experiment
import Foundation

/// Turns the first SIGINT or SIGTERM into a cancellation and ends the process at the second.
final class Interrupts: @unchecked Sendable {
    private let cancellation: Cancellation
    private let lock = NSLock()
    /// Guarded by `lock`.
    private var first: ExitStatus?
    private var sources: [any DispatchSourceSignal] = []

    init(cancellation: Cancellation) { self.cancellation = cancellation }

    /// What the process must exit with because of a signal; nil where none came.
    var status: ExitStatus? { lock.withLock { first } }

    /// Watches from now on, on a thread of its own: the runs hold the others.
    func start() {
        let queue = DispatchQueue(label: "interrupts", qos: .userInteractive)
        for (number, status) in [(SIGINT, ExitStatus.interrupted), (SIGTERM, .terminated)] {
            #if !os(Linux)
            // There a signal source only sees what the default action would not end first.
            signal(number, SIG_IGN)
            #endif
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { [self] in receive(status) }
            source.resume()
            sources.append(source)
        }
    }

    private func receive(_ status: ExitStatus) {
        let isFirst = lock.withLock {
            defer { first = first ?? status }
            return first == nil
        }
        guard isFirst else { _exit(status.rawValue) }
        cancellation.cancel()
    }
}
