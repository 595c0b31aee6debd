import Dispatch
import Experiment
import Foundation

/// Turns the first SIGINT or SIGTERM into a cancellation and ends the process at a later one.
final class Interrupts: @unchecked Sendable {
    private let cancellation: Cancellation
    private let lock = NSLock()
    /// Guarded by `lock`.
    private var first: (status: ExitStatus, time: ContinuousClock.Instant)?
    /// One interruption may arrive as several signals: `timeout` sends one to the process and one to its group.
    private static let sameInterruption = Duration.milliseconds(500)
    private var sources: [any DispatchSourceSignal] = []

    init(cancellation: Cancellation) { self.cancellation = cancellation }

    /// What the process must exit with because of a signal; nil where none came.
    var status: ExitStatus? { lock.withLock { first?.status } }

    /// Watches from its return on, on a thread of its own: the runs hold the others.
    func start() {
        let isWatched = DispatchGroup()
        let queue = DispatchQueue(label: "interrupts", qos: .userInteractive)
        for (number, status) in [(SIGINT, ExitStatus.interrupted), (SIGTERM, .terminated)] {
            #if !os(Linux)
            // There a signal source only sees what the default action would not end first.
            signal(number, SIG_IGN)
            #endif
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { [self] in receive(status) }
            // `resume` only asks for it: until then a signal ends the process as if nobody watched.
            isWatched.enter()
            source.setRegistrationHandler { isWatched.leave() }
            source.resume()
            sources.append(source)
        }
        isWatched.wait()
    }

    private func receive(_ status: ExitStatus) {
        let now = ContinuousClock.now
        let isAgain = lock.withLock {
            guard let first else {
                first = (status, now)
                return false
            }
            return now - first.time > Self.sameInterruption
        }
        if isAgain { _exit(status.rawValue) }
        cancellation.cancel()
    }
}
