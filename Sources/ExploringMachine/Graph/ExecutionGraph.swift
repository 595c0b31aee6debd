import Machine

/// An execution: its events in the order they were added, what each read reads from, and for each location the order of its writes.
///
/// In fixed buffers, for it is rebuilt many thousand times a second. A value that is copied shares its buffers.
struct ExecutionGraph {
    static let maxEvents = 256
    static let maxAgents = 8
    static let maxLocations = 256
    static let maxWrites = 64

    let model: MemoryModel
    private(set) var count = 0
    /// So many events come before all others: since then so much time has passed that a timeout is over.
    var frozen = 0
    let events: FixedBuffer<Event>
    /// How many events each agent has, and which.
    let lengths: FixedBuffer<Int16>
    let numbers: FixedBuffer<Int16>
    /// How many writes each location has, and which, in coherence order.
    let writeCounts: FixedBuffer<Int16>
    let writes: FixedBuffer<Int16>
    let initialValues: FixedBuffer<UInt64>
    /// Locations that have been accessed by halves too.
    let isMixed: FixedBuffer<Bool>
    /// Room for searches.
    let stack: FixedBuffer<Int16>
    let happensBefore: FixedBuffer<HappensBefore>

    init(model: MemoryModel) {
        self.model = model
        events = FixedBuffer(count: Self.maxEvents, repeating: Event(agent: 0, site: 0, flags: [], index: 0, location: 0))
        lengths = FixedBuffer(count: Self.maxAgents, repeating: 0)
        numbers = FixedBuffer(count: Self.maxAgents * LocalSet.capacity, repeating: 0)
        writeCounts = FixedBuffer(count: Self.maxLocations, repeating: 0)
        writes = FixedBuffer(count: Self.maxLocations * Self.maxWrites, repeating: 0)
        initialValues = FixedBuffer(count: Self.maxLocations, repeating: 0)
        isMixed = FixedBuffer(count: Self.maxLocations, repeating: false)
        stack = FixedBuffer(count: Self.maxEvents, repeating: 0)
        happensBefore = FixedBuffer(count: 1, repeating: HappensBefore())
    }

    func deallocate() {
        events.deallocate()
        lengths.deallocate()
        numbers.deallocate()
        writeCounts.deallocate()
        writes.deallocate()
        initialValues.deallocate()
        isMixed.deallocate()
        stack.deallocate()
        happensBefore[0].deallocate()
        happensBefore.deallocate()
    }
}

// Looking
extension ExecutionGraph {
    @inline(__always)
    func number(agent: Int, index: Int) -> Int { Int(numbers[agent &* LocalSet.capacity &+ index]) }
    @inline(__always)
    func length(of agent: Int) -> Int { Int(lengths[agent]) }
    @inline(__always)
    func writeCount(_ location: Int) -> Int { Int(writeCounts[location]) }
    @inline(__always)
    func write(_ location: Int, at position: Int) -> Int { Int(writes[location &* Self.maxWrites &+ position]) }

    /// A write's place in coherence order; -1 for the initial value.
    @inline(__always)
    func position(ofWrite write: Int16) -> Int { write < 0 ? -1 : Int(events[Int(write)].position) }

    /// What the location holds behind the write at the position.
    @inline(__always)
    func value(_ location: Int, at position: Int) -> UInt64 {
        guard position >= 0 else { return initialValues[location] }
        let number = write(location, at: position)
        return events[number].part == 0 ? events[number].value : joinedValue(location, at: position)
    }

    func finalValue(_ location: Int) -> UInt64 { value(location, at: writeCount(location) - 1) }

    /// The newest write that everybody has seen, for time has passed since; -1.
    func frozenPosition(_ location: Int) -> Int {
        guard frozen > 0 else { return -1 }
        var position = writeCount(location) &- 1
        while position >= 0, write(location, at: position) >= frozen { position &-= 1 }
        return position
    }

    func oldestVisible(_ location: Int, by agent: Int, length: Int) -> Int {
        max(seenPosition(location, by: agent, length: length), frozenPosition(location))
    }

    /// Waits at the sites that were given up.
    func timeouts(of agent: Int, at sites: [Site]) -> Int {
        guard frozen > 0 else { return 0 }
        return (0..<length(of: agent)).count { index in
            let event = events[number(agent: agent, index: index)]
            return event.flags.contains(.timedOut) && sites.contains { $0.rawValue == event.site }
        }
    }

    /// The newest write to the location that the agent's first `length` events have made or seen: a later access may not go behind it.
    func seenPosition(_ location: Int, by agent: Int, length: Int) -> Int {
        var newest = -1
        for index in 0..<length {
            let event = events[number(agent: agent, index: index)]
            guard event.location == location else { continue }
            newest = max(newest, event.isWrite ? Int(event.position) : position(ofWrite: event.source))
        }
        return newest
    }
}

extension ExecutionGraph {
    /// Equal for equal executions, in whatever order their events were added.
    var hash: UInt64 {
        var sum: UInt64 = 0
        for number in 0..<count {
            let event = events[number]
            var hash = UInt64(event.agent) << 16 | UInt64(UInt16(bitPattern: event.index))
            if event.isWrite {
                hash |= UInt64(UInt16(bitPattern: event.position)) << 32
            } else if event.source >= 0 {
                let source = events[Int(event.source)]
                hash |= (UInt64(source.agent) + 1) << 48 | UInt64(UInt16(bitPattern: source.index)) << 32
            }
            hash = (hash ^ hash >> 30) &* 0xbf58_476d_1ce4_e5b9
            sum &+= (hash ^ hash >> 27) &* 0x94d0_49bb_1331_11eb
        }
        return sum
    }
}

// Building
extension ExecutionGraph {
    mutating func clear() {
        count = 0
        frozen = 0
        for agent in 0..<Self.maxAgents { lengths[agent] = 0 }
        for location in 0..<Self.maxLocations { writeCounts[location] = 0 }
    }

    /// Whether one more event of the agent at the location fits.
    func hasRoom(agent: Int, location: Int) -> Bool {
        count < Self.maxEvents && length(of: agent) < LocalSet.capacity && writeCount(location) < Self.maxWrites
    }

    /// Adds an event behind its agent's others; a write is not in coherence order yet.
    @discardableResult
    mutating func append(_ event: Event) -> Int {
        let number = count
        events[number] = event
        if event.part != 0 { isMixed[Int(event.location)] = true }
        numbers[Int(event.agent) &* LocalSet.capacity &+ Int(event.index)] = Int16(number)
        lengths[Int(event.agent)] = event.index &+ 1
        count = number &+ 1
        return number
    }

    /// Takes the newest event out again, a read.
    mutating func removeLast() {
        count &-= 1
        lengths[Int(events[count].agent)] &-= 1
    }

    /// Puts a write into coherence order.
    func place(_ number: Int, at position: Int) {
        let location = Int(events[number].location)
        var last = writeCount(location)
        writeCounts[location] = Int16(last &+ 1)
        while last > position {
            let moved = write(location, at: last &- 1)
            writes[location &* Self.maxWrites &+ last] = Int16(moved)
            events[moved].position = Int16(last)
            last &-= 1
        }
        writes[location &* Self.maxWrites &+ position] = Int16(number)
        events[number].position = Int16(position)
    }

    /// Takes it out again.
    func unplace(_ number: Int) {
        let location = Int(events[number].location)
        let count = writeCount(location)
        for position in Int(events[number].position)..<(count &- 1) {
            let moved = write(location, at: position &+ 1)
            writes[location &* Self.maxWrites &+ position] = Int16(moved)
            events[moved].position = Int16(position)
        }
        writeCounts[location] = Int16(count &- 1)
        events[number].position = -1
    }

    /// Adds an event that has its place in coherence order already.
    mutating func restore(_ event: Event) {
        let number = append(event)
        guard event.isWrite else { return }
        let location = Int(event.location)
        writes[location &* Self.maxWrites &+ Int(event.position)] = Int16(number)
        writeCounts[location] = max(writeCounts[location], event.position &+ 1)
    }

    /// Where a write may stand in coherence order, by coherence and atomicity.
    func places(for number: Int) -> Range<Int> {
        let event = events[number]
        let location = Int(event.location)
        if event.isUpdateWrite {
            let read = self.number(agent: Int(event.agent), index: Int(event.index) &- 1)
            let position = self.position(ofWrite: events[read].source) &+ 1
            return position..<(position &+ 1)
        }
        return (oldestVisible(location, by: Int(event.agent), length: Int(event.index)) &+ 1)..<(writeCount(location) &+ 1)
    }

    /// A write may not come between the halves of another's update.
    func splitsUpdate(_ location: Int, at position: Int) -> Bool {
        position < writeCount(location) && events[write(location, at: position)].isUpdateWrite
    }
}
