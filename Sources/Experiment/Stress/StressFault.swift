/// A fault of a stress run itself, so that what looks after it can be seen to work.
package enum StressFault: String, CaseIterable, Sendable {
    /// Producer 0 comes to rest for ever where it writes slots: for the watchdog.
    case hang
    /// A megabyte of each scenario is never given back: for the watch over memory.
    case memoryLeak = "memory-leak"
    /// A thread of each scenario never ends: for the watch over threads.
    case threadLeak = "thread-leak"
    /// A word behind the run's memory is read: for the address sanitizer.
    case overRead = "over-read"

    /// What it does, in a line.
    package var summary: String {
        switch self {
        case .hang: "producer 0 comes to rest where it writes slots (for the watchdog)"
        case .memoryLeak: "a megabyte of each scenario is kept for ever (for the watch over memory)"
        case .threadLeak: "a thread of each scenario never ends (for the watch over threads)"
        case .overRead: "a byte behind the run's memory is read (for the address sanitizer)"
        }
    }
}
