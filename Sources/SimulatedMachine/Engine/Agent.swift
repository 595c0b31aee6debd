/// What the machine keeps of one agent, a processor or a queue's side of the device: what most turns need. Two lines of the host's
/// caches, for a thousand agents do not stay in them as it is.
struct Agent {
    /// The agent's own clock, in picoseconds: at the machine's time, or a little ahead of it while nothing earlier can concern it.
    var time: UInt64 = 0
    /// When all stores so far have left the buffer, and all register writes have arrived.
    var storesDone: UInt64 = 0
    var registerWritesDone: UInt64 = 0
    /// State of its generator of random numbers.
    var random: UInt64 = 1
    var lost = LostLines()
    var place = Place()
    var die: Int { Int(place.die) }
    /// Release stores that wait for what they follow before they ask for their line.
    var deferredStores: UInt16 = 0
    var state = State.runs
    /// The next agent that watches the same line, or waits for the same engine.
    var nextWatcher: Int32 = -1

    enum State: UInt8 {
        case runs
        /// Waits for its own event.
        case sleeps
        /// Waits for a line to try a compare-and-swap again; the engine does that.
        case retries
        /// Such a try has succeeded.
        case hasExchanged
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

    /// A number from 0 to below `bound`, 0 for 0. Xorshift (Marsaglia, "Xorshift RNGs", 2003) with a multiplication.
    mutating func draw(below bound: UInt64) -> UInt64 {
        random ^= random >> 12
        random ^= random << 25
        random ^= random >> 27
        return (random &* 0x2545_f491_4f6c_dd1d).multipliedFullWidth(by: bound).high
    }
}
