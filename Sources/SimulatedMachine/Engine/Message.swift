import Machine

/// Something on its way through the machine that no agent waits for.
struct Message {
    enum Kind: UInt8 {
        /// A store leaves its processor's buffer: `word` gets `value`, 32 or 64 bits.
        case store32, store64
        /// A release store has waited for what it follows, and asks for its line.
        case deferredStore32, deferredStore64
        /// A register write arrives at the device.
        case registerWrite
        /// A read-modify-write is executed at its line's home for `agent`.
        case farUpdate
        /// The copies of a line that its waiters watch are invalidated.
        case invalidation
        /// The device's event reaches the processors (SEV).
        case event
        /// A wait that may time out is looked at.
        case timer
        /// The event stream of the architected timer wakes a processor.
        case eventTimer
        /// `word`, the phase that all processors look at, gets `value`; with it the measured part begins.
        case phase, measuredPhase
    }

    var kind: Kind
    var update: Update.Kind = .add
    var agent: Int32 = 0
    /// Byte offset of the word; of an invalidation the line's number.
    var place: Int
    var value: UInt64 = 0
    var expected: UInt64 = 0
}

/// Messages under way: places that are used again.
struct MessagePool {
    private var messages: FixedBuffer<Message>
    /// The next free place, by place.
    private var nextFree: FixedBuffer<Int32>
    private var firstFree: Int32 = -1
    private var used = 0

    init() {
        messages = FixedBuffer(count: 1024, repeating: Message(kind: .event, place: 0))
        nextFree = FixedBuffer(count: 1024, repeating: -1)
    }

    func deallocate() {
        messages.deallocate()
        nextFree.deallocate()
    }

    mutating func add(_ message: Message) -> Int {
        if firstFree >= 0 {
            let place = Int(firstFree)
            firstFree = nextFree[place]
            messages[place] = message
            return place
        }
        if used == messages.count { grow() }
        messages[used] = message
        used &+= 1
        return used &- 1
    }

    @inline(__always)
    func kind(_ place: Int) -> Message.Kind { messages[place].kind }

    @inline(__always)
    mutating func take(_ place: Int) -> Message {
        nextFree[place] = firstFree
        firstFree = Int32(truncatingIfNeeded: place)
        return messages[place]
    }

    private mutating func grow() {
        let larger = FixedBuffer(count: messages.count * 2, repeating: Message(kind: .event, place: 0))
        let free = FixedBuffer(count: messages.count * 2, repeating: Int32(-1))
        for place in 0..<used {
            larger[place] = messages[place]
            free[place] = nextFree[place]
        }
        deallocate()
        messages = larger
        nextFree = free
    }
}
