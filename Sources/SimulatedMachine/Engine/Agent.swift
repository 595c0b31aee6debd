import Machine

/// What the machine keeps of one agent: a processor, or a queue's side of the device. What each turn needs comes first.
struct Agent {
    /// The agent's own clock, in picoseconds: at the machine's time, or a little ahead of it while nothing earlier can concern it.
    var time: UInt64 = 0
    var place = Place()
    var die: Int32 { place.die }
    /// State of its generator of random numbers.
    var random: UInt64 = 1

    /// The next agent that watches the same line, or waits for the same engine.
    var nextWatcher: Int32 = -1
    var watchedLine: Int32 = -1
    var state = State.runs

    /// When all stores so far have left the buffer, and all register writes have arrived.
    var storesDone: UInt64 = 0
    var registerWritesDone: UInt64 = 0
    /// Release stores that wait for what they follow before they ask for their line, and that line.
    var deferredStores: Int32 = 0
    var deferredLine: Int32 = -1

    /// Lines that were taken from it, the latest four: it still has each from `from` to before `until`.
    var lost = InlineArray<4, LostLine>(repeating: LostLine())
    var lostIndex = 0

    /// Of a thread: its core, and the next that waits for it; of a device that is one the line of the register that it polls; -1: none.
    var core: Int32 = 0
    var nextInCore: Int32 = -1
    var polledLine: Int32 = -1
    /// What it reads first was asked for along with that register.
    var readsAhead = false

    /// The event register of WFE; of a device's agent: it has been called since it last looked.
    var eventPending = false
    /// When a wait that may time out ends, and when a wait for an event is over at the latest; when the next timer comes for the
    /// one, and whether one is under way for the other.
    var deadline: UInt64 = .max
    var eventDeadline: UInt64 = .max
    var timerTime: UInt64 = .max
    var eventTimerPending = false
    /// What a read-modify-write that was executed elsewhere returned.
    var farResult: UInt64 = 0

    enum State: UInt8 {
        case runs
        /// Waits for its own event.
        case sleeps
        /// Waits for its copy of a line to be invalidated.
        case watchesLine
        /// Waits for the device's event.
        case waitsForEvent
        /// The device: waits for a register write.
        case waitsForRegister
        /// The device: waits for its turn at the execution engine.
        case waitsForEngine
        /// Another thread has its core.
        case waitsForCore
        /// Waits for its deferred stores.
        case waitsForStores
        case ended
    }

    struct LostLine {
        var line: Int32 = -1
        var from: UInt64 = 0
        var until: UInt64 = 0
    }

    /// A number from 0 to below `bound`, 0 for 0. Xorshift (Marsaglia, "Xorshift RNGs", 2003) with a multiplication.
    mutating func draw(below bound: UInt64) -> UInt64 {
        random ^= random >> 12
        random ^= random << 25
        random ^= random >> 27
        return (random &* 0x2545_f491_4f6c_dd1d).multipliedFullWidth(by: bound).high
    }
}
