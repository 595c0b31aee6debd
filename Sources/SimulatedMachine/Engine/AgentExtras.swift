/// The rest of what the machine keeps of one agent.
struct AgentExtras {
    /// When a wait that may time out ends, and when a wait for an event is over at the latest; when the next timer comes for the
    /// one, and whether one is under way for the other.
    var deadline: UInt64 = .max
    var timerTime: UInt64 = .max
    var eventDeadline: UInt64 = .max
    var eventTimerPending = false
    /// The event register of WFE; of a device's agent: it has been called since it last looked.
    var eventPending = false
    var watchedLine: Int32 = -1
    /// The line of its deferred stores.
    var deferredLine: Int32 = -1
    /// What a read-modify-write that was executed elsewhere returned.
    var farResult: UInt64 = 0

    /// Of a thread: its core, and the next that waits for it; of a device that is one the line of the register that it polls; -1: none.
    var core: Int32 = 0
    var nextInCore: Int32 = -1
    var polledLine: Int32 = -1
    /// Of a thread: when the stores began that it has made one after the other, with nothing in between, and when the last was in the buffer.
    var storesFrom: UInt64 = 0
    var storesUntil: UInt64 = 0
    /// Of a thread: for how long it waited at the latest, and how many instructions more were in its window then.
    var waited: UInt64 = 0
    var windowLeft: Int32 = 0
    /// Of a thread: its next load is a further look at what it waits for.
    var looksAgain = false
    /// Of a thread: it has been given its core again, and has not allocated since.
    var hasResumed = false
    /// Of a thread: when it asked for the line of its latest load or read-modify-write, and when that was done.
    var missFrom: UInt64 = 0
    var missUntil: UInt64 = 0
}
